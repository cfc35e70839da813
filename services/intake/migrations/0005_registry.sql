-- migrate:up

ALTER TABLE member
    DROP CONSTRAINT member_status_check,
    ADD CONSTRAINT member_status_check
        CHECK (status IN ('active', 'under-review', 'inactive', 'suspended', 'withdrawn', 'not-a-member')),
    ADD CONSTRAINT member_declared_country CHECK (status <> 'not-a-member' OR kind = 'national'),
    ADD CONSTRAINT member_one_of_a_country
        EXCLUDE (country WITH =) WHERE (kind = 'national') DEFERRABLE INITIALLY DEFERRED;
COMMENT ON COLUMN member.status IS 'Shown to the reviewer, never a refusal; but `not-a-member`, a country that is declared none, has stories only.';

ALTER TABLE point_of_contact ADD COLUMN revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1);
COMMENT ON COLUMN point_of_contact.revision IS 'Counts what the vault was told anew of the same person, so that the history has it without saying what.';

CREATE TABLE plan (
    code             text PRIMARY KEY CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{1,39}$'),
    member_code      text NOT NULL REFERENCES member,
    title            text NOT NULL,
    starts_on        date NOT NULL,
    ends_on          date NOT NULL,
    window_opens_on  date,
    window_closes_on date,
    CHECK (starts_on <= ends_on),
    CHECK (window_opens_on <= window_closes_on),
    CHECK ((window_opens_on IS NULL) = (window_closes_on IS NULL))
);
COMMENT ON COLUMN plan.window_opens_on IS 'The first day on which commitments may be added or flagged later, in the declared zone; NULL where no window is known.';
COMMENT ON COLUMN plan.window_closes_on IS 'The last such day.';

CREATE TABLE commitment (
    commitment_id text PRIMARY KEY CHECK (commitment_id ~ '^[A-Z]{2,6}[0-9]{4}$'),
    plan_code     text NOT NULL REFERENCES plan,
    title         text NOT NULL
);
CREATE INDEX commitment_plan ON commitment (plan_code);

CREATE TABLE award_round (
    code      text PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
    opens_on  date NOT NULL,
    closes_on date NOT NULL,
    name_en   text NOT NULL,
    name_fr   text,
    name_es   text,
    CHECK (opens_on <= closes_on)
);
COMMENT ON COLUMN award_round.closes_on IS 'The last day on which nominations are taken, in the declared zone.';

CREATE TABLE registry_change (
    change_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    changed_at timestamptz NOT NULL,
    changed_by text        NOT NULL,
    kind       text        NOT NULL,
    key        text        NOT NULL,
    before     jsonb,
    after      jsonb,
    CHECK (before IS NOT NULL OR after IS NOT NULL)
);
COMMENT ON TABLE registry_change IS 'Who changed what of the registry, when, from what to what; kept by triggers, so that no way around it is left.';
COMMENT ON COLUMN registry_change.changed_by IS 'An opaque reference to whoever imported; the database''s role for what was changed by hand.';
CREATE INDEX registry_change_key ON registry_change (key, change_id);

CREATE FUNCTION keep_registry_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NULL;
    END IF;
    INSERT INTO registry_change (changed_at, changed_by, kind, key, before, after)
    VALUES (
        platform.now(),
        coalesce(nullif(current_setting('registry.changed_by', true), ''), 'database:' || session_user),
        TG_ARGV[0],
        coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> TG_ARGV[1],
        to_jsonb(OLD),
        to_jsonb(NEW)
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON member
    FOR EACH ROW EXECUTE FUNCTION keep_registry_change('members', 'code');
CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON point_of_contact
    FOR EACH ROW EXECUTE FUNCTION keep_registry_change('pocs', 'member_code');
CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON plan
    FOR EACH ROW EXECUTE FUNCTION keep_registry_change('plans', 'code');
CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON commitment
    FOR EACH ROW EXECUTE FUNCTION keep_registry_change('commitments', 'commitment_id');
CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON award_round
    FOR EACH ROW EXECUTE FUNCTION keep_registry_change('rounds', 'code');
ALTER TABLE challenge ADD COLUMN key text GENERATED ALWAYS AS ('challenge') STORED;
CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON challenge
    FOR EACH ROW EXECUTE FUNCTION keep_registry_change('dates', 'key');

-- migrate:down
