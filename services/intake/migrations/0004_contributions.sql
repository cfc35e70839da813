-- migrate:up

ALTER TABLE submission
    ALTER COLUMN member_code DROP NOT NULL,
    ALTER COLUMN first_month DROP NOT NULL,
    ALTER COLUMN round DROP NOT NULL,
    ALTER COLUMN version DROP NOT NULL,
    ALTER COLUMN standing DROP NOT NULL,
    ALTER COLUMN withdrawal DROP NOT NULL,
    ADD CONSTRAINT submission_is_in_a_month_or_never_reviewed
        CHECK ((channel IN ('story', 'award-nomination')) = (first_month IS NULL)),
    ADD CONSTRAINT submission_is_reviewed_whole_or_not
        CHECK (num_nulls(first_month, round, version, standing, withdrawal) IN (0, 5)),
    ADD CONSTRAINT submission_reviewed_has_a_member CHECK (first_month IS NULL OR member_code IS NOT NULL);
COMMENT ON COLUMN submission.first_month IS 'The month of the receipt, null for stories and nominations; the current round''s month stands with its version.';
COMMENT ON COLUMN submission.story_id IS 'The id of the event that told of the receipt, to which everything later about it refers.';

CREATE TABLE contribution (
    submission_id uuid PRIMARY KEY REFERENCES submission DEFERRABLE INITIALLY DEFERRED,
    body          text NOT NULL,
    released_at   timestamptz
);
COMMENT ON TABLE contribution IS 'What is never reviewed: stories and nominations. They have no version, so that no month counts them.';
COMMENT ON COLUMN contribution.body IS 'The story or the nomination as it was told, as JSON; read back only whole.';
COMMENT ON COLUMN contribution.released_at IS 'Since when a story may be shown.';

-- migrate:down
