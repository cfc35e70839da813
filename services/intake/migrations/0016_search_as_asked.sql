-- migrate:up

UPDATE subscription SET search = json_strip_nulls(search::json)::text WHERE search <> '';
COMMENT ON COLUMN subscription.search IS 'The filters of a saved search that are asked for, as JSON in the order of the list; empty for the batch reports.';

-- migrate:down
