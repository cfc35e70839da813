-- migrate:up

ALTER TABLE letter
    DROP CONSTRAINT letter_kind_check,
    DROP CONSTRAINT letter_state_check,
    ADD CONSTRAINT letter_kind_check CHECK (kind IN ('receipt', 'poc-informed', 'outcome', 'poc-outcome', 'clarification', 'correction', 'retraction', 'story-receipt', 'story-released', 'nomination-receipt')),
    ADD CONSTRAINT letter_state_check CHECK (state IN ('waiting-for-confirmation', 'pending', 'claimed', 'final-dot-intended', 'sent', 'failed-temporarily', 'failed', 'held', 'cancelled', 'unknown')),
    ADD COLUMN submitter_ref text CHECK (recipient <> 'submitter' OR submitter_ref IS NULL),
    ADD CONSTRAINT letter_waits_check CHECK (state <> 'waiting-for-confirmation' OR recipient <> 'submitter');
COMMENT ON COLUMN letter.submitter_ref IS 'On letters to others: who sent it in, and is not told of it a second time.';
COMMENT ON COLUMN letter.state IS 'waiting-for-confirmation: nobody but the submitter is written to before the address is confirmed.';

CREATE INDEX letter_waiting ON letter (submission_id) WHERE state = 'waiting-for-confirmation';

CREATE TABLE confirmation (
    submission_id text    PRIMARY KEY,
    confirmed     boolean NOT NULL
);
COMMENT ON TABLE confirmation IS 'Submissions of which others may be told, and whether the submitter''s address is confirmed; false also where only a decision was heard yet.';
INSERT INTO confirmation SELECT DISTINCT submission_id, true FROM letter WHERE kind = 'receipt';

-- migrate:down
