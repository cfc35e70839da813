-- migrate:up

-- what was decided before standings were kept is known by the letter that told it
UPDATE standing s SET outcome = told.outcome
FROM (
    SELECT DISTINCT ON (submission_id) submission_id, words::jsonb ->> 'outcome' AS outcome
    FROM letter WHERE kind IN ('outcome', 'correction', 'retraction')
    ORDER BY submission_id, made_at DESC, kind = 'outcome', delivery_id
) told
WHERE s.submission_id = told.submission_id AND s.outcome IS NULL;

-- migrate:down
