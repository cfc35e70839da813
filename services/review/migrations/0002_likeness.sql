-- migrate:up

CREATE TABLE likeness_due (submission_id uuid NOT NULL);
COMMENT ON TABLE likeness_due IS 'Submissions with a text that is not in likeness yet; no key, so that entering costs nothing more than the row.';

CREATE TABLE likeness (
    submission_id   uuid    PRIMARY KEY,
    version         integer NOT NULL,
    reference       text    NOT NULL,
    member          text    NOT NULL,
    title           text    NOT NULL,
    institution     text    NOT NULL,
    commitment_id   text,
    extends         text,
    resubmission_of text,
    timetable       text
);
COMMENT ON TABLE likeness IS 'What is compared of each submission''s latest text; made from told at leisure, and at any time anew.';
COMMENT ON COLUMN likeness.title IS 'In ASCII letters whatever its script: pg_trgm sees no others where the locale is C.';
CREATE INDEX likeness_member ON likeness (member);
CREATE INDEX likeness_reference ON likeness (reference);
CREATE INDEX likeness_commitment ON likeness (commitment_id) WHERE commitment_id IS NOT NULL;
CREATE INDEX likeness_extends ON likeness (extends) WHERE extends IS NOT NULL;
CREATE INDEX likeness_resubmission ON likeness (resubmission_of) WHERE resubmission_of IS NOT NULL;
CREATE INDEX likeness_title ON likeness USING gin (title extensions.gin_trgm_ops);

INSERT INTO likeness_due SELECT DISTINCT submission_id FROM item;

-- migrate:down
