-- migrate:up

CREATE TABLE reform_entry (
    submission_id uuid        NOT NULL,
    decision_id   uuid        NOT NULL,
    entered_at    timestamptz NOT NULL,
    published_at  timestamptz,
    version       integer     NOT NULL CHECK (version >= 1),
    current       boolean     NOT NULL,
    reference     text        COLLATE "C" NOT NULL CHECK (reference ~ '^OGC-20[0-9]{2}-[0-9]{6,9}$'),
    effect        text        CHECK (effect IN ('silent', 'correction')),
    why           text,
    area          text,
    level         text        CHECK (level IN ('national', 'local', 'local-non-member')),
    member        text,
    member_name   text,
    participant   text,
    document      text,
    PRIMARY KEY (reference, version),
    CHECK (num_nulls(published_at, area, level, member, member_name, participant, document) IN (0, 7))
) WITH (toast_tuple_target = 8160);
COMMENT ON TABLE reform_entry IS 'The public record, a fold of the topic decisions: one row for each change of it, added and never rewritten.';
COMMENT ON COLUMN reform_entry.version IS 'Counted per reference. Another submission that claims a taken reference meets the primary key.';
COMMENT ON COLUMN reform_entry.current IS 'The last entry of its reference: the one column that changes, when the next entry comes.';
COMMENT ON COLUMN reform_entry.published_at IS 'Since when the public sees it; null, with all that follows from a document, in the entry that retracts it.';
COMMENT ON COLUMN reform_entry.participant IS 'Kind and id of the entity that takes part, such as country:CR: what the counters count.';
COMMENT ON COLUMN reform_entry.document IS 'All that the public may read, as JSON; text and uncompressed, because it is written and served far more than searched.';
ALTER TABLE reform_entry ALTER COLUMN document SET STORAGE EXTERNAL;

CREATE INDEX reform_entry_newest ON reform_entry (published_at DESC, reference DESC)
    WHERE current AND published_at IS NOT NULL;

CREATE VIEW public_reforms AS
    SELECT reference, version, decision_id, published_at, entered_at, area, level, member, member_name, participant, document
    FROM reform_entry WHERE current AND published_at IS NOT NULL;
COMMENT ON VIEW public_reforms IS 'The reforms that stand in the public record now, each with its document.';

CREATE VIEW public_history AS
    SELECT reference, version, current, decision_id, entered_at, published_at, effect, why
    FROM reform_entry;
COMMENT ON VIEW public_history IS 'What changed and why, for every reference that was ever public; without the texts.';

CREATE VIEW public_totals AS
    SELECT count(DISTINCT participant) FILTER (WHERE participant LIKE 'country:%') AS countries,
           count(DISTINCT participant) FILTER (WHERE participant LIKE 'locality:%') AS localities,
           count(*) AS reforms
    FROM public_reforms;
COMMENT ON VIEW public_totals IS 'Distinct entities that take part, and reforms.';

CREATE VIEW public_members AS
    SELECT DISTINCT ON (member) member, member_name FROM public_reforms ORDER BY member, published_at DESC;
COMMENT ON VIEW public_members IS 'The members that have reforms, under their newest names.';

CREATE VIEW public_position AS
    SELECT md5(string_agg(concat_ws(' ', partition, last_seq, last_event_id), ',' ORDER BY partition)
               || (SELECT count(*) FROM parked_event WHERE settlement = 'replayed')) AS state,
           (array_agg(last_event_id ORDER BY last_event_id DESC NULLS LAST))[1] AS newest_event_id
    FROM stream_position WHERE source_topic = 'decisions';
COMMENT ON VIEW public_position IS 'Names the state of the public record: another after each event heard, or replayed from the parking.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA publish FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'public_reader') THEN
        GRANT USAGE ON SCHEMA publish TO public_reader;
        GRANT SELECT ON public_reforms, public_history, public_totals, public_members, public_position TO public_reader;
    END IF;
END
$$;

-- migrate:down
