-- migrate:up

CREATE TABLE member (
    code    text PRIMARY KEY CHECK (code ~ '^[A-Z]{2,6}$'),
    kind    text NOT NULL CHECK (kind IN ('national', 'local')),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    region  text NOT NULL,
    name    text NOT NULL,
    status  text NOT NULL DEFAULT 'active'
            CHECK (status IN ('active', 'under-review', 'inactive', 'suspended', 'withdrawn'))
);
COMMENT ON COLUMN member.code IS 'OGP''s own code (UK, PHQZT); a displayed name is never a key.';
COMMENT ON COLUMN member.country IS 'ISO 3166-1, for maps.';

CREATE TABLE contact (
    contact_ref uuid  PRIMARY KEY,
    wrapped_key bytea,
    sealed      bytea,
    erased_at   timestamptz,
    CHECK ((erased_at IS NULL) = (sealed IS NOT NULL)),
    CHECK ((sealed IS NULL) = (wrapped_key IS NULL))
);
COMMENT ON TABLE contact IS 'The vault: each contact under a key of its own, which is wrapped by the service''s. Erasing takes both.';

CREATE TABLE point_of_contact (
    contact_ref uuid PRIMARY KEY REFERENCES contact,
    member_code text NOT NULL REFERENCES member
);
CREATE INDEX point_of_contact_member ON point_of_contact (member_code);

CREATE TABLE challenge (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    starts_on date NOT NULL,
    ends_on   date NOT NULL,
    CHECK (starts_on <= ends_on)
);
COMMENT ON TABLE challenge IS 'The dates between which the Challenge takes submissions, both included, in the declared zone.';
INSERT INTO challenge (starts_on, ends_on) VALUES ('2023-11-01', '2028-12-31');

CREATE TABLE opened_month (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    month    text NOT NULL
);
COMMENT ON TABLE opened_month IS 'The first month that this intake saw; months are closed in order from here.';

CREATE TABLE closed_month (
    month     text        PRIMARY KEY CHECK (month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
    ended_at  timestamptz NOT NULL,
    closed_at timestamptz NOT NULL CHECK (closed_at >= ended_at)
);

CREATE TABLE reference_year (
    year        integer PRIMARY KEY CHECK (year BETWEEN 2000 AND 2099),
    last_number integer NOT NULL CHECK (last_number BETWEEN 0 AND 999999)
);
COMMENT ON TABLE reference_year IS 'The last public number given in each year; numbers are never used again.';

CREATE TABLE submission (
    submission_id    uuid        PRIMARY KEY,
    reference        text        NOT NULL UNIQUE,
    source           text        NOT NULL,
    external_id      text        NOT NULL,
    digest           bytea       NOT NULL CHECK (octet_length(digest) = 32),
    story_id         uuid        NOT NULL,
    channel          text        NOT NULL,
    member_code      text        NOT NULL,
    contact_ref      uuid        NOT NULL REFERENCES contact DEFERRABLE INITIALLY DEFERRED,
    holder_ref       uuid        REFERENCES contact DEFERRABLE INITIALLY DEFERRED,
    first_month      text        NOT NULL,
    received_at      timestamptz NOT NULL,
    round            integer     NOT NULL DEFAULT 1 CHECK (round >= 1),
    version          integer     NOT NULL DEFAULT 1 CHECK (version >= 1),
    standing         text        NOT NULL DEFAULT 'waiting' CHECK (standing IN ('waiting', 'asked', 'decided')),
    asked_round      integer,
    question         text,
    answer_by        timestamptz,
    outcome          text        CHECK (outcome IN ('accepted', 'declined', 'retracted')),
    withdrawal       text        NOT NULL DEFAULT 'none' CHECK (withdrawal IN ('none', 'pending', 'denied', 'withdrawn')),
    withdrawal_round integer,
    withdrawal_code  text,
    UNIQUE (source, external_id),
    CHECK ((standing = 'asked') = (asked_round IS NOT NULL AND question IS NOT NULL AND answer_by IS NOT NULL)),
    CHECK ((standing = 'decided') = (outcome IS NOT NULL)),
    CHECK ((withdrawal IN ('pending', 'denied')) = (withdrawal_round IS NOT NULL)),
    CHECK ((withdrawal = 'denied') = (withdrawal_code IS NOT NULL))
);
COMMENT ON COLUMN submission.digest IS 'Keyed hash of the form as it was received: same id and same content get the same receipt.';
COMMENT ON COLUMN submission.story_id IS 'The id of submission.received, to which everything later about it refers.';
COMMENT ON COLUMN submission.first_month IS 'The month of the receipt; the current round''s month stands with its version.';

CREATE TABLE version (
    submission_id uuid        NOT NULL REFERENCES submission DEFERRABLE INITIALLY DEFERRED,
    version       integer     NOT NULL CHECK (version >= 1),
    round         integer     NOT NULL CHECK (round >= 1),
    month         text        NOT NULL,
    partition     integer     NOT NULL,
    event_id      uuid        NOT NULL,
    entered_at    timestamptz NOT NULL,
    proposal      text        NOT NULL,
    flags         text[]      NOT NULL,
    answer        text,
    PRIMARY KEY (submission_id, version),
    UNIQUE (month, partition, event_id)
);
COMMENT ON TABLE version IS 'A row for each received, amended and clarified event: what the month''s marker counts and hashes.';
COMMENT ON COLUMN version.proposal IS 'The text as it was told, as JSON; read back only whole.';

CREATE TABLE quarantine (
    partition    integer     NOT NULL,
    "offset"     bigint      NOT NULL,
    digest       bytea       NOT NULL,
    codes        text[]      NOT NULL CHECK (cardinality(codes) >= 1),
    wrapped_key  bytea       NOT NULL,
    sealed       bytea       NOT NULL,
    refused_at   timestamptz NOT NULL,
    PRIMARY KEY (partition, "offset", digest)
);
COMMENT ON TABLE quarantine IS 'What came by `forms` and could not be taken in, encrypted like the vault, for thirty days.';
COMMENT ON COLUMN quarantine.digest IS 'Keyed hash of the record: after the topic was made anew its offsets stand for other records.';
CREATE INDEX quarantine_age ON quarantine (refused_at);

-- migrate:down
