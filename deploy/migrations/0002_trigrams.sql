-- migrate:up

CREATE SCHEMA IF NOT EXISTS extensions;
COMMENT ON SCHEMA extensions IS 'What Postgres brings along and services may use; only an administrator can add to it.';
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions;
REVOKE ALL ON SCHEMA extensions FROM PUBLIC;
GRANT USAGE ON SCHEMA extensions TO platform_reader;

-- migrate:down
