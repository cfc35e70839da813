-- migrate:up

ALTER TABLE submission ADD COLUMN confirmed_at timestamptz;
UPDATE submission SET confirmed_at = received_at;
COMMENT ON COLUMN submission.confirmed_at IS 'Since when the submitter''s address is known to be their own: the receipt''s moment where a token vouched for it, null until the link was followed.';

-- migrate:down
