-- migrate:up

ALTER TABLE letter
    ADD COLUMN mail_id uuid,
    ADD COLUMN spared integer NOT NULL DEFAULT 0 CHECK (spared BETWEEN 0 AND attempts);
COMMENT ON COLUMN letter.mail_id IS 'Deliveries that go out as one piece of mail share it: the first one''s id, set when they are first claimed. The Message-ID is made of it.';
COMMENT ON COLUMN letter.attempts IS 'How often it was claimed: with the lease, the name of a claim.';
COMMENT ON COLUMN letter.spared IS 'How many of these attempts do not count: a limit of our own stood in the way.';

CREATE INDEX letter_of_mail ON letter (mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX letter_to_be_joined ON letter (due_at)
    WHERE state IN ('pending', 'failed-temporarily') AND kind IN ('poc-informed', 'poc-outcome');

-- migrate:down
