-- migrate:up

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA extensions;

-- Whoever connects as anyone may: only reading, only for a while, and with a plan for what is asked this time, since the
-- same statement with another filter is another question.
ALTER ROLE public_reader SET default_transaction_read_only = on;
ALTER ROLE public_reader SET statement_timeout = '3s';
ALTER ROLE public_reader SET lock_timeout = '1s';
ALTER ROLE public_reader SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE public_reader SET plan_cache_mode = force_custom_plan;

-- migrate:down
