-- migrate:up

CREATE TABLE flagging_due (submission_id uuid NOT NULL);
COMMENT ON TABLE flagging_due IS 'Submissions whose latest text was not looked at yet for flags; no key, as likeness_due.';

CREATE TABLE pairing_due (submission_id uuid NOT NULL);
COMMENT ON TABLE pairing_due IS 'Submissions of which nobody has looked yet what they are like; no key, likewise.';

CREATE TABLE flagged (
    submission_id uuid    NOT NULL,
    round         integer NOT NULL,
    flag          text    NOT NULL,
    PRIMARY KEY (submission_id, round, flag)
);
CREATE INDEX flagged_with ON flagged (flag, submission_id, round);
COMMENT ON TABLE flagged IS 'What reviewers are told to look at, a row a flag; made from told, likeness and coordination, at any time anew.';

CREATE TABLE alike (
    submission_id uuid NOT NULL,
    other_id      uuid NOT NULL,
    PRIMARY KEY (submission_id, other_id),
    CHECK (submission_id <> other_id)
);
CREATE INDEX alike_other ON alike (other_id);
COMMENT ON TABLE alike IS 'Possible duplicates, each pair both ways; kept by one worker at a time, under an advisory lock.';

CREATE TABLE assignment (
    submission_id uuid        NOT NULL,
    round         integer     NOT NULL,
    assessor      text        NOT NULL,
    why           text        NOT NULL,
    by            text        NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (submission_id, round)
);
CREATE INDEX assignment_of ON assignment (assessor, submission_id, round);
COMMENT ON TABLE assignment IS 'Who is to assess an item. Apart from item, so that it neither makes an assessment under way stale nor costs an update.';
COMMENT ON COLUMN assignment.why IS 'The sentence that is told.';

CREATE TABLE coordination (
    month      text        NOT NULL REFERENCES batch,
    member     text        NOT NULL,
    area       text        NOT NULL,
    state      text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'contacted', 'closed')),
    contacts   text        NOT NULL DEFAULT '[]',
    outcome    text,
    revision   integer     NOT NULL DEFAULT 0,
    listed     boolean     NOT NULL DEFAULT false,
    updated_by text,
    updated_at timestamptz,
    PRIMARY KEY (month, member, area),
    CHECK ((state = 'closed') = (outcome IS NOT NULL)),
    CHECK ((revision = 0) = (updated_at IS NULL)),
    CHECK (num_nulls(updated_by, updated_at) IN (0, 2))
);
COMMENT ON TABLE coordination IS 'Where several institutions of a member work in one area: who was spoken to, and what came of it.';
COMMENT ON COLUMN coordination.listed IS 'Whether its items are in coordination_item yet: they are put there at leisure, so that sealing need not wait.';
CREATE INDEX coordination_to_list ON coordination (month) WHERE NOT listed;
COMMENT ON COLUMN coordination.contacts IS 'As JSON: role, institution and day of each; never a name or an address.';

CREATE TABLE coordination_item (
    submission_id uuid    NOT NULL,
    round         integer NOT NULL,
    month         text    NOT NULL,
    member        text    NOT NULL,
    area          text    NOT NULL,
    PRIMARY KEY (submission_id, round),
    FOREIGN KEY (month, member, area) REFERENCES coordination
);
CREATE INDEX coordination_item_of ON coordination_item (month, member, area);

CREATE TABLE plan (
    plan_id    uuid        PRIMARY KEY,
    made_by    text        NOT NULL,
    made_at    timestamptz NOT NULL,
    hash       text        NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    action     text        NOT NULL,
    lines      text        NOT NULL,
    applied_at timestamptz
);
CREATE INDEX plan_waiting ON plan (made_at) WHERE applied_at IS NULL;
COMMENT ON TABLE plan IS 'What an action on many items would do, as it was shown; applied once, and only as it was shown.';

INSERT INTO flagging_due SELECT DISTINCT submission_id FROM item;

-- migrate:down
