-- migrate:up

ALTER TABLE standing RENAME COLUMN answers TO said;
COMMENT ON COLUMN standing.said IS 'What review said of it beside its decisions, told once the receipt is known: of a wish to withdraw, or that its holder be asked.';
CREATE INDEX standing_of_month ON standing (month, submission_id) WHERE outcome IS NULL AND NOT withdrawn;
CREATE INDEX standing_of_reforms ON standing (submission_id) WHERE outcome = 'accepted';

ALTER TABLE letter
    DROP CONSTRAINT letter_kind_check,
    ADD CONSTRAINT letter_kind_check CHECK (kind IN ('receipt', 'amendment', 'answer', 'withdrawal', 'withdrawal-refused', 'delay', 'poc-informed', 'outcome', 'poc-outcome', 'clarification', 'reminder', 'correction', 'retraction', 'update-request', 'story-receipt', 'story-released', 'nomination-receipt', 'draft-link')),
    DROP CONSTRAINT letter_recipient_check,
    ADD CONSTRAINT letter_recipient_check CHECK (recipient IN ('submitter', 'holder') OR recipient ~ '^poc:[A-Z]{2,6}(/[1-9][0-9]*)?$');
COMMENT ON COLUMN letter.caused_by IS 'The event that it tells of; of kind update-request also the campaign, whose id is made of its name.';

CREATE TABLE month_review (
    month          text        PRIMARY KEY,
    sealed_by      uuid,
    correlation_id uuid,
    traceparent    text,
    released       boolean     NOT NULL DEFAULT false,
    delay_told_at  timestamptz
);
COMMENT ON TABLE month_review IS 'How far the review of a month is, as it was heard: those whose submissions wait for too long are told so, once.';
COMMENT ON COLUMN month_review.sealed_by IS 'The event that sealed its batch: what a notice of delay is caused by.';

-- migrate:down
