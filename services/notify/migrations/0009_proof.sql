-- migrate:up

CREATE TABLE wording (
    version text        PRIMARY KEY CHECK (version ~ '^[0-9a-f]{16}$'),
    sources text        NOT NULL,
    kept_at timestamptz NOT NULL
);
COMMENT ON TABLE wording IS 'The templates of each release that sent letters, kept for ever: what was sent can be read again.';
COMMENT ON COLUMN wording.version IS 'Derived from the templates'' text.';
COMMENT ON COLUMN wording.sources IS 'JSON: the name of each template, and its text.';

ALTER TABLE letter
    ADD COLUMN wording text,
    ADD COLUMN sent_at timestamptz;
COMMENT ON COLUMN letter.wording IS 'The version of the templates that it was written by, since it was last about to leave.';
COMMENT ON COLUMN letter.sent_at IS 'When the receiving side took it, whatever came back of it later.';

UPDATE letter SET sent_at = changed_at WHERE state = 'sent';

-- migrate:down
