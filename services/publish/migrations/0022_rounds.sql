-- migrate:up

-- Rounds of review before the one in which a reform was accepted: each ended with a question.
CREATE TABLE question (
    event_id      uuid        PRIMARY KEY,
    submission_id uuid        NOT NULL,
    decision_id   uuid        NOT NULL,
    decided_at    timestamptz NOT NULL,
    asked_at      timestamptz NOT NULL,
    answer_by     timestamptz NOT NULL,
    round         integer     NOT NULL CHECK (round >= 1),
    reference     text        COLLATE "C" NOT NULL CHECK (reference ~ '^OGC-20[0-9]{2}-[0-9]{6,9}$'),
    month         text        COLLATE "C" NOT NULL
);
COMMENT ON TABLE question IS 'That a round of review ended with a question, a fold of the topic decisions: when, and in which batch. What was asked is between the two.';
COMMENT ON COLUMN question.event_id IS 'The event on the topic decisions that told it.';
CREATE INDEX question_reference ON question (reference);

CREATE VIEW public_questions AS
    SELECT q.reference, q.round, q.month, q.decision_id, q.event_id, q.decided_at, q.asked_at, q.answer_by
    FROM question q JOIN reform_entry r
      ON r.reference = q.reference AND r.version = 1 AND r.submission_id = q.submission_id;
COMMENT ON VIEW public_questions IS 'The rounds of review of reforms that are or were public which ended with a question.';

-- What a letter tells of: of a receipt, the event of the submission; of that of an answer, the event of the answer.
ALTER TABLE notice_told ADD COLUMN cause_id uuid;
COMMENT ON COLUMN notice_told.cause_id IS 'The event that the letter tells of; null where it was told before this was kept.';

CREATE OR REPLACE VIEW public_notices AS
    SELECT r.reference, n.delivery_id, n.decision_id, n.kind, n.role, n.became, n.told_at, n.known_at, n.event_id, n.cause_id
    FROM reform_entry r JOIN notice_told n ON n.submission_id = r.submission_id
    WHERE r.version = 1;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_questions TO public_reader;
    END IF;
END
$$;

-- migrate:down
