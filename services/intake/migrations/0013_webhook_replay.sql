-- migrate:up

ALTER TABLE webhook_delivery ADD COLUMN signed_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE webhook_delivery ALTER COLUMN signed_at DROP DEFAULT;
COMMENT ON COLUMN webhook_delivery.signed_at IS 'The latest moment at which it was signed: what is sent again is signed anew, what was signed by then is shown again.';

-- migrate:down
