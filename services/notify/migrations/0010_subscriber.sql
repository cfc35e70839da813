-- migrate:up

CREATE TABLE subscriber (
    subscription_id text        PRIMARY KEY,
    contact_ref     text        NOT NULL,
    language        text        NOT NULL,
    since           timestamptz NOT NULL
);
COMMENT ON TABLE subscriber IS 'Who gets the batch reports, as it was heard: confirmed and not ended. No name, no address.';

ALTER TABLE month_review ADD COLUMN reported_by uuid;
COMMENT ON COLUMN month_review.reported_by IS 'The event of whose report every subscriber of then was owed a letter: heard again, it owes none.';

ALTER TABLE letter
    DROP CONSTRAINT letter_kind_check,
    ADD CONSTRAINT letter_kind_check CHECK (kind IN ('receipt', 'amendment', 'answer', 'withdrawal', 'withdrawal-refused', 'delay', 'poc-informed', 'outcome', 'poc-outcome', 'clarification', 'reminder', 'correction', 'retraction', 'update-request', 'story-receipt', 'story-released', 'nomination-receipt', 'draft-link', 'subscription-confirm', 'batch-report')),
    DROP CONSTRAINT letter_recipient_check,
    ADD CONSTRAINT letter_recipient_check CHECK (
        recipient IN ('submitter', 'holder') OR recipient ~ '^poc:[A-Z]{2,6}(/[1-9][0-9]*)?$'
        OR recipient ~ '^subscriber:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    ),
    ADD CONSTRAINT letter_subscriber_check CHECK ((kind IN ('subscription-confirm', 'batch-report')) = (recipient LIKE 'subscriber:%'));
COMMENT ON COLUMN letter.submission_id IS 'What it is about: a submission, a story, a nomination; of kind draft-link, the draft; of subscribers'' letters, the subscription.';

-- migrate:down
