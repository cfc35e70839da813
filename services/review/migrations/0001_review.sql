-- migrate:up

CREATE TABLE batch (
    month            text        PRIMARY KEY CHECK (month ~ '^20\d\d-(0[1-9]|1[0-2])$'),
    state            text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'sealed', 'releasing', 'released')),
    count            integer,
    excluded         integer,
    manifest_hash    text        CHECK (manifest_hash ~ '^[0-9a-f]{64}$'),
    sealed_at        timestamptz,
    release_by       text,
    release_at       timestamptz,
    after_submission uuid,
    after_round      integer,
    CHECK ((state = 'open') = (sealed_at IS NULL)),
    CHECK (num_nulls(count, excluded, manifest_hash, sealed_at) IN (0, 4)),
    CHECK ((state IN ('releasing', 'released')) = (release_at IS NOT NULL)),
    CHECK (num_nulls(release_by, release_at) IN (0, 2))
);
COMMENT ON TABLE batch IS 'A month''s batch; its row is locked by whoever brings a marker, before anything else of that chunk.';
COMMENT ON COLUMN batch.after_submission IS 'With after_round: the last item that left, so that a release goes on where it stopped.';

CREATE TABLE manifest (
    month text  PRIMARY KEY REFERENCES batch,
    body  bytea NOT NULL
);
COMMENT ON TABLE manifest IS 'What each sealed batch holds, in the bytes over which batch.manifest_hash goes.';

CREATE TABLE marker (
    month          text        NOT NULL REFERENCES batch,
    partition      integer     NOT NULL,
    count          integer     NOT NULL CHECK (count >= 0),
    event_ids_hash text        NOT NULL,
    ended_at       timestamptz NOT NULL,
    PRIMARY KEY (month, partition)
);
COMMENT ON TABLE marker IS 'What intake said of each partition''s share of a month when it closed it.';

CREATE TABLE entered (
    month     text    NOT NULL,
    partition integer NOT NULL,
    event_ids uuid[]  NOT NULL
);
CREATE INDEX entered_of_month ON entered (month, partition);
COMMENT ON TABLE entered IS 'The ids of the counted events, a row for each chunk: compared with the marker, never looked up singly.';

CREATE TABLE excluded (
    event_id  uuid    PRIMARY KEY,
    month     text,
    partition integer NOT NULL,
    seq       bigint  NOT NULL,
    reason    text    NOT NULL
);
COMMENT ON TABLE excluded IS 'Counted events that an operator discarded, and why.';
COMMENT ON COLUMN excluded.month IS 'Null while nobody knows: the month whose marker it completes will claim it.';

CREATE TABLE item (
    submission_id uuid    NOT NULL,
    round         integer NOT NULL CHECK (round >= 1),
    month         text    NOT NULL,
    version       integer NOT NULL CHECK (version >= 1),
    state         text    NOT NULL CHECK (state IN ('entered', 'assessed', 'decided', 'withdrawn', 'accepted', 'declined', 'asked', 'retracted')),
    unanswered    boolean NOT NULL DEFAULT false,
    declared_area text    NOT NULL,
    reference     text    NOT NULL,
    title         text    NOT NULL,
    member        text    NOT NULL,
    institution   text    NOT NULL,
    received_by   uuid    NOT NULL,
    told_by       uuid    NOT NULL,
    assessment    text,
    outcome       text    CHECK (outcome IN ('accepted', 'declined', 'clarification')),
    ruling        text,
    hold          text,
    answer_by     timestamptz,
    PRIMARY KEY (submission_id, round),
    CHECK (state <> 'assessed' OR assessment IS NOT NULL),
    CHECK (state IN ('entered', 'assessed', 'withdrawn') OR ruling IS NOT NULL),
    CHECK ((ruling IS NULL) = (outcome IS NULL)),
    CHECK (hold IS NULL OR state IN ('entered', 'assessed', 'decided')),
    CHECK ((state = 'asked') = (answer_by IS NOT NULL))
) WITH (fillfactor = 90);
COMMENT ON TABLE item IS 'One round of one submission: in exactly one batch, with at most one current decision.';
COMMENT ON COLUMN item.month IS 'No foreign key: the statement that enters items makes their batches, and 200,000 checks cost a fifth of it.';
COMMENT ON COLUMN item.unanswered IS 'Opened by a month''s end because a question went unanswered: proposed as no-answer.';
COMMENT ON COLUMN item.received_by IS 'The event in told that holds the receipt.';
COMMENT ON COLUMN item.told_by IS 'The event in told that holds the text under review.';
CREATE INDEX item_of_month ON item (month, submission_id, round);
CREATE INDEX item_held ON item (month) WHERE hold IS NOT NULL;
CREATE INDEX item_asked ON item (answer_by) WHERE answer_by IS NOT NULL;

CREATE TABLE told (
    submission_id uuid NOT NULL,
    event_id      uuid NOT NULL,
    type          text NOT NULL,
    body          text NOT NULL,
    PRIMARY KEY (submission_id, event_id)
) WITH (toast_tuple_target = 8160);
COMMENT ON TABLE told IS 'What submitters said, each version as it came; kept in line and uncompressed up to a page, since it is written once.';

CREATE TABLE history (
    place         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id uuid        NOT NULL,
    round         integer     NOT NULL,
    at            timestamptz NOT NULL,
    by            text        NOT NULL,
    type          text        NOT NULL,
    body          text        NOT NULL
);
CREATE INDEX history_of_item ON history (submission_id, round, place);
COMMENT ON TABLE history IS 'What staff did to an item, superseded assessments and decisions included; append-only.';

CREATE TABLE notice_count (
    decision_id uuid    NOT NULL,
    kind        text    NOT NULL,
    state       text    NOT NULL CHECK (state IN ('sent', 'failed', 'held')),
    count       integer NOT NULL CHECK (count >= 1),
    PRIMARY KEY (decision_id, kind, state)
);
COMMENT ON TABLE notice_count IS 'How many letters about a decision were sent, failed or held.';

-- migrate:down
