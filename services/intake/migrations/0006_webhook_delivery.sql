-- migrate:up

CREATE TABLE webhook_delivery (
    source     text        NOT NULL,
    webhook_id text        NOT NULL,
    digest     bytea       NOT NULL CHECK (octet_length(digest) = 32),
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (source, webhook_id)
);
COMMENT ON TABLE webhook_delivery IS 'What came by webhook, for as long as its signature could be shown again: one id stands for one content.';
COMMENT ON COLUMN webhook_delivery.digest IS 'Keyed hash of the content.';
CREATE INDEX webhook_delivery_age ON webhook_delivery (seen_at);

-- migrate:down
