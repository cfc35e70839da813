-- migrate:up

-- Words: a configuration for each language that Postgres can stem among those of the forms, deaf to accents.
CREATE TEXT SEARCH CONFIGURATION words_english (COPY = pg_catalog.english);
CREATE TEXT SEARCH CONFIGURATION words_french (COPY = pg_catalog.french);
CREATE TEXT SEARCH CONFIGURATION words_spanish (COPY = pg_catalog.spanish);
CREATE TEXT SEARCH CONFIGURATION words_portuguese (COPY = pg_catalog.portuguese);
CREATE TEXT SEARCH CONFIGURATION words_other (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION words_english
    ALTER MAPPING FOR hword, hword_part, word WITH extensions.unaccent, english_stem;
ALTER TEXT SEARCH CONFIGURATION words_french
    ALTER MAPPING FOR hword, hword_part, word WITH extensions.unaccent, french_stem;
ALTER TEXT SEARCH CONFIGURATION words_spanish
    ALTER MAPPING FOR hword, hword_part, word WITH extensions.unaccent, spanish_stem;
ALTER TEXT SEARCH CONFIGURATION words_portuguese
    ALTER MAPPING FOR hword, hword_part, word WITH extensions.unaccent, portuguese_stem;
ALTER TEXT SEARCH CONFIGURATION words_other
    ALTER MAPPING FOR hword, hword_part, word WITH extensions.unaccent, simple;

CREATE FUNCTION words_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE split_part(language, '-', 1)
    WHEN 'en' THEN 'words_english'::regconfig
    WHEN 'fr' THEN 'words_french'::regconfig
    WHEN 'es' THEN 'words_spanish'::regconfig
    WHEN 'pt' THEN 'words_portuguese'::regconfig
    ELSE 'words_other'::regconfig
END;

CREATE FUNCTION words_in(language text, told text, weight "char") RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector(words_config(language), translate(coalesce(told, ''),
    U&'\00A0\202F\2019\2018\02BC\00AB\00BB\201C\201D\201E\2013\2014\2026\00B7\2022\00BF\00A1',
    '                 ')), weight);
COMMENT ON FUNCTION words_in IS 'Where the server takes every letter beyond ASCII for a part of a word, punctuation beyond ASCII is none.';

CREATE FUNCTION words_of_reform(document text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT words_in('', d.told ->> 'reference', 'A')
        || words_in(CASE WHEN r.reform ->> 'published_title' = p.proposal ->> 'title' THEN p.proposal ->> 'language' ELSE 'en' END,
                    r.reform ->> 'published_title', 'A')
        || words_in(p.proposal ->> 'language', p.proposal ->> 'title', 'A')
        || words_in(p.proposal ->> 'language', p.proposal ->> 'lead_institution', 'B')
        || words_in(p.proposal ->> 'language', p.proposal ->> 'jurisdiction', 'B')
        || words_in('en', d.told -> 'member' ->> 'name', 'B')
        || words_in(p.proposal ->> 'language', concat_ws(' ', p.proposal ->> 'description', p.proposal ->> 'problems',
            (SELECT string_agg(v.value, ' ' ORDER BY v.key) FROM jsonb_each_text(p.proposal -> 'values') v),
            (SELECT string_agg(m.value ->> 'title', ' ') FROM jsonb_array_elements(p.proposal -> 'milestones') m)), 'C')
    FROM (SELECT document::jsonb) AS d (told),
         LATERAL (SELECT d.told -> 'reform') AS r (reform),
         LATERAL (SELECT r.reform -> 'proposal') AS p (proposal);
END;

CREATE FUNCTION words_of_story(document text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT words_in('', d.told ->> 'reference', 'A')
        || words_in(s.story ->> 'language', s.story ->> 'title', 'A')
        || words_in(s.story ->> 'language', concat_ws(' ', s.story ->> 'about', s.story ->> 'author', s.story ->> 'jurisdiction'), 'B')
        || words_in('en', d.told -> 'member' ->> 'name', 'B')
        || words_in(s.story ->> 'language', s.story ->> 'text', 'C')
    FROM (SELECT document::jsonb) AS d (told), LATERAL (SELECT d.told -> 'story') AS s (story);
END;

-- Reforms: what is filtered by stands beside the document, and until when each entry stood.
ALTER TABLE reform_entry
    ADD COLUMN superseded_at timestamptz,
    ADD COLUMN region        text,
    ADD COLUMN institution   text,
    ADD COLUMN channel       text,
    ADD COLUMN batch         text COLLATE "C",
    ADD COLUMN language      text,
    ADD COLUMN declared_area text,
    ADD COLUMN country       text GENERATED ALWAYS AS (left(member, 2)) STORED,
    ADD COLUMN locality      text GENERATED ALWAYS AS (CASE WHEN participant LIKE 'locality:%' THEN substr(participant, 10) END) STORED,
    ADD COLUMN retagged      boolean GENERATED ALWAYS AS (declared_area <> area) STORED;
COMMENT ON COLUMN reform_entry.superseded_at IS 'When the next entry of its reference came: with current the one column that changes.';
COMMENT ON COLUMN reform_entry.country IS 'OGP''s code of the country: a local member''s code begins with it.';
COMMENT ON COLUMN reform_entry.locality IS 'A local member''s code, or the reference of a reform of a locality that is no member.';
COMMENT ON COLUMN reform_entry.language IS 'The first part of the text''s language tag.';

UPDATE reform_entry e SET superseded_at = n.entered_at
FROM reform_entry n WHERE n.reference = e.reference AND n.version = e.version + 1;
UPDATE reform_entry e
SET region = d.told #>> '{member,region}', channel = d.told ->> 'channel', batch = d.told ->> 'batch',
    institution = d.told #>> '{reform,proposal,lead_institution}',
    language = split_part(d.told #>> '{reform,proposal,language}', '-', 1),
    declared_area = d.told #>> '{reform,proposal,declared_area}'
FROM (SELECT reference, version, document::jsonb AS told FROM reform_entry WHERE document IS NOT NULL) d
WHERE d.reference = e.reference AND d.version = e.version;

ALTER TABLE reform_entry
    ADD CHECK (num_nulls(published_at, institution, channel, batch, language, declared_area) IN (0, 6)),
    ADD CHECK (current = (superseded_at IS NULL));

DROP INDEX reform_entry_newest;
CREATE INDEX reform_entry_newest ON reform_entry (published_at DESC, reference DESC)
    INCLUDE (version, entered_at, superseded_at, area, level, region, country, member, locality, channel, batch, language, retagged)
    WHERE published_at IS NOT NULL;
COMMENT ON INDEX reform_entry_newest IS 'Holds all that is filtered by, so that even what few have is found without the rows.';
CREATE INDEX reform_entry_country ON reform_entry (country, published_at DESC, reference DESC) WHERE published_at IS NOT NULL;
CREATE INDEX reform_entry_locality ON reform_entry (locality, published_at DESC, reference DESC) WHERE locality IS NOT NULL;
CREATE INDEX reform_entry_batch ON reform_entry (batch, published_at DESC, reference DESC) WHERE published_at IS NOT NULL;
CREATE INDEX reform_entry_institution ON reform_entry (lower(institution)) WHERE published_at IS NOT NULL;

-- What follows from the entries, in the statement that enters them: their words, and how many there are of a kind.
CREATE TABLE reform_words (
    reference text     COLLATE "C" NOT NULL,
    version   integer  NOT NULL,
    words     tsvector NOT NULL,
    PRIMARY KEY (reference, version)
);
COMMENT ON TABLE reform_words IS 'The words of each entry by which it is found.';
CREATE INDEX reform_words_words ON reform_words USING gin (words);

CREATE TABLE tally (
    dimension text    COLLATE "C" NOT NULL,
    key       text    COLLATE "C" NOT NULL,
    reforms   integer NOT NULL,
    PRIMARY KEY (dimension, key)
) WITH (fillfactor = 50);
COMMENT ON TABLE tally IS 'How many reforms stand in the public record of each kind; may be 0, when the last of them left.';

CREATE FUNCTION follow_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reform_words (reference, version, words)
    SELECT reference, version, words_of_reform(document) FROM entered WHERE document IS NOT NULL;

    -- an entry counts, and the one that it supersedes no longer does; in the order of the key, so that nobody waits crosswise
    INSERT INTO tally AS t (dimension, key, reforms)
    SELECT kind.dimension, kind.key, sum(e.by)
    FROM (
        SELECT 1 AS by, n.* FROM entered n WHERE n.published_at IS NOT NULL
        UNION ALL
        SELECT -1, o.* FROM entered n JOIN reform_entry o ON o.reference = n.reference AND o.version = n.version - 1
        WHERE o.published_at IS NOT NULL
    ) e CROSS JOIN LATERAL (VALUES
        ('participant', e.participant), ('member', e.member), ('country', e.country), ('locality', e.locality),
        ('region', e.region), ('level', e.level), ('area', e.area), ('tagging', e.declared_area || '>' || e.area),
        ('channel', e.channel), ('batch', e.batch), ('language', e.language)
    ) AS kind (dimension, key)
    WHERE kind.key IS NOT NULL
    GROUP BY 1, 2 HAVING sum(e.by) <> 0 ORDER BY 1, 2
    ON CONFLICT (dimension, key) DO UPDATE SET reforms = t.reforms + excluded.reforms;
    RETURN NULL;
END
$$;
CREATE TRIGGER follow AFTER INSERT ON reform_entry REFERENCING NEW TABLE AS entered
    FOR EACH STATEMENT EXECUTE FUNCTION follow_entries();

INSERT INTO reform_words (reference, version, words)
SELECT reference, version, words_of_reform(document) FROM reform_entry WHERE document IS NOT NULL;
INSERT INTO tally (dimension, key, reforms)
SELECT kind.dimension, kind.key, count(*)
FROM reform_entry e CROSS JOIN LATERAL (VALUES
    ('participant', e.participant), ('member', e.member), ('country', e.country), ('locality', e.locality),
    ('region', e.region), ('level', e.level), ('area', e.area), ('tagging', e.declared_area || '>' || e.area),
    ('channel', e.channel), ('batch', e.batch), ('language', e.language)
) AS kind (dimension, key)
WHERE e.current AND e.published_at IS NOT NULL AND kind.key IS NOT NULL GROUP BY 1, 2;

-- Encouragements: each stays, with the time until which it was the last.
ALTER TABLE encouragement ADD COLUMN superseded_at timestamptz;
ALTER TABLE encouragement DROP CONSTRAINT encouragement_pkey;
ALTER TABLE encouragement ADD PRIMARY KEY (reference, submission_id, since);
CREATE UNIQUE INDEX encouragement_last ON encouragement (reference, submission_id) WHERE superseded_at IS NULL;
COMMENT ON TABLE encouragement IS 'What the Support Unit says of a reform beyond its decision. It stays, whatever is decided later; the last stands.';
COMMENT ON COLUMN encouragement.superseded_at IS 'When something else was said.';

-- Stories: what is filtered by, and their words.
ALTER TABLE released_story
    ADD COLUMN language text GENERATED ALWAYS AS (split_part(document::jsonb #>> '{story,language}', '-', 1)) STORED,
    ADD COLUMN region   text GENERATED ALWAYS AS (document::jsonb #>> '{member,region}') STORED,
    ADD COLUMN country  text GENERATED ALWAYS AS (left(member, 2)) STORED,
    ADD COLUMN words    tsvector GENERATED ALWAYS AS (words_of_story(document)) STORED;
CREATE INDEX released_story_words ON released_story USING gin (words);

-- What anyone may read.
CREATE OR REPLACE VIEW public_reforms AS
    SELECT e.reference, e.version, e.decision_id, e.published_at, e.entered_at, e.area, e.level, e.member, e.member_name,
           e.participant, e.document,
           coalesce(p.promising, false) AS promising, p.why AS promising_why, coalesce(p.support, '[]') AS support,
           e.region, e.country, e.locality, e.institution, e.channel, e.batch, e.language, e.declared_area, e.retagged
    FROM reform_entry e LEFT JOIN encouragement p
        ON p.reference = e.reference AND p.submission_id = e.submission_id AND p.superseded_at IS NULL
    WHERE e.current AND e.published_at IS NOT NULL;

CREATE VIEW public_entries AS
    SELECT reference, version, decision_id, entered_at, superseded_at, published_at, effect, why, area, level, member,
           member_name, participant, region, country, locality, institution, channel, batch, language, declared_area,
           retagged, document
    FROM reform_entry;
COMMENT ON VIEW public_entries IS 'Every entry of the public record with its document, each with the time in which it stood: the record as of any day.';

CREATE VIEW public_encouragements AS
    SELECT p.reference, p.promising, p.support, p.why, p.since, p.superseded_at
    FROM encouragement p
    WHERE EXISTS (SELECT FROM reform_entry e WHERE e.reference = p.reference AND e.submission_id = p.submission_id);
COMMENT ON VIEW public_encouragements IS 'What the Support Unit said of reforms beyond its decisions, and from when to when.';

CREATE VIEW public_words AS SELECT reference, version, words FROM reform_words;
COMMENT ON VIEW public_words IS 'The words of each entry, for searching.';

CREATE VIEW public_tallies AS SELECT dimension, key, reforms FROM tally WHERE reforms > 0;
COMMENT ON VIEW public_tallies IS 'How many reforms stand now of each kind; a tagging is the declared area, >, and the assigned one.';

CREATE OR REPLACE VIEW public_totals AS
    SELECT count(*) FILTER (WHERE dimension = 'participant' AND key LIKE 'country:%') AS countries,
           count(*) FILTER (WHERE dimension = 'participant' AND key LIKE 'locality:%') AS localities,
           coalesce(sum(reforms) FILTER (WHERE dimension = 'level'), 0)::bigint AS reforms
    FROM public_tallies WHERE dimension IN ('participant', 'level');

DROP VIEW public_members;
CREATE VIEW public_members AS
    SELECT t.key AS member, newest.member_name
    FROM public_tallies t CROSS JOIN LATERAL (
        SELECT r.member_name FROM public_reforms r WHERE r.country = left(t.key, 2) AND r.member = t.key
        ORDER BY r.published_at DESC, r.reference DESC LIMIT 1
    ) newest
    WHERE t.dimension = 'member';
COMMENT ON VIEW public_members IS 'The members that have reforms, under their newest names.';

CREATE OR REPLACE VIEW public_stories AS
    SELECT reference, released_at, area, member, document, language, region, country, words FROM released_story;

CREATE OR REPLACE VIEW public_position AS
    SELECT md5(string_agg(concat_ws(' ', source_topic, partition, last_seq, last_event_id), ',' ORDER BY source_topic, partition)
               || (SELECT count(*) FROM parked_event WHERE settlement = 'replayed')) AS state,
           (array_agg(last_event_id ORDER BY last_event_id DESC NULLS LAST))[1] AS newest_event_id
    FROM stream_position;
COMMENT ON VIEW public_position IS 'Names the state of the public record: another after each event heard on any topic, or replayed from the parking.';

REVOKE ALL ON FUNCTION words_config, words_in, words_of_reform, words_of_story, follow_entries FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_members, public_entries, public_encouragements, public_words, public_tallies TO public_reader;
    END IF;
END
$$;

-- migrate:down
