-- migrate:up

-- Of which thing each was is not known of what is here; a table that was brought in before this may be told once more.
DROP TABLE evaluation_told;
CREATE TABLE evaluation_told (
    thing       bytea       PRIMARY KEY CHECK (length(thing) = 32),
    fingerprint bytea       NOT NULL CHECK (length(fingerprint) = 32),
    told_at     timestamptz NOT NULL
);
COMMENT ON TABLE evaluation_told IS 'What was told last of each thing at each moment: the same words again tell nothing, other words do, also such as were told before them. Written on telling and on hearing.';
COMMENT ON COLUMN evaluation_told.thing IS 'Of what something is said, and of which moment: a milestone, a stage, an award of a reform.';

-- migrate:down
