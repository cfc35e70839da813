-- migrate:up

CREATE TABLE letter (
    delivery_id    uuid        PRIMARY KEY,
    kind           text        NOT NULL CHECK (kind IN ('receipt', 'poc-informed', 'outcome', 'poc-outcome', 'clarification', 'correction', 'retraction')),
    recipient      text        NOT NULL CHECK (recipient = 'submitter' OR recipient ~ '^poc:[A-Z]{2,6}$'),
    contact_ref    text,
    submission_id  text        NOT NULL,
    decision_id    uuid,
    caused_by      uuid        NOT NULL,
    correlation_id uuid        NOT NULL,
    traceparent    text,
    language       text        NOT NULL,
    words          text        NOT NULL,
    state          text        NOT NULL CHECK (state IN ('pending', 'claimed', 'final-dot-intended', 'sent', 'failed-temporarily', 'failed', 'held', 'cancelled', 'unknown')),
    attempts       integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lease          integer,
    detail         text        CHECK (octet_length(detail) <= 80),
    made_at        timestamptz NOT NULL,
    due_at         timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    CHECK ((recipient = 'submitter') = (contact_ref IS NOT NULL)),
    CHECK ((state IN ('claimed', 'final-dot-intended')) <= (lease IS NOT NULL))
);
COMMENT ON TABLE letter IS 'The mail ledger: a row before any letter, kept for ever. No name, no address.';
COMMENT ON COLUMN letter.delivery_id IS 'uuid5 of the causing event, the recipient''s role and the kind: nobody is told twice.';
COMMENT ON COLUMN letter.contact_ref IS 'Asked of the contact vault at the moment of sending; points of contact are asked by their member''s code.';
COMMENT ON COLUMN letter.words IS 'What the template needs to know of the event, as JSON; the letter is rendered from it when it is sent.';
COMMENT ON COLUMN letter.lease IS 'The postman that has it: the key of an advisory lock that lives as long as the postman does.';
COMMENT ON COLUMN letter.detail IS 'A code: never the words of a mail server, which repeat addresses.';

CREATE INDEX letter_due ON letter (due_at) WHERE state IN ('pending', 'failed-temporarily');
CREATE INDEX letter_leased ON letter (lease) WHERE state IN ('claimed', 'final-dot-intended');
CREATE INDEX letter_of_concern ON letter (state, made_at) WHERE state IN ('held', 'failed', 'unknown');
CREATE INDEX letter_about_submission ON letter (submission_id);
CREATE INDEX letter_about_decision ON letter (decision_id) WHERE decision_id IS NOT NULL;

-- migrate:down
