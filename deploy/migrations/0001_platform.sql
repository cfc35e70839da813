-- migrate:up

REVOKE ALL ON SCHEMA public FROM PUBLIC;

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['platform_reader', 'operator', 'public_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
END
$$;
COMMENT ON ROLE platform_reader IS 'What every service may read of the platform; its members are the services.';
COMMENT ON ROLE operator IS 'The person who runs the system: the only one who may move the clock.';
COMMENT ON ROLE public_reader IS 'Anyone: may select from the public views and nothing else.';
GRANT platform_reader TO operator;

CREATE TABLE platform.clock (
    only_row boolean  PRIMARY KEY DEFAULT true CHECK (only_row),
    "offset" interval NOT NULL DEFAULT '0' CHECK ("offset" >= '0')
);
COMMENT ON TABLE platform.clock IS 'How far the system''s time is ahead of the server''s; zero in production.';
INSERT INTO platform.clock DEFAULT VALUES;

CREATE FUNCTION platform.refuse_to_turn_back() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW."offset" < OLD."offset" THEN
        RAISE EXCEPTION 'the clock only goes forward' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER only_forward BEFORE UPDATE OR DELETE ON platform.clock
    FOR EACH ROW EXECUTE FUNCTION platform.refuse_to_turn_back();

CREATE FUNCTION platform.now() RETURNS timestamptz
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN clock_timestamp() + (SELECT "offset" FROM platform.clock);
COMMENT ON FUNCTION platform.now IS 'The time by which the whole system goes; it runs on inside a transaction.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA platform FROM PUBLIC;
GRANT USAGE ON SCHEMA platform TO platform_reader;
GRANT SELECT ON platform.clock TO platform_reader;
GRANT EXECUTE ON FUNCTION platform.now TO platform_reader;
GRANT UPDATE ("offset") ON platform.clock TO operator;

CREATE FUNCTION platform.let_in(role_name text, role_password text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
        EXECUTE format('CREATE ROLE %I', role_name);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L', role_name, role_password);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role_name);
END
$$;
COMMENT ON FUNCTION platform.let_in IS 'Lets a role connect to this database with this password; safe to repeat.';
REVOKE ALL ON FUNCTION platform.let_in FROM PUBLIC;

CREATE FUNCTION platform.let_in_service(service_name text, role_password text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM platform.let_in(service_name, role_password);
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service_name, service_name);
    EXECUTE format('ALTER ROLE %I SET search_path = %I', service_name, service_name);
    EXECUTE format('GRANT platform_reader TO %I', service_name);
END
$$;
COMMENT ON FUNCTION platform.let_in_service IS 'Gives a service its role and its schema of the same name; safe to repeat.';
REVOKE ALL ON FUNCTION platform.let_in_service FROM PUBLIC;

-- migrate:down
