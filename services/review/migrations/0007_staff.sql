-- migrate:up

CREATE TABLE staff (
    actor_ref     text        PRIMARY KEY,
    issuer        text        NOT NULL DEFAULT '',
    subject       text        NOT NULL,
    name          text        NOT NULL,
    roles         text[]      NOT NULL CHECK (roles <@ ARRAY['viewer', 'data-team', 'support-unit', 'irm', 'operator']),
    password_hash text,
    made_at       timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz,
    UNIQUE (issuer, subject),
    CHECK ((issuer = '') = (password_hash IS NOT NULL))
);
COMMENT ON TABLE staff IS 'Who may sign in at the desk; events know them by actor_ref alone.';
COMMENT ON COLUMN staff.issuer IS 'The OpenID provider that knows them; empty for an account of our own.';
COMMENT ON COLUMN staff.subject IS 'By what the provider knows them; of an account of our own, the name in small letters.';

CREATE TABLE session (
    key_hash  bytea       PRIMARY KEY,
    actor_ref text        NOT NULL REFERENCES staff,
    made_at   timestamptz NOT NULL DEFAULT now(),
    seen_at   timestamptz NOT NULL DEFAULT now(),
    ends_at   timestamptz NOT NULL
);
COMMENT ON TABLE session IS 'Who is signed in. Times are the server''s own, never the platform''s, which may be moved ahead.';
CREATE INDEX session_of_staff ON session (actor_ref);
CREATE INDEX session_ending ON session (ends_at);

CREATE TABLE sign_in (
    state_hash bytea       PRIMARY KEY,
    key_hash   bytea       NOT NULL,
    nonce      text        NOT NULL,
    verifier   text        NOT NULL,
    leads_to   text        NOT NULL,
    ends_at    timestamptz NOT NULL
);
COMMENT ON TABLE sign_in IS 'Who was sent to the OpenID provider and is not back yet; key_hash is of the cookie of their browser.';

-- migrate:down
