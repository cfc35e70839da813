-- migrate:up

ALTER TABLE month_review
    DROP COLUMN sealed_by,
    DROP COLUMN correlation_id,
    DROP COLUMN traceparent;
COMMENT ON TABLE month_review IS 'Which months'' batches are released, as it was heard; those whose submissions wait for too long are told so, once.';

-- migrate:down
