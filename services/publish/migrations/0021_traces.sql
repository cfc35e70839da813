-- migrate:up

-- By which event an encouragement was told, as with all else that was said of a reform.
ALTER TABLE encouragement ADD COLUMN event_id uuid;
COMMENT ON COLUMN encouragement.event_id IS 'The event on the topic decisions that told it; null where it was told before this was kept.';

CREATE OR REPLACE VIEW public_encouragements AS
    SELECT p.reference, p.promising, p.support, p.why, p.since, p.superseded_at, p.event_id
    FROM encouragement p
    WHERE EXISTS (SELECT FROM reform_entry e WHERE e.reference = p.reference AND e.submission_id = p.submission_id);

-- migrate:down
