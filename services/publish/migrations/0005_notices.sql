-- migrate:up

CREATE TABLE notice_told (
    event_id      uuid        PRIMARY KEY,
    submission_id uuid        NOT NULL,
    delivery_id   uuid        NOT NULL,
    decision_id   uuid,
    told_at       timestamptz NOT NULL,
    known_at      timestamptz NOT NULL,
    kind          text        NOT NULL,
    role          text        NOT NULL CHECK (role ~ '^[a-z][a-z-]{0,19}$'),
    became        text        NOT NULL CHECK (became IN ('sent', 'failed', 'held')),
    code          text,
    CHECK ((code IS NULL) = (became = 'sent'))
);
COMMENT ON TABLE notice_told IS 'Which letters were sent about submissions, a fold of the topic notices: kinds, dates and what became of them. No person, no address.';
COMMENT ON COLUMN notice_told.role IS 'In which role the recipient was told, such as submitter or poc.';
COMMENT ON COLUMN notice_told.told_at IS 'When it was sent, failed or was held; known_at is when that was told to the record.';
CREATE INDEX notice_told_submission ON notice_told (submission_id);

CREATE VIEW public_notices AS
    SELECT r.reference, n.delivery_id, n.decision_id, n.kind, n.role, n.became, n.code, n.told_at, n.known_at, n.event_id
    FROM reform_entry r JOIN notice_told n ON n.submission_id = r.submission_id
    WHERE r.version = 1;
COMMENT ON VIEW public_notices IS 'The letters about submissions that are or were public, all that is known of each.';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_notices TO public_reader;
    END IF;
END
$$;

-- migrate:down
