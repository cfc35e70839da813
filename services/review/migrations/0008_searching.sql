-- migrate:up

ALTER TABLE item
    ADD COLUMN channel text,
    ADD COLUMN language text,
    ADD COLUMN resubmission boolean NOT NULL DEFAULT false,
    ADD COLUMN came_at timestamptz,
    ADD COLUMN area text NOT NULL
        GENERATED ALWAYS AS (coalesce(ruling::jsonb #>> '{tagging,area}', assessment::jsonb ->> 'proposed_area', declared_area)) STORED,
    ADD COLUMN gone boolean NOT NULL GENERATED ALWAYS AS (state IN ('withdrawn', 'retracted')) STORED;

UPDATE item i SET
    channel = r.body::jsonb ->> 'channel',
    language = split_part(t.body::jsonb #>> '{proposal,language}', '-', 1),
    resubmission = t.body::jsonb #>> '{proposal,resubmission_of}' IS NOT NULL,
    came_at = CASE
        WHEN i.round = 1 THEN (r.body::jsonb ->> 'received_at')::timestamptz
        WHEN i.unanswered THEN (SELECT max(m.ended_at) FROM marker m WHERE m.month = i.month)
        ELSE (SELECT (c.body::jsonb ->> 'answered_at')::timestamptz FROM told c
              WHERE c.submission_id = i.submission_id AND (c.body::jsonb ->> 'round')::integer = i.round
                AND c.body::jsonb ? 'answered_at')
        END
FROM told r, told t
WHERE r.submission_id = i.submission_id AND r.event_id = i.received_by
  AND t.submission_id = i.submission_id AND t.event_id = i.told_by;

ALTER TABLE item
    ALTER COLUMN channel SET NOT NULL,
    ALTER COLUMN language SET NOT NULL,
    ALTER COLUMN came_at SET NOT NULL;
COMMENT ON COLUMN item.language IS 'The primary language of the text under review, without region or script.';
COMMENT ON COLUMN item.came_at IS 'When this round came: the receipt, the answer, or the end of the month in which none came.';
COMMENT ON COLUMN item.area IS 'Where it stands: as decided, else as assessed, else as declared.';

COMMENT ON COLUMN item.gone IS 'Withdrawn or retracted: few, and found by an index that other changes of state leave alone.';

-- none of these speaks of the state, so that deciding and releasing an item touches no index of it
CREATE INDEX item_of_member ON item (member, month, submission_id, round);
CREATE INDEX item_of_reference ON item (reference);
CREATE INDEX item_of_rare_language ON item (language, month, submission_id, round) WHERE language NOT IN ('en', 'fr', 'es');
CREATE INDEX item_resubmitted ON item (month, submission_id, round) WHERE resubmission;
CREATE INDEX item_gone ON item (month, submission_id, round) WHERE gone;
CREATE INDEX item_encouraged ON item (month, submission_id, round) WHERE encouragement IS NOT NULL;
CREATE INDEX likeness_institution ON likeness USING gin (institution extensions.gin_trgm_ops);

CREATE TABLE saved_filter (
    filter_id uuid        PRIMARY KEY,
    owner     text        NOT NULL,
    name      text        NOT NULL CHECK (name <> '' AND length(name) <= 80),
    query     text        NOT NULL CHECK (length(query) <= 500),
    shared    boolean     NOT NULL,
    saved_at  timestamptz NOT NULL,
    UNIQUE (owner, name)
);
CREATE INDEX saved_filter_shared ON saved_filter (name) WHERE shared;
COMMENT ON TABLE saved_filter IS 'Searches that someone gave a name: their own, or everybody''s where they share them.';

-- migrate:down
