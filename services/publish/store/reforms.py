"""Reforms in the public record: one row for each change of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.decisions import DecisionEvent
from contracts.event import Event
from services.chassis.codec import decode, encode_text
from services.chassis.database import Record, Transaction
from services.publish.domain.reforms import Document, Entry, Key, Published, Retracted, Standing, key_of
from services.publish.store.listing import Filters, Place

# By way of the newest version of each, so that the index is used whatever the planner believes of a growing table.
FIND_STANDINGS = """
SELECT k.reference, k.submission_id::text, newest.version, newest.decision_id, newest.published_at
FROM unnest($1::text[], $2::uuid[]) AS k (reference, submission_id)
CROSS JOIN LATERAL (
    SELECT e.submission_id, e.version, e.decision_id, e.published_at FROM reform_entry e
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


def _standing(row: Record) -> Standing:
    if row["published_at"] is None:
        return Retracted(row["version"], row["decision_id"])
    return Published(row["version"], row["decision_id"], row["published_at"])


# The rows that are superseded are those of the snapshot, so the new ones keep what they say of themselves.
INSERT_ENTRIES = """
WITH superseded AS (
    UPDATE reform_entry e SET current = false
    WHERE e.ctid = ANY (ARRAY(
        SELECT newest.ctid FROM unnest($1::text[]) AS k (reference)
        CROSS JOIN LATERAL (
            SELECT o.ctid FROM reform_entry o WHERE o.reference = k.reference ORDER BY o.version DESC LIMIT 1
        ) newest
    ))
)
INSERT INTO reform_entry (
    submission_id, decision_id, entered_at, version, reference, effect, why,
    published_at, area, level, member, member_name, participant, document, current
)
SELECT * FROM unnest(
    $2::uuid[], $3::uuid[], $4::timestamptz[], $5::integer[], $6::text[], $7::text[], $8::text[],
    $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::boolean[]
)
"""


async def insert_entries(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Write these changes of the public record, in one statement.

    A version that is there already meets the primary key: nobody else can have gone on from the same standing.
    """
    if not entries:
        return
    *columns, documents = zip(*entries, strict=True)
    newest = {entry.reference: entry.version for entry in entries}
    await tx.execute(
        INSERT_ENTRIES,
        [entry.reference for entry in entries if entry.version > 1],
        *columns,
        [document and encode_text(document) for document in documents],
        [newest[entry.reference] == entry.version for entry in entries],
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A reform that stands in the public record."""

    published_at: datetime
    document: Document

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        return Place(self.published_at, self.document.reference)


# The bounds are never null, so that the index is walked from them whatever plan is kept.
LIST_REFORMS = """
SELECT published_at, document FROM public_reforms
WHERE ($1::text IS NULL OR area = $1) AND ($2::text IS NULL OR level = $2) AND ($3::text IS NULL OR member = $3)
  AND (published_at, reference) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::text, ''))
ORDER BY published_at DESC, reference DESC LIMIT $6
"""


async def list_reforms(tx: Transaction, filters: Filters, after: Place | None, limit: int) -> list[Listed]:
    """List reforms, the newest first, from just behind a place."""
    place = (after.published_at, after.reference) if after else (None, None)
    rows = await tx.fetch(LIST_REFORMS, filters.area, filters.level, filters.member, *place, limit)
    return [Listed(row["published_at"], decode(Document, row["document"])) for row in rows]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a reform's history: it was entered, corrected or taken off, and why."""

    version: int
    decision_id: UUID
    entered_at: datetime
    published_at: datetime | None
    effect: str | None
    why: str | None


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


FIND_STORY = """
SELECT h.version, h.decision_id, h.entered_at, h.published_at, h.effect, h.why,
       r.document, r.promising, r.promising_why, r.support
FROM public_history h LEFT JOIN public_reforms r ON r.reference = h.reference AND r.version = h.version
WHERE h.reference = $1 ORDER BY h.version
"""


async def find_story(tx: Transaction, reference: str) -> Story | None:
    """Tell a reference's story, oldest first; None when it never was public."""
    rows = await tx.fetch(FIND_STORY, reference)
    if not rows:
        return None
    changes, last = tuple(_change(row) for row in rows), rows[-1]
    if last["document"] is None:
        return Story(changes, None)
    support = decode(tuple[str, ...], last["support"])
    return Story(changes, decode(Document, last["document"]), last["promising"], last["promising_why"], support)


def _change(row: Record) -> Change:
    return Change(row["version"], row["decision_id"], row["entered_at"], row["published_at"], row["effect"], row["why"])


@dataclass(frozen=True, slots=True)
class Totals:
    """The three counters: distinct entities that take part, and reforms."""

    countries: int
    localities: int
    reforms: int


COUNT_TOTALS = "SELECT countries, localities, reforms FROM public_totals"


async def count_totals(tx: Transaction) -> Totals:
    """Count what the front page counts."""
    row = await tx.fetchrow(COUNT_TOTALS)
    return Totals(0, 0, 0) if row is None else Totals(*row.values())


LIST_MEMBERS = "SELECT member, member_name FROM public_members ORDER BY member_name, member"


async def list_members(tx: Transaction) -> Mapping[str, str]:
    """List the members that have reforms: code to name, by name."""
    return {row["member"]: row["member_name"] for row in await tx.fetch(LIST_MEMBERS)}
