-- migrate:up

ALTER TABLE subscription DROP CONSTRAINT subscription_address_hash_search_key;
CREATE UNIQUE INDEX subscription_own ON subscription (address_hash, md5(search));
COMMENT ON INDEX subscription_own IS 'An address is one subscription to the same; a search may be longer than an index can hold.';

-- migrate:down
