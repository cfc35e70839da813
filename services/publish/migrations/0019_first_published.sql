-- migrate:up

-- What was retracted and came back was first public when it first was.
UPDATE reform_entry e SET published_at = f.published_at
FROM reform_entry f
WHERE f.reference = e.reference AND f.version = 1 AND e.published_at <> f.published_at;
COMMENT ON COLUMN reform_entry.published_at IS 'When the public first saw the reform, in whatever version, for ever; null, with all that follows from a document, in the entry that retracts it.';

-- migrate:down
