-- migrate:up

ALTER TABLE quarantine
    ALTER COLUMN wrapped_key DROP NOT NULL,
    ALTER COLUMN sealed DROP NOT NULL,
    ADD COLUMN erased_at timestamptz,
    ADD CHECK ((erased_at IS NULL) = (sealed IS NOT NULL)),
    ADD CHECK ((sealed IS NULL) = (wrapped_key IS NULL));
COMMENT ON COLUMN quarantine.erased_at IS 'Erasing takes the content and leaves the place: read again, the record is neither kept nor told again.';

-- migrate:down
