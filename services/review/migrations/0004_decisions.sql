-- migrate:up

ALTER TABLE item ADD COLUMN revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1);
ALTER TABLE item ADD COLUMN encouragement text;
ALTER TABLE item ADD CHECK (encouragement IS NULL OR state IN ('accepted', 'declined', 'retracted'));
ALTER TABLE item DROP CONSTRAINT item_outcome_check;
ALTER TABLE item ADD CONSTRAINT item_outcome_check
    CHECK (outcome IN ('accepted', 'declined', 'clarification', 'retracted'));
COMMENT ON COLUMN item.revision IS 'One more with every change: whoever saw an older one is told what differs.';
COMMENT ON COLUMN item.encouragement IS 'Whether the reform is promising, support and awards: it stays, whatever is decided later.';

ALTER TABLE history ADD COLUMN revision integer NOT NULL DEFAULT 1;
ALTER TABLE history ADD COLUMN state text NOT NULL DEFAULT 'entered';
COMMENT ON COLUMN history.revision IS 'The item''s revision after this, and beside it the state of its row.';

CREATE TABLE recusal (
    submission_id uuid        NOT NULL,
    round         integer     NOT NULL,
    month         text        NOT NULL,
    actor_ref     text        NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (submission_id, round, actor_ref)
);
CREATE INDEX recusal_of_month ON recusal (month);
COMMENT ON TABLE recusal IS 'Who may not work on which item, noted when they tried.';

-- a ruling is now three things: what was found of gates and of criteria, and the area
UPDATE item i SET
    outcome = CASE i.state WHEN 'retracted' THEN 'retracted' ELSE i.outcome END,
    ruling = (old.r - 'findings' - 'area' - 'area_reason' || jsonb_build_object(
        'eligibility', parts.eligibility, 'relevance', parts.relevance, 'reasons_version', old.r -> 'areas_version',
        'tagging', jsonb_build_object('declared_area', i.declared_area, 'proposed_area', old.r -> 'area',
                                      'area', old.r -> 'area', 'reason', old.r -> 'area_reason')))::text
FROM (SELECT submission_id, round, ruling::jsonb AS r FROM item WHERE ruling IS NOT NULL) old,
     LATERAL (
        SELECT max(judgement::text) FILTER (WHERE gate)::jsonb AS eligibility,
               max(judgement::text) FILTER (WHERE NOT gate)::jsonb AS relevance
        FROM (
            SELECT g.gate, jsonb_build_object(
                       'verdict', CASE WHEN count(f) = 0 OR bool_or(f ->> 'verdict' = 'unclear') THEN 'unclear'
                                       WHEN bool_or(f ->> 'verdict' = 'not-met') THEN 'not-met' ELSE 'met' END,
                       'findings', coalesce(jsonb_agg(f) FILTER (WHERE f IS NOT NULL), '[]'),
                       'overrules', '[]'::jsonb) AS judgement
            FROM (VALUES (true), (false)) AS g (gate)
            LEFT JOIN jsonb_array_elements(old.r -> 'findings') AS f
                ON (f ->> 'code' IN ('public-owner', 'member')) = g.gate
            GROUP BY g.gate
        ) AS judged
     ) AS parts
WHERE i.submission_id = old.submission_id AND i.round = old.round;

-- migrate:down
