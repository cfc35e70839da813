-- migrate:up

CREATE TABLE draft (
    draft_id    uuid        PRIMARY KEY,
    form        text        NOT NULL,
    wrapped_key bytea       NOT NULL,
    sealed      bytea       NOT NULL CHECK (octet_length(sealed) <= 1048576),
    saved_at    timestamptz NOT NULL
);
COMMENT ON TABLE draft IS 'Forms that somebody will go on writing: encrypted like the vault, for thirty days after the last saving.';
CREATE INDEX draft_age ON draft (saved_at);

CREATE TABLE ruling (
    submission_id uuid PRIMARY KEY REFERENCES submission,
    told          text NOT NULL
);
COMMENT ON TABLE ruling IS 'What the Support Unit''s latest released decision says, for the submitter''s status page.';
COMMENT ON COLUMN ruling.told IS 'As JSON; read back only whole.';

-- migrate:down
