-- migrate:up

ALTER TABLE letter
    DROP CONSTRAINT letter_kind_check,
    ADD CONSTRAINT letter_kind_check CHECK (kind IN ('receipt', 'poc-informed', 'outcome', 'poc-outcome', 'clarification', 'correction', 'retraction', 'story-receipt', 'story-released', 'nomination-receipt', 'draft-link'));
COMMENT ON COLUMN letter.submission_id IS 'What it is about: a submission, a story, a nomination; of kind draft-link, the draft.';

-- migrate:down
