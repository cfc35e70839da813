-- migrate:up

CREATE TABLE draft (
    draft_id       uuid        PRIMARY KEY,
    form           text        NOT NULL,
    wrapped_key    bytea       NOT NULL,
    sealed         bytea       NOT NULL CHECK (octet_length(sealed) <= 1048576),
    address_digest bytea,
    saved_at       timestamptz NOT NULL
);
COMMENT ON TABLE draft IS 'Forms that somebody will go on writing: encrypted like the vault, for thirty days after the last saving.';
COMMENT ON COLUMN draft.address_digest IS 'Keyed hash of the address in it, so that who knows the address can find and erase it; NULL where none was given.';
CREATE INDEX draft_age ON draft (saved_at);
CREATE INDEX draft_address ON draft (address_digest) WHERE address_digest IS NOT NULL;

CREATE TABLE ruling (
    submission_id uuid PRIMARY KEY REFERENCES submission,
    told          text NOT NULL
);
COMMENT ON TABLE ruling IS 'What the Support Unit''s latest released decision says, for the submitter''s status page.';
COMMENT ON COLUMN ruling.told IS 'As JSON; read back only whole.';

-- migrate:down
