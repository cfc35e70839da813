-- migrate:up

CREATE TABLE verdict (
    delivery_id uuid        NOT NULL,
    given_at    timestamptz NOT NULL,
    verdict     text        NOT NULL CHECK (verdict IN ('sent', 'resend', 'failed')),
    given_by    text        NOT NULL,
    why         text        NOT NULL CHECK (char_length(why) BETWEEN 3 AND 500),
    PRIMARY KEY (delivery_id, given_at)
);
COMMENT ON TABLE verdict IS 'What operators said of letters in doubt, who and why; a letter that went again may be in doubt again.';

-- migrate:down
