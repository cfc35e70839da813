-- migrate:up

-- In the words of platform.now(), which anyone may not call.
CREATE VIEW public_clock AS SELECT clock_timestamp() + "offset" AS now FROM platform.clock;
COMMENT ON VIEW public_clock IS 'The time by which the whole system goes: how old a confirmation is, and which days are over.';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_clock TO public_reader;
    END IF;
END
$$;

-- migrate:down
