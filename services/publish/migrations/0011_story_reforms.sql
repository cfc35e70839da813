-- migrate:up

CREATE TABLE story_reform (
    reform text COLLATE "C" NOT NULL CHECK (reform ~ '^OGC-20[0-9]{2}-[0-9]{6,9}$'),
    story  text COLLATE "C" NOT NULL REFERENCES released_story (reference),
    PRIMARY KEY (reform, story)
);
COMMENT ON TABLE story_reform IS 'Of which reforms a story tells: those whose references its author wrote. Part of the fold of released stories.';
COMMENT ON COLUMN story_reform.reform IS 'As it was written: whether there is such a reform, the record of reforms says.';
CREATE INDEX story_reform_story ON story_reform (story);

INSERT INTO story_reform (reform, story)
SELECT DISTINCT named.found[1], s.reference
FROM released_story s
CROSS JOIN LATERAL regexp_matches(s.document, '\mOGC-20[0-9]{2}-[0-9]{6,9}\M', 'g') AS named (found)
WHERE named.found[1] <> s.reference;

CREATE VIEW public_story_reforms AS
    SELECT t.reform, t.story, s.released_at, s.document FROM story_reform t JOIN released_story s ON s.reference = t.story;
COMMENT ON VIEW public_story_reforms IS 'The stories that may be shown by the reforms of which they tell.';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_story_reforms TO public_reader;
    END IF;
END
$$;

-- migrate:down
