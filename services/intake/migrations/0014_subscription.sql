-- migrate:up

CREATE TABLE subscription (
    subscription_id uuid        PRIMARY KEY,
    address_hash    bytea       NOT NULL UNIQUE CHECK (octet_length(address_hash) = 32),
    contact_ref     uuid        NOT NULL UNIQUE,
    language        text        NOT NULL,
    requested_at    timestamptz NOT NULL,
    asked_at        timestamptz NOT NULL,
    confirmed_at    timestamptz
);
COMMENT ON TABLE subscription IS 'Who gets the batch reports by letter, or asked for them lately; a row is deleted when it ends, and its contact with it.';
COMMENT ON COLUMN subscription.address_hash IS 'HMAC-SHA256 of the address under a key of its own, so that the same address is one subscription.';
COMMENT ON COLUMN subscription.asked_at IS 'When the latest letter that asks to confirm was owed.';
COMMENT ON COLUMN subscription.confirmed_at IS 'Null until the button behind the link was pressed: then it is forgotten after seven days.';
CREATE INDEX subscription_unconfirmed ON subscription (requested_at) WHERE confirmed_at IS NULL;

-- migrate:down
