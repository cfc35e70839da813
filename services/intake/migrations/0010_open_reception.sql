-- migrate:up

CREATE FUNCTION open_reception(partitions integer[])
RETURNS TABLE (floor_at timestamptz, now timestamptz, last_closed text, closed_until timestamptz, starts_on date, ends_on date)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM outbox_stream s
      WHERE s.topic = 'submissions' AND s.partition = ANY (partitions)
      ORDER BY s.partition
      FOR UPDATE;
    -- a statement of its own, after the lock: time and what is closed could run backwards otherwise
    RETURN QUERY
      SELECT (SELECT max(s.floor_at) FROM outbox_stream s WHERE s.topic = 'submissions' AND s.partition = ANY (partitions)),
             platform.now(), closed.month, closed.ended_at, c.starts_on, c.ends_on
      FROM challenge c
      LEFT JOIN (SELECT m.month, m.ended_at FROM closed_month m ORDER BY m.month DESC LIMIT 1) AS closed ON true;
END
$$;
COMMENT ON FUNCTION open_reception IS 'Locks the counters of what will be told, ascending, and then says what time it is, what is closed and when the Challenge runs, in one round trip.';

-- migrate:down
