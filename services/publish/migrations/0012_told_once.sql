-- migrate:up

CREATE TABLE evaluation_told (
    fingerprint bytea       PRIMARY KEY CHECK (length(fingerprint) = 32),
    told_at     timestamptz NOT NULL
);
COMMENT ON TABLE evaluation_told IS 'What was brought in already: the same words about the same reform are told once. Written on telling and on hearing, whichever comes first.';

-- migrate:down
