"""What the Support Unit says of reforms beyond its decisions: a row for each time, the last of which stands."""

from collections.abc import Collection, Sequence

from contracts.decisions import ReformEncouraged
from contracts.event import Event
from services.chassis.codec import encode_text
from services.chassis.database import Transaction, as_columns
from services.publish.domain.marking import Mark
from services.publish.domain.reforms import Key

FIND_MARKS = """
SELECT e.reference, e.submission_id::text, e.promising, e.since
FROM unnest($1::text[], $2::uuid[]) AS k (reference, submission_id)
JOIN encouragement e ON e.reference = k.reference AND e.submission_id = k.submission_id AND e.superseded_at IS NULL
"""


async def find_marks(tx: Transaction, keys: Collection[Key]) -> dict[Key, Mark]:
    """Say which of these reforms are called promising, or no longer; of the others nothing was said."""
    if not keys:
        return {}
    rows = await tx.fetch(FIND_MARKS, *as_columns(sorted(keys), 2))
    return {(row["reference"], row["submission_id"]): Mark(row["promising"], row["since"]) for row in rows}


# What was the last until now is superseded by the first of these that came later; the others by one another.
INSERT_ENCOURAGEMENTS = """
WITH told AS (
    SELECT t.*, coalesce(
        lead(t.since) OVER (PARTITION BY t.reference, t.submission_id ORDER BY t.since),
        (SELECT min(e.since) FROM encouragement e
         WHERE e.reference = t.reference AND e.submission_id = t.submission_id AND e.since > t.since)
    ) AS superseded_at
    FROM unnest($1::text[], $2::uuid[], $3::boolean[], $4::text[], $5::text[], $6::timestamptz[], $7::uuid[])
        AS t (reference, submission_id, promising, support, why, since, event_id)
), superseded AS (
    UPDATE encouragement e SET superseded_at = n.since
    FROM (SELECT reference, submission_id, min(since) AS since FROM told GROUP BY 1, 2) n
    WHERE e.reference = n.reference AND e.submission_id = n.submission_id
      AND e.superseded_at IS NULL AND e.since < n.since
    RETURNING e.reference
)
INSERT INTO encouragement (reference, submission_id, promising, support, why, since, event_id, superseded_at)
SELECT t.* FROM told t, (SELECT count(*) FROM superseded) AS before
ON CONFLICT (reference, submission_id, since) DO UPDATE
SET promising = excluded.promising, support = excluded.support, why = excluded.why, event_id = excluded.event_id
"""


async def insert_encouragements(tx: Transaction, events: Sequence[Event[ReformEncouraged]]) -> None:
    """Keep what these say of each reform, beside what was said before; the last of a moment stands for that moment."""
    if events:
        last = {(event.data.reference, event.subject, event.data.encouraged_at): event for event in events}
        await tx.execute(INSERT_ENCOURAGEMENTS, *as_columns([_row(event) for event in last.values()], 7))


def _row(event: Event[ReformEncouraged]) -> tuple[object, ...]:
    told = event.data
    support = encode_text(told.support)
    return told.reference, event.subject, told.promising, support, told.why, told.encouraged_at, event.id
