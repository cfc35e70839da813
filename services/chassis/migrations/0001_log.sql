-- migrate:up

CREATE TABLE outbox_stream (
    topic     text        NOT NULL,
    partition integer     NOT NULL CHECK (partition >= 0),
    next_seq  bigint      NOT NULL DEFAULT 1 CHECK (next_seq >= 1),
    floor_at  timestamptz NOT NULL DEFAULT '2000-01-01T00:00:00Z',
    PRIMARY KEY (topic, partition)
);
COMMENT ON TABLE outbox_stream IS 'The next number of each topic-partition that this service writes; locked by writers, ascending.';
COMMENT ON COLUMN outbox_stream.floor_at IS 'No event that carries its own time of entry may carry one before this.';

CREATE TABLE outbox (
    topic     text    NOT NULL,
    partition integer NOT NULL,
    seq       bigint  NOT NULL CHECK (seq >= 1),
    event_id  uuid    NOT NULL,
    type      text    NOT NULL,
    key       text    NOT NULL,
    payload   bytea   NOT NULL CHECK (octet_length(payload) <= 786432),
    PRIMARY KEY (topic, partition, seq)
);
COMMENT ON TABLE outbox IS 'The log of this service, numbered without gaps in commit order, kept for ever; the topic is its copy.';
COMMENT ON COLUMN outbox.payload IS 'Below max.message.bytes of the topic, so that what is too large fails here and not in the relay.';

CREATE TABLE relay_cursor (
    topic        text    NOT NULL,
    partition    integer NOT NULL,
    relayed_seq  bigint  NOT NULL DEFAULT 0,
    kafka_offset bigint  NOT NULL DEFAULT -1,
    PRIMARY KEY (topic, partition)
);
COMMENT ON TABLE relay_cursor IS 'How far the outbox is copied; written only on the connection that holds the leader''s lock.';

CREATE TABLE stream_position (
    source_topic  text    NOT NULL,
    partition     integer NOT NULL,
    last_seq      bigint  NOT NULL DEFAULT 0,
    last_event_id uuid,
    gapped        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (source_topic, partition)
);
COMMENT ON TABLE stream_position IS 'The last number applied of each partition heard, written with its effects.';

CREATE TABLE parked_event (
    source_topic   text        NOT NULL,
    partition      integer     NOT NULL,
    seq            bigint      NOT NULL,
    event_id       uuid,
    type           text,
    subject        text        NOT NULL,
    reason         text        NOT NULL CHECK (reason IN ('undecodable', 'unlisted', 'refused', 'data', 'behind', 'unnumbered')),
    raw            bytea,
    error          text        NOT NULL,
    parked_at      timestamptz NOT NULL,
    settled_at     timestamptz,
    settlement     text        CHECK (settlement IN ('replayed', 'discarded')),
    settled_reason text,
    PRIMARY KEY (source_topic, partition, seq),
    CHECK ((settled_at IS NULL) = (settlement IS NULL))
);
COMMENT ON COLUMN parked_event.seq IS 'Below zero for a record without a number, made of its time and offset.';
CREATE INDEX parked_event_open ON parked_event (source_topic, subject, seq) WHERE settled_at IS NULL;

CREATE TABLE halted_reader (
    reader text        PRIMARY KEY,
    why    text        NOT NULL,
    detail text        NOT NULL,
    since  timestamptz NOT NULL
);
COMMENT ON TABLE halted_reader IS 'Who stands still until a person says otherwise: a topic''s reader, or the relay.';

CREATE FUNCTION emit(topics text[], partitions integer[], event_ids uuid[], types text[], keys text[], payloads bytea[])
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM halted_reader WHERE reader = 'relay' AND why = 'fork') THEN
        RAISE EXCEPTION 'the log holds what the outbox does not: nothing may be emitted' USING ERRCODE = 'OGC01';
    END IF;
    PERFORM FROM outbox_stream s
      WHERE EXISTS (SELECT FROM unnest(topics, partitions) AS e (topic, partition)
                    WHERE e.topic = s.topic AND e.partition = s.partition)
      ORDER BY s.topic, s.partition
      FOR UPDATE;
    WITH told AS (
        SELECT e.*, row_number() OVER (PARTITION BY e.topic, e.partition ORDER BY e.place) - 1 AS step
        FROM unnest(topics, partitions, event_ids, types, keys, payloads) WITH ORDINALITY
          AS e (topic, partition, event_id, type, key, payload, place)
    ), kept AS (
        INSERT INTO outbox (topic, partition, seq, event_id, type, key, payload)
        SELECT t.topic, t.partition, s.next_seq + t.step, t.event_id, t.type, t.key, t.payload
        FROM told t JOIN outbox_stream s USING (topic, partition)
        ORDER BY t.topic, t.partition, t.step
        RETURNING topic, partition
    ), counted AS (
        SELECT topic, partition, count(*) AS steps FROM kept GROUP BY topic, partition
    )
    UPDATE outbox_stream s SET next_seq = s.next_seq + c.steps
    FROM counted c WHERE s.topic = c.topic AND s.partition = c.partition;
    IF (SELECT count(DISTINCT (e.topic, e.partition)) FROM unnest(topics, partitions) AS e (topic, partition))
       <> (SELECT count(*) FROM outbox_stream s WHERE EXISTS (
             SELECT FROM unnest(topics, partitions) AS e (topic, partition)
             WHERE e.topic = s.topic AND e.partition = s.partition)) THEN
        RAISE EXCEPTION 'a topic-partition without a counter: %', topics USING ERRCODE = 'OGC02';
    END IF;
END
$$;
COMMENT ON FUNCTION emit IS 'Numbers events and keeps them, in one round trip: the last step before COMMIT.';

-- migrate:down
