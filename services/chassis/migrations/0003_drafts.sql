-- migrate:up

CREATE TABLE outbox_draft (
    event_id uuid PRIMARY KEY,
    type     text NOT NULL,
    key      text NOT NULL,
    payload  text NOT NULL CHECK (octet_length(payload) <= 786000)
) WITH (toast_tuple_target = 8160);
ALTER TABLE outbox_draft ALTER COLUMN payload SET STORAGE EXTERNAL;
COMMENT ON TABLE outbox_draft IS 'Events written before they are told, with stand-ins for what only the telling knows; told by emit_drafts, or never.';
COMMENT ON COLUMN outbox_draft.payload IS 'A little shorter than in the outbox may be: what takes a stand-in''s place may be longer.';

CREATE FUNCTION emit_drafts(wanted_topic text, partitions integer[], event_ids uuid[], stand_ins text[], fills text[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    kept bigint;
BEGIN
    IF EXISTS (SELECT FROM halted_reader WHERE reader = 'relay' AND why = 'fork') THEN
        RAISE EXCEPTION 'the log holds what the outbox does not: nothing may be emitted' USING ERRCODE = 'OGC01';
    END IF;
    IF cardinality(stand_ins) > 3 THEN
        RAISE EXCEPTION 'more stand-ins than are filled in: %', stand_ins USING ERRCODE = 'OGC02';
    END IF;
    PERFORM FROM outbox_stream s WHERE s.topic = wanted_topic AND s.partition = ANY (partitions)
      ORDER BY s.partition
      FOR UPDATE;
    WITH told AS MATERIALIZED (
        SELECT e.partition, e.event_id, row_number() OVER (PARTITION BY e.partition ORDER BY e.place) - 1 AS step
        FROM unnest(partitions, event_ids) WITH ORDINALITY AS e (partition, event_id, place)
    ), counted AS (
        UPDATE outbox_stream s SET next_seq = s.next_seq + c.events
        FROM (SELECT partition, count(*) AS events FROM told GROUP BY partition) AS c
        WHERE s.topic = wanted_topic AND s.partition = c.partition
        RETURNING s.partition, s.next_seq - c.events AS first_seq
    )
    INSERT INTO outbox (topic, partition, seq, event_id, type, key, payload)
    SELECT wanted_topic, t.partition, c.first_seq + t.step, d.event_id, d.type, d.key,
           convert_to(replace(replace(replace(d.payload,
               coalesce(stand_ins[1], ''), coalesce(fills[1], '')),
               coalesce(stand_ins[2], ''), coalesce(fills[2], '')),
               coalesce(stand_ins[3], ''), coalesce(fills[3], '')), 'UTF8')
    FROM told t JOIN counted c USING (partition) JOIN outbox_draft d USING (event_id);
    GET DIAGNOSTICS kept = ROW_COUNT;
    IF kept <> cardinality(event_ids) THEN
        RAISE EXCEPTION 'a draft that is not there, or a topic-partition without a counter: %', wanted_topic USING ERRCODE = 'OGC02';
    END IF;
END
$$;
COMMENT ON FUNCTION emit_drafts IS 'As emit, of events of one topic that are written already: they are numbered, filled in and kept without leaving the database.';

-- migrate:down
