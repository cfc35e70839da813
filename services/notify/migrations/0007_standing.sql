-- migrate:up

ALTER TABLE confirmation RENAME TO standing;
ALTER TABLE standing
    ADD COLUMN withdrawn boolean NOT NULL DEFAULT false,
    ADD COLUMN round     integer NOT NULL DEFAULT 0,
    ADD COLUMN month     text,
    ADD COLUMN outcome   text    CHECK (outcome IN ('accepted', 'declined', 'retracted')),
    ADD COLUMN about     jsonb   NOT NULL DEFAULT '{}',
    ADD COLUMN answers   jsonb   NOT NULL DEFAULT '[]';
COMMENT ON TABLE standing IS 'What was heard of each submission, whatever came first: enough to write about it. No name, no address.';
COMMENT ON COLUMN standing.confirmed IS 'Whether the submitter''s address is confirmed; false also where only a decision was heard yet.';
COMMENT ON COLUMN standing.round IS 'The newest round that its submitter opened: a question of an earlier one is answered.';
COMMENT ON COLUMN standing.month IS 'The month in whose batch that round is.';
COMMENT ON COLUMN standing.about IS 'What letters say of the submission, and whom they go to; empty before its receipt was heard.';
COMMENT ON COLUMN standing.answers IS 'Review''s answers to a wish to withdraw, told once the receipt is known.';

-- what was received before is known by its receipt
INSERT INTO standing AS s (submission_id, confirmed, round, month, about)
SELECT submission_id, true, 1, words::jsonb ->> 'month', jsonb_build_object(
        'contact_ref', contact_ref, 'language', language, 'reference', words::jsonb ->> 'reference',
        'title', words::jsonb ->> 'title', 'member', words::jsonb ->> 'member',
        'received_at', words::jsonb ->> 'received_at', 'channel', words::jsonb ->> 'channel')
FROM letter WHERE kind = 'receipt'
ON CONFLICT (submission_id) DO UPDATE SET round = 1, month = excluded.month, about = excluded.about;

ALTER TABLE letter
    DROP CONSTRAINT letter_kind_check,
    ADD CONSTRAINT letter_kind_check CHECK (kind IN ('receipt', 'amendment', 'answer', 'withdrawal', 'withdrawal-refused', 'poc-informed', 'outcome', 'poc-outcome', 'clarification', 'reminder', 'correction', 'retraction', 'story-receipt', 'story-released', 'nomination-receipt', 'draft-link'));

CREATE INDEX letter_to_remind ON letter (submission_id)
    WHERE kind = 'reminder' AND state IN ('pending', 'failed-temporarily', 'held');

-- migrate:down
