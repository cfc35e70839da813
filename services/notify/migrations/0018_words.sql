-- migrate:up

-- What the public list finds by words, a saved search finds by the same: letter by letter as publish has it.
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

REVOKE ALL ON FUNCTION words_config, words_in, words_of_reform FROM PUBLIC;

-- migrate:down
