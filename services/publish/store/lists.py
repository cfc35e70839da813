"""Lists of reforms, as the public record stands or as it stood: page by page, or all of them in turn."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.search_words import read_words
from services.chassis.codec import decode
from services.chassis.database import Record, Transaction
from services.chassis.text_search import query_of
from services.publish.domain.reforms import Document
from services.publish.store.listing import Filters, Place

FEW = 2_000
"""Up to so many that have the words are sorted; of more, the newest are looked at until there are enough."""

NEAR = 500
"""Among so many of the newest that are asked for, words are looked for first."""

NEWEST = 200
"""Among so many of the newest the best is sought, where more have the words."""

CHUNK = 500

Order = Literal["newest", "reference"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A reform that stands in the public record, since when, and since when as it now reads."""

    published_at: datetime
    document: Document
    changed_at: datetime | None = None
    version: int = 1
    promising: bool = False
    promising_why: str | None = None
    support: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        return Place(self.published_at, self.document.reference)


_ASKED = """
    e.published_at IS NOT NULL AND e.entered_at < coalesce($1::timestamptz, 'infinity')
    AND (e.superseded_at IS NULL OR e.superseded_at >= coalesce($1::timestamptz, 'infinity'))
    AND ($2::text IS NULL OR e.area = $2) AND ($3::text IS NULL OR e.region = $3)
    AND ($4::text IS NULL OR e.country = $4)
    AND ($5::text IS NULL OR (e.country = left($5::text, 2) AND e.member = $5))
    AND ($6::text IS NULL OR e.locality = $6) AND ($7::text IS NULL OR e.level = $7)
    AND ($8::text IS NULL OR e.channel = $8) AND ($9::text IS NULL OR lower(e.institution) = lower($9))
    AND ($10::text IS NULL OR e.batch = $10) AND ($11::text IS NULL OR e.language = $11)
    AND ($12::boolean IS NULL OR e.retagged = $12)
    AND ($13::boolean IS NULL OR $13 = (e.reference IN (
        SELECT p.reference FROM public_encouragements p
        WHERE p.promising AND p.since < coalesce($1::timestamptz, 'infinity')
          AND (p.superseded_at IS NULL OR p.superseded_at >= coalesce($1::timestamptz, 'infinity')))))
"""
_WANTED = query_of("$14", "$15")
_ENTRIES = """
WITH found AS MATERIALIZED (
    SELECT e.reference, e.version FROM public_entries e WHERE
"""
_NEAR = """
WITH near AS MATERIALIZED (
    SELECT e.reference, e.version, e.published_at FROM public_entries e WHERE
"""
_AMONG_NEAR = """
), found AS MATERIALIZED (
    SELECT e.reference, e.version
    FROM near e JOIN public_words w ON w.reference = e.reference AND w.version = e.version WHERE w.words @@
"""
_WORDS = """
WITH candidates AS MATERIALIZED (
    SELECT w.reference, w.version FROM public_words w WHERE w.words @@
"""
_OF_CANDIDATES = """
), found AS MATERIALIZED (
    SELECT e.reference, e.version, (SELECT count(*) FROM candidates) AS candidates
    FROM candidates w JOIN public_entries e ON e.reference = w.reference AND e.version = w.version WHERE
"""
_ENTRIES_WITH_WORDS = f"{_WORDS} {_WANTED} LIMIT {FEW + 1} {_OF_CANDIDATES}"
_WITH_WORDS = f"""($14::text IS NULL OR EXISTS (
    SELECT FROM public_words w WHERE w.reference = e.reference AND w.version = e.version AND w.words @@ {_WANTED}))"""
_READ = """)
SELECT e.published_at, e.entered_at, e.version, e.document, p.promising, p.why, p.support
FROM found JOIN public_entries e ON e.reference = found.reference AND e.version = found.version
LEFT JOIN public_encouragements p ON p.reference = e.reference AND p.since < coalesce($1::timestamptz, 'infinity')
    AND (p.superseded_at IS NULL OR p.superseded_at >= coalesce($1::timestamptz, 'infinity'))
"""
_READ_COUNTED = _READ.replace("SELECT e.", "SELECT found.candidates, e.", 1)
_BY_AGE = "ORDER BY e.published_at DESC, e.reference DESC"
# The bounds are never null, so that the index is walked from them whatever plan is kept.
_BEHIND = """(e.published_at, e.reference)
    < (coalesce($16::timestamptz, $1::timestamptz, 'infinity'), coalesce($17::text, ''))"""

# Which of them is found without their documents, from what the index holds.
LIST_REFORMS = f"{_ENTRIES} {_ASKED} AND {_WITH_WORDS} AND {_BEHIND} {_BY_AGE} LIMIT $18 {_READ} {_BY_AGE}"
_OF_NEAR = f"{_AMONG_NEAR} {_WANTED} {_BY_AGE} LIMIT $18 {_READ} {_BY_AGE}"
LIST_NEAR = f"{_NEAR} {_ASKED} AND {_BEHIND} {_BY_AGE} LIMIT {NEAR} {_OF_NEAR}"
LIST_FOUND = f"{_ENTRIES_WITH_WORDS} {_ASKED} AND {_BEHIND} {_BY_AGE} LIMIT $18 {_READ_COUNTED} {_BY_AGE}"


async def list_reforms(tx: Transaction, filters: Filters, after: Place | None, limit: int) -> list[Listed]:
    """List reforms, the newest first, from just behind a place."""
    asked = (*_arguments(filters), *((after.published_at, after.reference) if after else (None, None)), limit)
    return [_listed(row) for row in await _find(tx, filters.q, asked, limit)]


async def _find(tx: Transaction, q: str | None, asked: Sequence[object], limit: int) -> Sequence[Record]:
    # A word that many have is found among the newest few; one that few have, by the index of words. What is left, many
    # have, but not lately.
    if q is not None:
        near = await tx.fetch(LIST_NEAR, *asked)
        if len(near) == limit:
            return near
        await tx.execute(USE_WORDS)
        found = await tx.fetch(LIST_FOUND, *asked)
        if (found[0]["candidates"] if found else await tx.fetchval(COUNT_FOUND, *read_words(q))) <= FEW:
            return found
    return await tx.fetch(LIST_REFORMS, *asked)


_COUNT = "SELECT count(*) FROM (SELECT FROM public_words w WHERE w.words @@"
COUNT_FOUND = f"{_COUNT} {query_of('$1', '$2')} LIMIT {FEW + 1}) found"
USE_WORDS = "SELECT set_config('enable_seqscan', 'off', true)"


async def _are_few(tx: Transaction, filters: Filters) -> bool:
    # by way of the index alone, which is quick for many and for few; guesses about two words together are often wrong
    if filters.q is None:
        return False
    await tx.execute(USE_WORDS)
    return int(await tx.fetchval(COUNT_FOUND, *read_words(filters.q))) <= FEW


_RANKING = "), ranked AS (SELECT f.reference, f.version, ts_rank(w.words,"
_OF_FOUND = """) AS rank
    FROM found f JOIN public_words w ON w.reference = f.reference AND w.version = f.version
    ORDER BY rank DESC, f.reference DESC LIMIT $16
"""
_BY_RANK = "ORDER BY found.rank DESC, e.reference DESC"
_RANKED = f"{_RANKING} {_WANTED} {_OF_FOUND} {_READ.replace('FROM found', 'FROM ranked found')} {_BY_RANK}"
SEARCH_FEW = f"{_ENTRIES_WITH_WORDS} {_ASKED} {_BY_AGE} LIMIT {FEW} {_RANKED}"
SEARCH_MANY = f"{_ENTRIES} {_ASKED} AND {_WITH_WORDS} {_BY_AGE} LIMIT {NEWEST} {_RANKED}"


async def search_reforms(tx: Transaction, filters: Filters, limit: int) -> list[Listed]:
    """Give the reforms that have the words, the best first: title before institution before text.

    Where very many have them, the best of the newest of those.
    """
    statement = SEARCH_FEW if await _are_few(tx, filters) else SEARCH_MANY
    return [_listed(row) for row in await tx.fetch(statement, *_arguments(filters), limit)]


_BY_REFERENCE = "ORDER BY e.reference"

_NEXT = f"e.reference > $16 {_BY_REFERENCE} LIMIT {CHUNK}"
EACH_REFORM = f"{_ENTRIES} {_ASKED} AND {_WITH_WORDS} AND {_NEXT} {_READ} {_BY_REFERENCE}"
EACH_FOUND = f"{_ENTRIES_WITH_WORDS} {_ASKED} AND {_NEXT} {_READ} {_BY_REFERENCE}"


async def each_reform(tx: Transaction, filters: Filters, order: Order = "reference") -> AsyncIterator[Listed]:
    """Give all reforms that are asked for, one after the other; never more than a chunk of them is held.

    They are of one state where the transaction keeps still (``keep_still``).
    """
    last: Listed | None = None
    while chunk := await _next(tx, filters, order, last):
        for listed in chunk:
            yield listed
        last = chunk[-1]
        if len(chunk) < CHUNK:
            return


async def _next(tx: Transaction, filters: Filters, order: Order, last: Listed | None) -> list[Listed]:
    if order == "newest":
        return await list_reforms(tx, filters, last.place if last else None, CHUNK)
    statement = EACH_FOUND if await _are_few(tx, filters) else EACH_REFORM
    after = last.document.reference if last else ""
    return [_listed(row) for row in await tx.fetch(statement, *_arguments(filters), after)]


def _arguments(filters: Filters) -> tuple[object, ...]:
    words = (None, None) if filters.q is None else read_words(filters.q)
    return (
        filters.at,
        filters.area,
        filters.region,
        filters.country,
        filters.member,
        filters.locality,
        filters.level,
        filters.channel,
        filters.institution,
        filters.batch,
        filters.language,
        filters.retagged,
        filters.promising,
        *words,
    )


def _listed(row: Record) -> Listed:
    said = (
        (row["promising"], row["why"], decode(tuple[str, ...], row["support"])) if row["support"] else (False, None, ())
    )
    return Listed(row["published_at"], decode(Document, row["document"]), row["entered_at"], row["version"], *said)
