-- migrate:up

ALTER TABLE letter
    DROP CONSTRAINT letter_state_check,
    ADD CONSTRAINT letter_state_check CHECK (state IN ('waiting-for-confirmation', 'pending', 'claimed', 'final-dot-intended', 'sent', 'delivered', 'bounced', 'failed-temporarily', 'failed', 'held', 'suppressed', 'cancelled', 'unknown')),
    ADD COLUMN address_hash bytea CHECK (octet_length(address_hash) = 32),
    ADD COLUMN door text CHECK (door IN ('smtp', 'http')),
    ADD COLUMN handed_at timestamptz,
    ADD COLUMN rests_since timestamptz,
    ADD COLUMN doubtful boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN letter.address_hash IS 'HMAC-SHA256 of the address that it goes to, under notify''s own key: written with the intention to send.';
COMMENT ON COLUMN letter.door IS 'By which door it was last about to leave: only one that knows a letter again may be shown it twice.';
COMMENT ON COLUMN letter.handed_at IS 'When it was first about to leave; a provider remembers it for a while from then on.';
COMMENT ON COLUMN letter.rests_since IS 'Since when its domain takes nothing: it waits no longer than any other that is put off.';
COMMENT ON COLUMN letter.doubtful IS 'It was unknown and has been sent again: an earlier copy may have arrived.';
UPDATE letter SET door = 'smtp', handed_at = changed_at WHERE state IN ('final-dot-intended', 'sent', 'unknown');

DROP INDEX letter_of_concern;
CREATE INDEX letter_of_concern ON letter (state, made_at) WHERE state IN ('held', 'failed', 'unknown', 'suppressed', 'bounced');
CREATE INDEX letter_to_address ON letter (address_hash) WHERE address_hash IS NOT NULL;

CREATE TABLE suppression (
    suppression_id uuid        PRIMARY KEY,
    address_hash   bytea       NOT NULL CHECK (octet_length(address_hash) = 32),
    why            text        NOT NULL CHECK (why IN ('bounced', 'complained', 'operator')),
    detail         text        CHECK (char_length(detail) <= 500),
    mail_id        uuid,
    since          timestamptz NOT NULL,
    suppressed_by  text        NOT NULL,
    lifted_at      timestamptz,
    lifted_by      text,
    lifted_why     text        CHECK (char_length(lifted_why) <= 500),
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lifted_why IS NULL))
);
COMMENT ON TABLE suppression IS 'Addresses that nothing is sent to, each a keyed hash; what was lifted stays, with who lifted it and why.';
CREATE UNIQUE INDEX suppression_in_force ON suppression (address_hash) WHERE lifted_at IS NULL;
CREATE INDEX suppression_listed ON suppression (since, suppression_id);

CREATE TABLE bounce (
    bounce_id  uuid        PRIMARY KEY,
    mail_id    uuid,
    outcome    text        NOT NULL CHECK (outcome IN ('hard', 'refused', 'soft', 'complaint', 'delivered', 'unmatched')),
    status     text        NOT NULL CHECK (char_length(status) <= 80),
    source     text        NOT NULL,
    heard_at   timestamptz NOT NULL,
    settled_at timestamptz,
    settled_by text,
    settled_why text       CHECK (char_length(settled_why) <= 500),
    CHECK ((settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settled_why IS NULL))
);
COMMENT ON TABLE bounce IS 'What came back of letters: no address, no words of a mail server. Those that nobody has settled are an operator''s tasks.';
COMMENT ON COLUMN bounce.bounce_id IS 'uuid5 of what was heard: hearing it twice is hearing it once.';
COMMENT ON COLUMN bounce.mail_id IS 'Of the Message-ID, where one of ours was in it: what the letter was known by.';
CREATE INDEX bounce_listed ON bounce (heard_at, bounce_id);
CREATE INDEX bounce_open ON bounce (heard_at, bounce_id) WHERE settled_at IS NULL AND outcome IN ('hard', 'refused', 'complaint');

-- migrate:down
