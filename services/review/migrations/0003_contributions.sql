-- migrate:up

CREATE TABLE story (
    submission_id uuid        PRIMARY KEY,
    told_by       uuid        NOT NULL,
    reference     text        NOT NULL UNIQUE,
    shared_at     timestamptz NOT NULL,
    area          text        NOT NULL,
    title         text        NOT NULL,
    body          text        NOT NULL,
    released_at   timestamptz,
    released_by   text,
    CHECK (num_nulls(released_at, released_by) IN (0, 2))
);
COMMENT ON TABLE story IS 'Stories of inspiration: never an item, in no batch; shown to anyone only when they are released.';
COMMENT ON COLUMN story.body IS 'What intake told of it, as JSON; read back only whole.';

CREATE TABLE nomination (
    submission_id uuid        PRIMARY KEY,
    reference     text        NOT NULL UNIQUE,
    received_at   timestamptz NOT NULL,
    award_round   text        NOT NULL,
    body          text        NOT NULL
);
COMMENT ON TABLE nomination IS 'Nominations for awards: never an item, in no batch, and never public.';
CREATE INDEX nomination_of_round ON nomination (award_round, submission_id DESC);

-- migrate:down
