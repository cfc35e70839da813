-- migrate:up

-- How many there were of each kind on a day is added up from what changed: month by month, then by quarters of an hour.
CREATE TABLE tally_change (
    span      text        COLLATE "C" NOT NULL CHECK (span IN ('month', 'quarter')),
    since     timestamptz NOT NULL,
    dimension text        COLLATE "C" NOT NULL,
    key       text        COLLATE "C" NOT NULL,
    reforms   integer     NOT NULL,
    PRIMARY KEY (span, since, dimension, key)
) WITH (fillfactor = 70);
COMMENT ON TABLE tally_change IS 'By how many the reforms of each kind became more or fewer in a month, and in a quarter of an hour: a fold of the entries.';
COMMENT ON COLUMN tally_change.since IS 'When the month (UTC) or the quarter of an hour begins. Every day of every zone ends where a quarter does.';
COMMENT ON COLUMN tally_change.reforms IS 'May be 0, where as many left as came.';

CREATE VIEW public_tally_changes AS SELECT span, since, dimension, key, reforms FROM tally_change WHERE reforms <> 0;
COMMENT ON VIEW public_tally_changes IS 'By how many the reforms of each kind became more or fewer, in months (UTC) and in quarters of an hour.';

CREATE OR REPLACE FUNCTION follow_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    quarters timestamptz[];
    dimensions text[];
    keys text[];
    changes integer[];
BEGIN
    INSERT INTO reform_words (reference, version, words)
    SELECT reference, version, words_of_reform(document) FROM entered WHERE document IS NOT NULL;

    -- an entry counts, and from when it stands the one that it supersedes no longer does, if it ever did
    SELECT array_agg(c.since), array_agg(c.dimension), array_agg(c.key), array_agg(c.by)
    INTO quarters, dimensions, keys, changes
    FROM (
        SELECT date_bin('15 minutes', e.at, '2000-01-01T00:00Z') AS since, kind.dimension, kind.key, sum(e.by) AS by
        FROM (
            SELECT 1 AS by, n.entered_at AS at, n.* FROM entered n WHERE n.published_at IS NOT NULL
            UNION ALL
            SELECT -1, greatest(n.entered_at, o.entered_at), o.*
            FROM entered n JOIN reform_entry o ON o.reference = n.reference AND o.version = n.version - 1
            WHERE o.published_at IS NOT NULL
        ) e CROSS JOIN LATERAL (VALUES
            ('participant', e.participant), ('member', e.member), ('country', e.country), ('locality', e.locality),
            ('region', e.region), ('level', e.level), ('area', e.area), ('tagging', e.declared_area || '>' || e.area),
            ('channel', e.channel), ('batch', e.batch), ('language', e.language)
        ) AS kind (dimension, key)
        WHERE kind.key IS NOT NULL
        GROUP BY 1, 2, 3 HAVING sum(e.by) <> 0
    ) c;

    -- in the order of the key, so that nobody waits crosswise
    INSERT INTO tally AS t (dimension, key, reforms)
    SELECT c.dimension, c.key, sum(c.by) FROM unnest(dimensions, keys, changes) AS c (dimension, key, by)
    GROUP BY 1, 2 HAVING sum(c.by) <> 0 ORDER BY 1, 2
    ON CONFLICT (dimension, key) DO UPDATE SET reforms = t.reforms + excluded.reforms;

    INSERT INTO tally_change AS t (span, since, dimension, key, reforms)
    SELECT span.span, span.since, c.dimension, c.key, sum(c.by)
    FROM unnest(quarters, dimensions, keys, changes) AS c (since, dimension, key, by)
    CROSS JOIN LATERAL (VALUES ('month', date_trunc('month', c.since, 'UTC')), ('quarter', c.since)) AS span (span, since)
    GROUP BY 1, 2, 3, 4 HAVING sum(c.by) <> 0 ORDER BY 1, 2, 3, 4
    ON CONFLICT (span, since, dimension, key) DO UPDATE SET reforms = t.reforms + excluded.reforms;
    RETURN NULL;
END
$$;

INSERT INTO tally_change (span, since, dimension, key, reforms)
SELECT span.span, span.since, kind.dimension, kind.key, sum(e.by)
FROM (
    SELECT 1 AS by, n.entered_at AS at, n.* FROM reform_entry n WHERE n.published_at IS NOT NULL
    UNION ALL
    SELECT -1, greatest(n.superseded_at, n.entered_at), n.* FROM reform_entry n
    WHERE n.published_at IS NOT NULL AND n.superseded_at IS NOT NULL
) e CROSS JOIN LATERAL (VALUES
    ('participant', e.participant), ('member', e.member), ('country', e.country), ('locality', e.locality),
    ('region', e.region), ('level', e.level), ('area', e.area), ('tagging', e.declared_area || '>' || e.area),
    ('channel', e.channel), ('batch', e.batch), ('language', e.language)
) AS kind (dimension, key)
CROSS JOIN LATERAL (VALUES
    ('month', date_trunc('month', e.at, 'UTC')), ('quarter', date_bin('15 minutes', e.at, '2000-01-01T00:00Z'))
) AS span (span, since)
WHERE kind.key IS NOT NULL GROUP BY 1, 2, 3, 4 HAVING sum(e.by) <> 0;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_tally_changes TO public_reader;
    END IF;
END
$$;

-- migrate:down
