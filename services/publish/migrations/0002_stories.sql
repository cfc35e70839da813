-- migrate:up

CREATE TABLE released_story (
    reference     text        COLLATE "C" PRIMARY KEY CHECK (reference ~ '^OGC-20[0-9]{2}-[0-9]{6,9}$'),
    submission_id uuid        NOT NULL UNIQUE,
    released_at   timestamptz NOT NULL,
    area          text        NOT NULL,
    member        text,
    document      text        NOT NULL
) WITH (toast_tuple_target = 8160);
COMMENT ON TABLE released_story IS 'Stories that the Support Unit released: shown, and counted nowhere.';
COMMENT ON COLUMN released_story.document IS 'All that the public may read, as JSON; written once, served as it is.';
ALTER TABLE released_story ALTER COLUMN document SET STORAGE EXTERNAL;
CREATE INDEX released_story_newest ON released_story (released_at DESC, reference DESC);

CREATE VIEW public_stories AS
    SELECT reference, released_at, area, member, document FROM released_story;
COMMENT ON VIEW public_stories IS 'The stories that may be shown, each with its document.';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_stories TO public_reader;
    END IF;
END
$$;

-- migrate:down
