-- migrate:up

ALTER TABLE subscription
    ADD COLUMN search text NOT NULL DEFAULT '',
    DROP CONSTRAINT subscription_address_hash_key,
    ADD UNIQUE (address_hash, search);
COMMENT ON TABLE subscription IS 'Who gets the batch reports or what a search finds by letter, or asked for it lately; a row is deleted when it ends, and its contact with it.';
COMMENT ON COLUMN subscription.address_hash IS 'HMAC-SHA256 of the address under a key of its own, so that the same address is one subscription to the same.';
COMMENT ON COLUMN subscription.search IS 'The filters of a saved search, as JSON; empty for the batch reports.';

-- migrate:down
