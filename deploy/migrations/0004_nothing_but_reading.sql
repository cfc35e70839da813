-- migrate:up

-- What Postgres lets everybody do, and reading does not need: to store large objects, to hold locks that others wait for,
-- to write into the log of the database, to use up its transaction numbers, to end the sessions of the same role, to write programs.
-- Only the superuser who owns these functions can take that away; without one it stays, and `challenge doctor` says so.
DO $$
DECLARE
    given regprocedure;
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE WARNING 'not a superuser: public_reader can still store large objects and take advisory locks';
        RETURN;
    END IF;
    FOR given IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
          AND proname ~ '^(lo_.*|loread|lowrite|pg_(try_)?advisory_.*|pg_notify|pg_export_snapshot|pg_logical_emit_message|pg_current_xact_id|txid_current|pg_cancel_backend|pg_terminate_backend)$'
          AND has_function_privilege('public_reader', oid, 'EXECUTE')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', given);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO platform_reader', given);
    END LOOP;
    REVOKE USAGE ON LANGUAGE plpgsql, sql FROM PUBLIC;
    GRANT USAGE ON LANGUAGE plpgsql, sql TO platform_reader;
    ALTER ROLE public_reader SET temp_file_limit = '1GB';
END
$$;

ALTER ROLE public_reader CONNECTION LIMIT 40;

CREATE FUNCTION platform.let_in_reader(role_name text, role_password text, connections integer DEFAULT 3) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    setting text;
BEGIN
    PERFORM platform.let_in(role_name, role_password);
    EXECUTE format('ALTER ROLE %I CONNECTION LIMIT %s', role_name, connections);
    FOR setting IN SELECT unnest(rolconfig) FROM pg_roles WHERE rolname = 'public_reader' LOOP
        EXECUTE format('ALTER ROLE %I SET %I = %L', role_name, split_part(setting, '=', 1), split_part(setting, '=', 2));
    END LOOP;
    EXECUTE format('GRANT public_reader TO %I WITH INHERIT TRUE, SET FALSE', role_name);
END
$$;
COMMENT ON FUNCTION platform.let_in_reader IS 'Lets somebody read the public views directly, under a role and limits of their own; safe to repeat. A role can change its own password and settings: nobody else shares it.';
REVOKE ALL ON FUNCTION platform.let_in_reader FROM PUBLIC;

CREATE FUNCTION platform.end_overlong_reading(statements interval, transactions interval) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT count(*) FILTER (WHERE pg_terminate_backend(s.pid))
    FROM pg_stat_activity s JOIN pg_roles r ON r.oid = s.usesysid
    WHERE s.datname = current_database() AND NOT r.rolsuper AND NOT r.rolcreaterole
      AND (r.rolname = 'public_reader'
           OR EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles p ON p.oid = m.roleid
                      WHERE m.member = r.oid AND p.rolname = 'public_reader'))
      AND (s.state IN ('active', 'fastpath function call') AND clock_timestamp() - s.query_start > statements
           OR clock_timestamp() - s.xact_start > transactions);
END;
COMMENT ON FUNCTION platform.end_overlong_reading IS 'Ends the sessions of public_reader, and of those let in as readers, whose statement or transaction takes longer; says how many. A limit that is a setting of theirs they could lift.';
REVOKE ALL ON FUNCTION platform.end_overlong_reading FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.end_overlong_reading TO platform_reader;

-- migrate:down
