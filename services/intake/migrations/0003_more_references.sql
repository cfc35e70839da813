-- migrate:up

ALTER TABLE reference_year
    DROP CONSTRAINT reference_year_last_number_check,
    ADD CHECK (last_number BETWEEN 0 AND 999999999);

-- migrate:down
