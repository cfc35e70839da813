-- migrate:up

CREATE VIEW entered_event AS SELECT month, partition, unnest(event_ids) AS event_id FROM entered;
COMMENT ON VIEW entered_event IS 'The ids of the counted events, however they were cut into chunks.';

CREATE FUNCTION rows_that_differ(living text, rebuilt text, keys text[], left_out text[], examples integer)
RETURNS TABLE (in_living bigint, in_rebuilt bigint, living_hash text, rebuilt_hash text, differing bigint, shown jsonb)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY EXECUTE format($query$
        WITH living AS (
            SELECT s.j, md5(s.j::text) AS h, s.k, row_number() OVER (PARTITION BY s.k ORDER BY md5(s.j::text)) AS n
            FROM (SELECT to_jsonb(t) - $2 AS j, (SELECT jsonb_object_agg(c, to_jsonb(t) -> c) FROM unnest($1) AS c) AS k
                  FROM %1$s t) s
        ), rebuilt AS (
            SELECT s.j, md5(s.j::text) AS h, s.k, row_number() OVER (PARTITION BY s.k ORDER BY md5(s.j::text)) AS n
            FROM (SELECT to_jsonb(t) - $2 AS j, (SELECT jsonb_object_agg(c, to_jsonb(t) -> c) FROM unnest($1) AS c) AS k
                  FROM %2$s t) s
        ), paired AS (
            SELECT l.j AS was, r.j AS made, l.h AS was_hash, r.h AS made_hash, coalesce(l.k, r.k) AS k
            FROM living l FULL JOIN rebuilt r ON l.k = r.k AND l.n = r.n
        )
        SELECT count(was), count(made),
               md5(coalesce(string_agg(was_hash, '' ORDER BY was_hash), '')),
               md5(coalesce(string_agg(made_hash, '' ORDER BY made_hash), '')),
               count(*) FILTER (WHERE was_hash IS DISTINCT FROM made_hash),
               (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'key', e.k, 'living', e.was IS NOT NULL, 'rebuilt', e.made IS NOT NULL,
                    'fields', (SELECT coalesce(jsonb_agg(f.key ORDER BY f.key), '[]') FROM jsonb_each(e.was) f
                               WHERE e.made IS NOT NULL AND f.value IS DISTINCT FROM e.made -> f.key))), '[]')
                FROM (SELECT * FROM paired WHERE was_hash IS DISTINCT FROM made_hash ORDER BY k LIMIT $3) e)
        FROM paired
        $query$, living::regclass, rebuilt::regclass)
    USING keys, left_out, examples;
END
$$;
COMMENT ON FUNCTION rows_that_differ IS 'Compares two tables by the hashes of their rows without the columns left out; ``shown`` names rows by their keys, and columns, never what is in them.';

CREATE FUNCTION take_over(tables text[], orders text[], cleared text[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    of_rows record;
    columns text;
BEGIN
    FOR of_rows IN SELECT t.name FROM unnest(tables || cleared) WITH ORDINALITY AS t (name, place) ORDER BY t.place DESC LOOP
        EXECUTE format('DELETE FROM review.%I', of_rows.name);
    END LOOP;
    FOR of_rows IN SELECT * FROM unnest(tables, orders) WITH ORDINALITY AS t (name, in_order, place) ORDER BY t.place LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
        WHERE attrelid = format('review.%I', of_rows.name)::regclass
          AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = '';
        EXECUTE format('INSERT INTO review.%1$I (%2$s) SELECT %2$s FROM review_rebuilt.%1$I ORDER BY %3$s',
                       of_rows.name, columns, of_rows.in_order);
    END LOOP;
END
$$;
COMMENT ON FUNCTION take_over IS 'Puts the rows of review_rebuilt in the place of the living ones, parents first; numbers that a table gives are given anew.';

-- migrate:down
