-- migrate:up

-- an item grows when it is assessed and decided, and leaves with all others of its page at once: the new rows find
-- room in the same page, and no index is touched
ALTER TABLE item SET (fillfactor = 50);

CREATE TABLE departure_due (submission_id uuid NOT NULL, round integer NOT NULL);
COMMENT ON TABLE departure_due IS 'Items decided since their event was last written; no key, so that deciding costs nothing more than the row.';

CREATE TABLE departure (
    submission_id uuid    NOT NULL,
    round         integer NOT NULL,
    revision      integer NOT NULL,
    month         text    NOT NULL,
    partition     integer NOT NULL,
    event_id      uuid    NOT NULL,
    PRIMARY KEY (submission_id, round)
);
CREATE UNIQUE INDEX departure_of_month ON departure (month, partition, event_id);
COMMENT ON TABLE departure IS 'The event of a decided item, written as a draft at leisure: the release of its batch only numbers it.';
COMMENT ON COLUMN departure.revision IS 'The item as it was then: of another revision, the draft counts for nothing.';

CREATE TABLE lane (
    month       text    NOT NULL REFERENCES batch,
    partition   integer NOT NULL,
    after_event uuid    NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (month, partition)
);
COMMENT ON TABLE lane IS 'How far a release has come with the written events of a partition, until all of them have left: each leaves by itself.';

CREATE TABLE left_behind (
    submission_id uuid    NOT NULL,
    round         integer NOT NULL,
    month         text    NOT NULL,
    PRIMARY KEY (submission_id, round)
);
CREATE INDEX left_behind_of_month ON left_behind (month);
COMMENT ON TABLE left_behind IS 'Items that were held back when their batch''s release was over, whatever became of them later.';

CREATE TABLE report (
    month       text        PRIMARY KEY REFERENCES batch,
    undelivered integer     NOT NULL CHECK (undelivered >= 0),
    body        bytea       NOT NULL,
    hash        text        NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    reason      text,
    reported_by text,
    reported_at timestamptz NOT NULL
);
COMMENT ON TABLE report IS 'What was reported of each batch, in the bytes over which its hash goes.';
COMMENT ON COLUMN report.undelivered IS 'As it was then: the one figure that letters may change later.';

INSERT INTO left_behind SELECT i.submission_id, i.round, i.month FROM item i JOIN batch b USING (month)
WHERE b.state = 'released' AND i.hold IS NOT NULL;

-- migrate:down
