-- migrate:up

CREATE TABLE made_again (
    number    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    how       text        NOT NULL CHECK (how IN ('rebuilt', 'rolled-back')),
    differing text        NOT NULL,
    explained text        NOT NULL
);
COMMENT ON TABLE made_again IS 'When the record''s tables gave way to others, and why what differed was right: both JSON, by field.';

CREATE OR REPLACE VIEW public_position AS
    SELECT md5(string_agg(concat_ws(' ', source_topic, partition, last_seq, last_event_id), ',' ORDER BY source_topic, partition)
               || (SELECT count(*) FROM parked_event WHERE settlement = 'replayed')
               || (SELECT count(*) FROM made_again)) AS state,
           (array_agg(last_event_id ORDER BY last_event_id DESC NULLS LAST))[1] AS newest_event_id
    FROM stream_position;
COMMENT ON VIEW public_position IS 'Names the state of the public record: another after each event heard on any topic, replayed from the parking, or after its tables were made again.';

CREATE TABLE left_out (
    source_topic text    NOT NULL,
    partition    integer NOT NULL,
    seq          bigint  NOT NULL,
    PRIMARY KEY (source_topic, partition, seq)
);
COMMENT ON TABLE left_out IS 'Only in a record beside the living one: what it left out, because it was parked and never replayed.';

CREATE TABLE differing (
    place    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    of_table text   NOT NULL,
    key      text   NOT NULL,
    was      jsonb,
    made     jsonb
);
COMMENT ON TABLE differing IS 'Only in a record beside the living one: the rows that differ from the living, which were and which are made.';

CREATE FUNCTION make_room(before text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['stream_position', 'evaluation_told', 'left_out', 'differing'] LOOP
        EXECUTE format('CREATE TABLE %I.%I (LIKE publish.%2$I INCLUDING ALL)', before, name);
    END LOOP;
END
$$;
COMMENT ON FUNCTION make_room IS 'Makes what a record that is not the living one has of its own.';

CREATE FUNCTION keep_differences(compared text, keys text[], beside text)
RETURNS TABLE (in_living bigint, in_rebuilt bigint, living_hash text, rebuilt_hash text)
LANGUAGE plpgsql AS $$
DECLARE
    using_keys text;
BEGIN
    SELECT string_agg(quote_ident(k), ', ') INTO using_keys FROM unnest(keys) AS k;
    EXECUTE format($query$
        INSERT INTO %2$I.differing (of_table, key, was, made)
        SELECT %1$L, concat_ws(' ', %3$s), to_jsonb(l), to_jsonb(r)
        FROM publish.%1$I l FULL JOIN %2$I.%1$I r USING (%3$s)
        WHERE md5(l::text) IS DISTINCT FROM md5(r::text) ORDER BY 2
        $query$, compared, beside, using_keys);
    RETURN QUERY EXECUTE format($query$
        SELECT l.rows, r.rows, l.hash, r.hash
        FROM (SELECT count(*), md5(coalesce(string_agg(h, '' ORDER BY h), ''))
              FROM (SELECT md5(t::text) AS h FROM publish.%1$I t) each) AS l (rows, hash),
             (SELECT count(*), md5(coalesce(string_agg(h, '' ORDER BY h), ''))
              FROM (SELECT md5(t::text) AS h FROM %2$I.%1$I t) each) AS r (rows, hash)
        $query$, compared, beside);
END
$$;
COMMENT ON FUNCTION keep_differences IS 'Compares a table or view with the one beside by the hashes of their rows, and lays down what differs.';

CREATE FUNCTION shape_of(schema_name text, relations text[]) RETURNS text LANGUAGE sql STABLE
RETURN (
    SELECT md5(coalesce(string_agg(concat_ws(' ', c.relname, c.relkind, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull),
                                   ',' ORDER BY c.relname, a.attnum), ''))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = to_regnamespace(schema_name) AND c.relname = ANY (relations) AND a.attnum > 0
);
COMMENT ON FUNCTION shape_of IS 'Names the columns of these tables and views: equal names, equal shape.';

CREATE FUNCTION grant_alike(relations text[], beside text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    given record;
BEGIN
    FOR given IN
        SELECT c.relname, a.privilege_type, a.grantee::regrole AS grantee
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
        WHERE c.relnamespace = 'publish'::regnamespace AND c.relname = ANY (relations)
          AND a.grantee <> 0 AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT %s ON %I.%I TO %s', given.privilege_type, beside, given.relname, given.grantee);
    END LOOP;
END
$$;
COMMENT ON FUNCTION grant_alike IS 'Lets whoever may read the living read what will take its place.';

CREATE FUNCTION take_over(relations text[], functions text[], configurations text[], beside text, before text)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    moved text;
BEGIN
    -- The name of the state first: a reader who has asked for it has not read yet, and is let end. By a change that is
    -- none, since LOCK would lock the positions behind it, too, where a projector already waits for us.
    ALTER VIEW publish.public_position OWNER TO CURRENT_USER;
    EXECUTE 'LOCK TABLE ' || (
        SELECT string_agg(format('publish.%I', c.relname), ', ' ORDER BY c.relkind DESC, c.relname) FROM pg_class c
        WHERE c.relnamespace = 'publish'::regnamespace AND c.relname = ANY (relations)
    ) || ' IN ACCESS EXCLUSIVE MODE';
    FOREACH moved IN ARRAY relations LOOP
        EXECUTE format('ALTER TABLE publish.%I SET SCHEMA %I', moved, before);
        EXECUTE format('ALTER TABLE %I.%I SET SCHEMA publish', beside, moved);
    END LOOP;
    FOREACH moved IN ARRAY functions LOOP
        EXECUTE format('ALTER FUNCTION publish.%I SET SCHEMA %I', moved, before);
        EXECUTE format('ALTER FUNCTION %I.%I SET SCHEMA publish', beside, moved);
    END LOOP;
    FOREACH moved IN ARRAY configurations LOOP
        EXECUTE format('ALTER TEXT SEARCH CONFIGURATION publish.%I SET SCHEMA %I', moved, before);
        EXECUTE format('ALTER TEXT SEARCH CONFIGURATION %I.%I SET SCHEMA publish', beside, moved);
    END LOOP;
    EXECUTE format('INSERT INTO %I.stream_position SELECT * FROM publish.stream_position', before);
    EXECUTE format('INSERT INTO %I.left_out SELECT source_topic, partition, seq FROM publish.parked_event '
                   'WHERE settlement IS DISTINCT FROM ''replayed'' AND seq > 0', before);
END
$$;
COMMENT ON FUNCTION take_over IS 'Moves the living relations aside and those made beside into their place, with the functions and configurations that they rest on.';

REVOKE ALL ON FUNCTION make_room, keep_differences, shape_of, grant_alike, take_over FROM PUBLIC;

-- migrate:down
