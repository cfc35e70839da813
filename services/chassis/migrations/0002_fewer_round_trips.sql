-- migrate:up

ALTER TABLE outbox SET (toast_tuple_target = 8160);
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
COMMENT ON COLUMN outbox.payload IS 'Below max.message.bytes of the topic, so that what is too large fails here and not in the relay. Uncompressed: it is written once and copied once, and pglz costs as much as the rest of the row.';

DROP FUNCTION emit(text[], integer[], uuid[], text[], text[], bytea[]);

CREATE FUNCTION emit(
    topics text[], partitions integer[], counts integer[], floors timestamptz[],
    streams integer[], steps integer[], event_ids uuid[], types text[], keys text[], payloads bytea[]
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
        UPDATE outbox_stream s SET next_seq = s.next_seq + w.events, floor_at = greatest(s.floor_at, w.floor_at)
        FROM unnest(topics, partitions, counts, floors) WITH ORDINALITY AS w (topic, partition, events, floor_at, stream)
        WHERE w.topic = s.topic AND w.partition = s.partition
        RETURNING w.stream, s.topic, s.partition, s.next_seq - w.events AS first_seq
    )
    INSERT INTO outbox (topic, partition, seq, event_id, type, key, payload)
    SELECT c.topic, c.partition, c.first_seq + e.step, e.event_id, e.type, e.key, e.payload
    FROM unnest(streams, steps, event_ids, types, keys, payloads) AS e (stream, step, event_id, type, key, payload)
    JOIN counted c USING (stream);
    GET DIAGNOSTICS kept = ROW_COUNT;
    IF kept <> cardinality(event_ids) THEN
        RAISE EXCEPTION 'a topic-partition without a counter: %', topics USING ERRCODE = 'OGC02';
    END IF;
END
$$;
COMMENT ON FUNCTION emit IS 'Numbers events, keeps them and raises the floors of time, in one round trip: the last step before COMMIT. ``streams`` are places in the first four arrays, from 1; ``steps`` count from 0 within each.';

CREATE FUNCTION open_chunk(topic text, partitions integer[])
RETURNS TABLE (part integer, seq bigint, event_id uuid, has_hole boolean, now timestamptz, parking boolean, halted text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM stream_position p
      WHERE p.source_topic = topic AND p.partition = ANY (partitions)
      ORDER BY p.partition
      FOR UPDATE;
    -- a statement of its own, after the lock: what a waiting zombie saw before it is old
    RETURN QUERY
      SELECT p.partition, p.last_seq, p.last_event_id, p.gapped, state.now, state.parking, state.halted
      FROM stream_position p
      CROSS JOIN (
        SELECT platform.now() AS now,
               EXISTS (SELECT FROM parked_event WHERE source_topic = topic AND settled_at IS NULL AND parked_event.seq > 0)
                 AS parking,
               (SELECT why FROM halted_reader WHERE reader = topic OR (reader = 'relay' AND why = 'fork')
                ORDER BY why = 'fork' DESC LIMIT 1) AS halted
      ) AS state
      WHERE p.source_topic = topic AND p.partition = ANY (partitions);
END
$$;
COMMENT ON FUNCTION open_chunk IS 'Locks a reader''s positions, ascending, and then says what they are and what else bears on the chunk, in one round trip.';

-- migrate:down
