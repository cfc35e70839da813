-- migrate:up

DROP FUNCTION open_reception(integer[]);

CREATE FUNCTION open_reception(partitions integer[])
RETURNS TABLE (
    floor_at timestamptz, now timestamptz, last_closed text, closed_until timestamptz, starts_on date, ends_on date,
    years integer[], last_numbers integer[]
)
LANGUAGE plpgsql ROWS 1 AS $$
DECLARE
    this_year integer := extract(year FROM platform.now());
BEGIN
    PERFORM FROM outbox_stream s
      WHERE s.topic = 'submissions' AND s.partition = ANY (partitions)
      ORDER BY s.partition
      FOR UPDATE;
    -- two that meet in a new year wait for each other here
    INSERT INTO reference_year (year, last_number) VALUES (this_year, 0), (this_year + 1, 0) ON CONFLICT DO NOTHING;
    PERFORM FROM reference_year r ORDER BY r.year FOR UPDATE;
    -- a statement of its own, after the locks: time, numbers and what is closed could run backwards otherwise
    RETURN QUERY
      SELECT (SELECT max(s.floor_at) FROM outbox_stream s WHERE s.topic = 'submissions' AND s.partition = ANY (partitions)),
             platform.now(), closed.month, closed.ended_at, c.starts_on, c.ends_on, given.years, given.last_numbers
      FROM challenge c
      CROSS JOIN (SELECT array_agg(r.year) AS years, array_agg(r.last_number) AS last_numbers FROM reference_year r) AS given
      LEFT JOIN (SELECT m.month, m.ended_at FROM closed_month m ORDER BY m.month DESC LIMIT 1) AS closed ON true;
END
$$;
COMMENT ON FUNCTION open_reception IS 'Locks the counters of what will be told, ascending, and those of the public numbers, and then says what time it is, what is closed, when the Challenge runs and which numbers were given, in one round trip.';

-- migrate:down
