-- migrate:up

CREATE TABLE milestone_update (
    event_id      uuid        PRIMARY KEY,
    submission_id uuid        NOT NULL,
    known_at      timestamptz NOT NULL,
    confirmed_at  timestamptz NOT NULL,
    milestone     integer     NOT NULL CHECK (milestone >= 1),
    reference     text        COLLATE "C" NOT NULL CHECK (reference ~ '^OGC-20[0-9]{2}-[0-9]{6,9}$'),
    title         text        NOT NULL,
    status        text        NOT NULL CHECK (status IN ('not-started', 'limited', 'substantial', 'complete')),
    evidence      text        CHECK (evidence LIKE 'https://%'),
    barrier       text,
    said_by       text        NOT NULL CHECK (said_by IN ('holder', 'support-unit', 'irm'))
);
COMMENT ON TABLE milestone_update IS 'What was said of milestones, a fold of the topic evaluations: added, never changed. The newest confirmation stands.';
COMMENT ON COLUMN milestone_update.known_at IS 'When the record was told. Here and below: what a day in the past shows goes by it.';
COMMENT ON COLUMN milestone_update.said_by IS 'In which role: never who.';
CREATE INDEX milestone_update_reference ON milestone_update (reference);

CREATE TABLE assessment (
    event_id               uuid        PRIMARY KEY,
    submission_id          uuid        NOT NULL,
    known_at               timestamptz NOT NULL,
    published_at           timestamptz NOT NULL,
    reference              text        COLLATE "C" NOT NULL CHECK (reference ~ '^OGC-20[0-9]{2}-[0-9]{6,9}$'),
    stage                  text        NOT NULL CHECK (stage IN ('design', 'mid-term', 'end-term')),
    verifiable             text,
    open_government_values text,
    potential_for_results  text,
    completion             text,
    early_results          text,
    report                 text        CHECK (report LIKE 'https://%')
);
COMMENT ON TABLE assessment IS 'What the Independent Reporting Mechanism said, a fold of the topic evaluations. The newest of a stage stands.';
COMMENT ON COLUMN assessment.verifiable IS 'Here and in the four that follow: null was not looked at, pending-irm-review is not known yet.';
CREATE INDEX assessment_reference ON assessment (reference);

CREATE TABLE award (
    event_id      uuid        PRIMARY KEY,
    submission_id uuid        NOT NULL,
    known_at      timestamptz NOT NULL,
    given_at      timestamptz NOT NULL,
    reference     text        COLLATE "C" NOT NULL CHECK (reference ~ '^OGC-20[0-9]{2}-[0-9]{6,9}$'),
    award         text        NOT NULL,
    given_by      text        NOT NULL,
    award_round   text,
    link          text        CHECK (link LIKE 'https://%')
);
COMMENT ON TABLE award IS 'Awards that reforms were given, a fold of the topic evaluations.';
CREATE INDEX award_reference ON award (reference);

-- By way of the first entry of the reference: nothing said under a taken reference of another submission is shown.
CREATE VIEW public_milestone_updates AS
    SELECT m.reference, m.milestone, m.title, m.status, m.evidence, m.barrier, m.said_by, m.confirmed_at, m.known_at, m.event_id
    FROM milestone_update m JOIN reform_entry r
      ON r.reference = m.reference AND r.version = 1 AND r.submission_id = m.submission_id;
COMMENT ON VIEW public_milestone_updates IS 'All that was said of milestones of reforms that are or were public.';

CREATE VIEW public_assessments AS
    SELECT a.reference, a.stage, a.verifiable, a.open_government_values, a.potential_for_results, a.completion, a.early_results,
           a.report, a.published_at, a.known_at, a.event_id
    FROM assessment a JOIN reform_entry r
      ON r.reference = a.reference AND r.version = 1 AND r.submission_id = a.submission_id;
COMMENT ON VIEW public_assessments IS 'All assessments of reforms that are or were public.';

CREATE VIEW public_awards AS
    SELECT w.reference, w.award, w.given_by, w.award_round, w.link, w.given_at, w.known_at, w.event_id
    FROM award w JOIN reform_entry r
      ON r.reference = w.reference AND r.version = 1 AND r.submission_id = w.submission_id;
COMMENT ON VIEW public_awards IS 'All awards given to reforms that are or were public.';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT SELECT ON public_milestone_updates, public_assessments, public_awards TO public_reader;
    END IF;
END
$$;

-- migrate:down
