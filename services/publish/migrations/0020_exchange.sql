-- migrate:up

ALTER TABLE made_again ADD COLUMN locked_ms double precision CHECK (locked_ms >= 0);
COMMENT ON COLUMN made_again.locked_ms IS 'For how long readers may have waited for the exchange, from its first lock to behind its commit.';

CREATE FUNCTION keep_heard(before text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.stream_position SELECT * FROM publish.stream_position', before);
    EXECUTE format('INSERT INTO %I.left_out SELECT source_topic, partition, seq FROM publish.parked_event '
                   'WHERE settlement IS DISTINCT FROM ''replayed'' AND seq > 0', before);
END
$$;
COMMENT ON FUNCTION keep_heard IS 'Lets what gives way know how far it has heard, and what it left out. The positions must be locked until the end.';

-- Nothing but what needs the locks; all else is written before.
CREATE OR REPLACE FUNCTION take_over(relations text[], functions text[], configurations text[], beside text, before text)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    moved text;
BEGIN
    PERFORM set_config('publish.exchange_began', clock_timestamp()::text, false);
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
END
$$;

CREATE FUNCTION measure_exchange() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE publish.made_again
    SET locked_ms = extract(epoch FROM clock_timestamp() - current_setting('publish.exchange_began')::timestamptz) * 1000
    WHERE number = (SELECT max(number) FROM publish.made_again);
END
$$;
COMMENT ON FUNCTION measure_exchange IS 'Writes down for how long the exchange that this session has just made kept readers waiting.';

REVOKE ALL ON FUNCTION keep_heard, measure_exchange FROM PUBLIC;

-- migrate:down
