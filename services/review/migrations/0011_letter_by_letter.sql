-- migrate:up

CREATE TABLE notice (
    delivery_id uuid PRIMARY KEY,
    decision_id uuid NOT NULL,
    kind        text NOT NULL,
    state       text NOT NULL CHECK (state IN ('sent', 'failed', 'held'))
);
COMMENT ON TABLE notice IS 'Where each letter about a decision stands, as it was last told: what was sent may have come back.';
CREATE INDEX notice_about_decision ON notice (decision_id);

-- what was only counted before gets ids of its own; where anything arrived, what was tried before that is no letter more
INSERT INTO notice (delivery_id, decision_id, kind, state)
SELECT gen_random_uuid(), c.decision_id, c.kind, c.state
FROM notice_count c CROSS JOIN LATERAL generate_series(1, c.count)
WHERE c.state = 'sent' OR NOT EXISTS (
    SELECT 1 FROM notice_count s WHERE s.decision_id = c.decision_id AND s.kind = c.kind AND s.state = 'sent'
);
DROP TABLE notice_count;

-- migrate:down
