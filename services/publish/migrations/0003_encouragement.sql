-- migrate:up

CREATE TABLE encouragement (
    reference     text        COLLATE "C" NOT NULL CHECK (reference ~ '^OGC-20[0-9]{2}-[0-9]{6,9}$'),
    submission_id uuid        NOT NULL,
    promising     boolean     NOT NULL,
    support       text        NOT NULL,
    why           text,
    since         timestamptz NOT NULL,
    PRIMARY KEY (reference, submission_id)
);
COMMENT ON TABLE encouragement IS 'What the Support Unit says of a reform beyond its decision: the last it said. It stays, whatever is decided later.';
COMMENT ON COLUMN encouragement.submission_id IS 'In the key, so that nothing said of another submission under a taken reference is shown.';
COMMENT ON COLUMN encouragement.support IS 'Support and awards given, as a JSON list of texts; read back only whole.';

CREATE OR REPLACE VIEW public_reforms AS
    SELECT e.reference, e.version, e.decision_id, e.published_at, e.entered_at, e.area, e.level, e.member, e.member_name,
           e.participant, e.document,
           coalesce(p.promising, false) AS promising, p.why AS promising_why, coalesce(p.support, '[]') AS support
    FROM reform_entry e LEFT JOIN encouragement p ON p.reference = e.reference AND p.submission_id = e.submission_id
    WHERE e.current AND e.published_at IS NOT NULL;

-- migrate:down
