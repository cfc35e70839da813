-- migrate:up

-- By which event each link of a chain was told. What is there already says so on the log of what was told of it.
ALTER TABLE reform_entry ADD COLUMN event_id uuid;
ALTER TABLE month_report ADD COLUMN event_id uuid;
COMMENT ON COLUMN reform_entry.event_id IS 'The event on the topic decisions that told it; null where its log was gone when this was first kept.';
COMMENT ON COLUMN month_report.event_id IS 'The event on the topic decisions that told it; null where it was told before this was kept.';

UPDATE reform_entry e SET event_id = (t.told ->> 'causationid')::uuid
FROM (SELECT key, convert_from(payload, 'UTF8')::jsonb AS told FROM outbox WHERE topic = 'reforms') t
WHERE t.key = e.submission_id::text
  AND e.decision_id::text IN (t.told #>> '{data,reform,decision_id}', t.told #>> '{data,decision_id}');

CREATE OR REPLACE VIEW public_entries AS
    SELECT reference, version, decision_id, entered_at, superseded_at, published_at, effect, why, area, level, member,
           member_name, participant, region, country, locality, institution, channel, batch, language, declared_area,
           retagged, document, event_id
    FROM reform_entry;

CREATE OR REPLACE VIEW public_month_reports AS SELECT month, reported_at, known_at, document, event_id FROM month_report;

-- migrate:down
