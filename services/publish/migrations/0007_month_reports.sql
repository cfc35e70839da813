-- migrate:up

CREATE TABLE month_report (
    month       text        COLLATE "C" PRIMARY KEY CHECK (month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
    reported_at timestamptz NOT NULL,
    known_at    timestamptz NOT NULL,
    document    text        NOT NULL
);
COMMENT ON TABLE month_report IS 'Months in figures, as they were told: a fold of the topic decisions. A month is reported once.';
COMMENT ON COLUMN month_report.document IS 'The figures as JSON: none about a person, no actor.';

CREATE VIEW public_month_reports AS SELECT month, reported_at, known_at, document FROM month_report;
COMMENT ON VIEW public_month_reports IS 'The reports of the months, each with its figures.';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_month_reports TO public_reader;
    END IF;
END
$$;

-- migrate:down
