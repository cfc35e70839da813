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

CREATE FUNCTION fill_in(payload text, stand_ins text[], fills text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    FOR place IN 1 .. cardinality(stand_ins) LOOP
        payload := replace(payload, stand_ins[place], fills[place]);
    END LOOP;
    RETURN payload;
END
$$;

CREATE FUNCTION emit_drafts(
    topics text[], partitions integer[], counts integer[],
    streams integer[], steps integer[], event_ids uuid[], stand_ins text[], fills text[]
)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    kept bigint;
BEGIN
    IF EXISTS (SELECT FROM halted_reader WHERE reader = 'relay' AND why = 'fork') THEN
        RAISE EXCEPTION 'the log holds what the outbox does not: nothing may be emitted' USING ERRCODE = 'OGC01';
    END IF;
    PERFORM FROM outbox_stream s
      WHERE EXISTS (SELECT FROM unnest(topics, partitions) AS w (topic, partition)
                    WHERE w.topic = s.topic AND w.partition = s.partition)
      ORDER BY s.topic, s.partition
      FOR UPDATE;
    WITH counted AS (
        UPDATE outbox_stream s SET next_seq = s.next_seq + w.events
        FROM unnest(topics, partitions, counts) WITH ORDINALITY AS w (topic, partition, events, stream)
        WHERE w.topic = s.topic AND w.partition = s.partition
        RETURNING w.stream, s.topic, s.partition, s.next_seq - w.events AS first_seq
    )
    INSERT INTO outbox (topic, partition, seq, event_id, type, key, payload)
    SELECT c.topic, c.partition, c.first_seq + e.step, d.event_id, d.type, d.key,
           convert_to(fill_in(d.payload, stand_ins, fills), 'UTF8')
    FROM unnest(streams, steps, event_ids) AS e (stream, step, event_id)
    JOIN counted c USING (stream)
    JOIN outbox_draft d USING (event_id);
    GET DIAGNOSTICS kept = ROW_COUNT;
    IF kept <> cardinality(event_ids) THEN
        RAISE EXCEPTION 'a draft that is not there, or a topic-partition without a counter: %', topics USING ERRCODE = 'OGC02';
    END IF;
END
$$;
COMMENT ON FUNCTION emit_drafts IS 'As emit, of events that are written already: they are numbered, filled in and kept without leaving the database.';

-- migrate:down
