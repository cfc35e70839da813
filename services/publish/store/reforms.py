"""Reforms in the public record: one row for each change of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.decisions import DecisionEvent
from contracts.event import Event
from contracts.reforms import PublicReform
from services.chassis.codec import decode, encode_text
from services.chassis.database import Record, Transaction, as_columns
from services.publish.domain.marking import shown_of
from services.publish.domain.reforms import Document, Entry, Key, Published, Retracted, Standing, key_of

# By way of the newest version of each, so that the index is used whatever the planner believes of a growing table.
FIND_STANDINGS = """
SELECT k.reference, k.submission_id::text, newest.version, newest.decision_id, newest.stands,
       CASE WHEN newest.stands THEN newest.published_at ELSE (
           SELECT f.published_at FROM reform_entry f WHERE f.reference = k.reference AND f.version = 1
       ) END AS published_at
FROM unnest($1::text[], $2::uuid[]) AS k (reference, submission_id)
CROSS JOIN LATERAL (
    SELECT e.submission_id, e.version, e.decision_id, e.published_at, e.published_at IS NOT NULL AS stands
    FROM reform_entry e
    WHERE e.reference = k.reference ORDER BY e.version DESC LIMIT 1
) newest
WHERE newest.submission_id = k.submission_id
"""


async def find_standings(tx: Transaction, events: Iterable[Event[DecisionEvent]]) -> dict[Key, Standing]:
    """Give how the reforms of these events stand; those that never were public are left out.

    No row is locked: the position of the partition is, and a subject has only one partition.
    """
    keys = {key_of(event): None for event in events}
    rows = await tx.fetch(FIND_STANDINGS, [reference for reference, _ in keys], [subject for _, subject in keys])
    return {(row["reference"], row["submission_id"]): _standing(row) for row in rows}


FIND_SHOWN = """
SELECT e.reference, e.submission_id::text, e.document
FROM unnest($1::text[], $2::uuid[]) AS k (reference, submission_id)
JOIN reform_entry e ON e.reference = k.reference AND e.submission_id = k.submission_id
WHERE e.current AND e.document IS NOT NULL
"""


async def find_shown(tx: Transaction, keys: Collection[Key]) -> dict[Key, PublicReform]:
    """Give how these reforms read now; those that do not stand in the record are left out."""
    if not keys:
        return {}
    rows = await tx.fetch(FIND_SHOWN, *as_columns(sorted(set(keys)), 2))
    return {(row["reference"], row["submission_id"]): shown_of(decode(Document, row["document"])) for row in rows}


def _standing(row: Record) -> Standing:
    kind = Published if row["stands"] else Retracted
    return kind(row["version"], row["decision_id"], row["published_at"])


# The rows that are superseded are those of the snapshot, so the new ones keep what they say of themselves.
INSERT_ENTRIES = """
WITH superseded AS (
    UPDATE reform_entry e SET current = false, superseded_at = newest.entered_at
    FROM (
        SELECT o.ctid, k.entered_at FROM unnest($1::text[], $2::timestamptz[]) AS k (reference, entered_at)
        CROSS JOIN LATERAL (
            SELECT o.ctid FROM reform_entry o WHERE o.reference = k.reference ORDER BY o.version DESC LIMIT 1
        ) o
    ) newest
    WHERE e.ctid = newest.ctid
)
INSERT INTO reform_entry (
    submission_id, decision_id, event_id, entered_at, version, reference, effect, why, published_at, area, level,
    member, member_name, participant, region, institution, channel, batch, language, declared_area, document,
    superseded_at, current
)
SELECT e.*, e.superseded_at IS NULL FROM unnest(
    $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::integer[], $8::text[], $9::text[], $10::text[],
    $11::timestamptz[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
    $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::timestamptz[]
) AS e (
    submission_id, decision_id, event_id, entered_at, version, reference, effect, why, published_at, area, level,
    member, member_name, participant, region, institution, channel, batch, language, declared_area, document,
    superseded_at
)
"""


async def insert_entries(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Write these changes of the public record, in one statement; their words and tallies follow in the same.

    A version that is there already meets the primary key: nobody else can have gone on from the same standing.
    """
    if not entries:
        return
    *columns, documents = zip(*entries, strict=True)
    first = {entry.reference: entry for entry in reversed(entries)}
    entered = {(entry.reference, entry.version): entry.entered_at for entry in entries}
    superseding = [(entry.reference, entry.entered_at) for entry in first.values() if entry.version > 1]
    await tx.execute(
        INSERT_ENTRIES,
        *as_columns(superseding, 2),
        *columns,
        [document and encode_text(document) for document in documents],
        [entered.get((entry.reference, entry.version + 1)) for entry in entries],
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a reform's history: it was entered, corrected or taken off, and why.

    ``event_id`` is that of the event that told it; None where it was told before the record kept it.
    """

    version: int
    decision_id: UUID
    entered_at: datetime
    published_at: datetime | None
    effect: str | None
    why: str | None
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """All that the public record knows of a reference; no document when the reform was retracted.

    ``support`` is the support and the awards that the reform was given.
    """

    changes: tuple[Change, ...]
    document: Document | None
    promising: bool = False
    promising_why: str | None = None
    support: tuple[str, ...] = ()


# With a moment, what had been entered before it, as it stood then.
FIND_STORY = """
SELECT e.version, e.decision_id, e.entered_at, e.published_at, e.effect, e.why,
       CASE WHEN e.superseded_at IS NULL OR e.superseded_at >= coalesce($2::timestamptz, 'infinity') THEN e.document END
           AS document,
       p.promising, p.why AS promising_why, p.support
FROM public_entries e
LEFT JOIN public_encouragements p ON p.reference = e.reference AND p.since < coalesce($2::timestamptz, 'infinity')
    AND (p.superseded_at IS NULL OR p.superseded_at >= coalesce($2::timestamptz, 'infinity'))
WHERE e.reference = $1 AND e.entered_at < coalesce($2::timestamptz, 'infinity') ORDER BY e.version
"""


async def find_story(tx: Transaction, reference: str, at: datetime | None = None) -> Story | None:
    """Tell a reference's story, oldest first; None when it never was public, or was not before ``at``."""
    rows = await tx.fetch(FIND_STORY, reference, at)
    if not rows:
        return None
    changes, last = tuple(_change(row) for row in rows), rows[-1]
    document = None if last["document"] is None else decode(Document, last["document"])
    if last["support"] is None or document is None:
        return Story(changes, document)
    return Story(changes, document, last["promising"], last["promising_why"], decode(tuple[str, ...], last["support"]))


FIND_FIRST = "SELECT document FROM public_entries WHERE reference = $1 AND version = 1"


async def find_first(tx: Transaction, reference: str) -> Document:
    """Give a reform of the record as it read when it first appeared."""
    return decode(Document, await tx.fetchval(FIND_FIRST, reference))


def _change(row: Record) -> Change:
    return Change(row["version"], row["decision_id"], row["entered_at"], row["published_at"], row["effect"], row["why"])


LIST_VERSIONS = """
SELECT version, decision_id, entered_at, published_at, effect, why, event_id, document FROM public_entries
WHERE reference = $1 AND entered_at < coalesce($2::timestamptz, 'infinity') ORDER BY version
"""


async def list_versions(
    tx: Transaction, reference: str, at: datetime | None = None
) -> list[tuple[Change, Document | None]]:
    """List every entry of a reference with what the public could read then, oldest first; those before ``at``."""
    rows = await tx.fetch(LIST_VERSIONS, reference, at)
    return [
        (replace(_change(row), event_id=row["event_id"]), row["document"] and decode(Document, row["document"]))
        for row in rows
    ]
