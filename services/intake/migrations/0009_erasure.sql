-- migrate:up

CREATE TABLE erasure (
    number     integer PRIMARY KEY CHECK (number >= 1),
    erasure_id uuid    NOT NULL UNIQUE,
    record     text    NOT NULL,
    signature  bytea   NOT NULL CHECK (octet_length(signature) = 64)
);
COMMENT ON TABLE erasure IS 'That contacts were erased: when, by whom, how many, under which references; never whose. Append-only.';
COMMENT ON COLUMN erasure.record IS 'The very bytes over which the signature goes; each names the hash of the one before it.';

-- migrate:down
