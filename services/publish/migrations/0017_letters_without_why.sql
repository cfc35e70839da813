-- migrate:up

-- Why a letter did not arrive is nobody's business: no page says it, and of a role that one person has it says something of her.
DROP VIEW public_notices;
CREATE VIEW public_notices AS
    SELECT r.reference, n.delivery_id, n.decision_id, n.kind, n.role, n.became, n.told_at, n.known_at, n.event_id
    FROM reform_entry r JOIN notice_told n ON n.submission_id = r.submission_id
    WHERE r.version = 1;
COMMENT ON VIEW public_notices IS 'The letters about submissions that are or were public, as their pages show them: not why one did not arrive.';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_notices TO public_reader;
    END IF;
END
$$;

-- migrate:down
