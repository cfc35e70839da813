-- migrate:up

ALTER TABLE subscriber ADD COLUMN search text;
COMMENT ON TABLE subscriber IS 'Who gets the batch reports, or what a saved search finds, as it was heard: confirmed and not ended. No name, no address.';
COMMENT ON COLUMN subscriber.search IS 'The filters of a saved search, as JSON; null for the batch reports.';
CREATE INDEX subscriber_searching ON subscriber (subscription_id) WHERE search IS NOT NULL;

ALTER TABLE letter
    DROP CONSTRAINT letter_kind_check,
    ADD CONSTRAINT letter_kind_check CHECK (kind IN ('receipt', 'amendment', 'answer', 'withdrawal', 'withdrawal-refused', 'delay', 'poc-informed', 'outcome', 'poc-outcome', 'clarification', 'reminder', 'correction', 'retraction', 'update-request', 'story-receipt', 'story-released', 'nomination-receipt', 'draft-link', 'subscription-confirm', 'batch-report', 'search-digest')),
    DROP CONSTRAINT letter_subscriber_check,
    ADD CONSTRAINT letter_subscriber_check CHECK ((kind IN ('subscription-confirm', 'batch-report', 'search-digest')) = (recipient LIKE 'subscriber:%'));

DROP INDEX letter_to_be_joined;
CREATE INDEX letter_to_be_joined ON letter (due_at)
    WHERE state IN ('pending', 'failed-temporarily') AND kind IN ('poc-informed', 'poc-outcome', 'search-digest');
CREATE INDEX letter_found ON letter ((words::jsonb ->> 'reference'))
    WHERE kind = 'search-digest' AND state IN ('pending', 'claimed', 'failed-temporarily', 'held', 'suppressed');

-- migrate:down
