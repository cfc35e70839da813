"""Lists of reforms, as the public record stands or as it stood: page by page, or all of them in turn."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.search_words import read_words
from services.chassis.codec import decode
from services.chassis.database import Record, Transaction
from services.chassis.text_search import loose_query_of, query_of
from services.publish.domain.reforms import Document
from services.publish.store.listing import Filters, Place

FEW = 2_000
"""Up to so many that have the words are sorted."""

MANY = 20_000
"""Up to so many are known by their words, and the list is walked to where they stand; of more, the newest are read."""

NEAR = 500
"""Among so many of the newest that are asked for, words are looked for first."""

FAR = 20_000
"""Among so many of the newest, what more than many have is looked for at last."""

NEWEST = 200
"""Among so many of the newest the best is sought, where more than few have the words."""

CHUNK = 500

Order = Literal["newest", "reference"]


class TooLong(Exception):
    """What is looked for would take too long to find: its words are had by many, and not by the newest."""


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
    SELECT e.reference, e.version
    FROM candidates w JOIN public_entries e ON e.reference = w.reference AND e.version = w.version WHERE
"""
_ENTRIES_WITH_WORDS = f"{_WORDS} {_WANTED} {_OF_CANDIDATES}"
# IS TRUE lets the planner look each one up while it walks, instead of fetching all candidates to sort them.
_WALKED = """
), found AS MATERIALIZED (
    SELECT e.reference, e.version FROM public_entries e
    WHERE ((e.reference, e.version) IN (SELECT w.reference, w.version FROM candidates w)) IS TRUE AND
"""
_ENTRIES_WALKED = f"{_WORDS} {_WANTED} {_WALKED}"
_WITH_WORDS = f"""($14::text IS NULL OR EXISTS (
    SELECT FROM public_words w WHERE w.reference = e.reference AND w.version = e.version AND w.words @@ {_WANTED}))"""
_READ = """)
SELECT e.published_at, e.entered_at, e.version, e.document, p.promising, p.why, p.support
FROM found JOIN public_entries e ON e.reference = found.reference AND e.version = found.version
LEFT JOIN public_encouragements p ON p.reference = e.reference AND p.since < coalesce($1::timestamptz, 'infinity')
    AND (p.superseded_at IS NULL OR p.superseded_at >= coalesce($1::timestamptz, 'infinity'))
"""
_BY_AGE = "ORDER BY e.published_at DESC, e.reference DESC"
# The bounds are never null, so that the index is walked from them whatever plan is kept.
_BEHIND = """(e.published_at, e.reference)
    < (coalesce($16::timestamptz, $1::timestamptz, 'infinity'), coalesce($17::text, ''))"""

# Which of them is found without their documents, from what the index holds.
LIST_REFORMS = f"{_ENTRIES} {_ASKED} AND {_WITH_WORDS} AND {_BEHIND} {_BY_AGE} LIMIT $18 {_READ} {_BY_AGE}"
_OF_NEAR = f"{_AMONG_NEAR} {_WANTED} {_BY_AGE} LIMIT $18 {_READ} {_BY_AGE}"
LIST_NEAR = f"{_NEAR} {_ASKED} AND {_BEHIND} {_BY_AGE} LIMIT $19 {_OF_NEAR}"
LIST_WALKED = f"{_ENTRIES_WALKED} {_ASKED} AND {_BEHIND} {_BY_AGE} LIMIT $18 {_READ} {_BY_AGE}"
LIST_FOUND = f"{_ENTRIES_WITH_WORDS} {_ASKED} AND {_BEHIND} {_BY_AGE} LIMIT $18 {_READ} {_BY_AGE}"


async def list_reforms(tx: Transaction, filters: Filters, after: Place | None, limit: int) -> list[Listed]:
    """List reforms, the newest first, from just behind a place.

    Raises:
        TooLong: words are asked for that very many have, and not enough of the newest.
    """
    place = (after.published_at, after.reference) if after else (None, None)
    asked = (*_arguments(filters), *place)
    find = tx.fetch(LIST_REFORMS, *asked, limit) if filters.q is None else _find(tx, filters.q, asked, limit)
    return [_listed(row) for row in await find]


async def _find(tx: Transaction, q: str, asked: Sequence[object], limit: int) -> Sequence[Record]:
    near = await tx.fetch(LIST_NEAR, *asked, limit, NEAR)
    if len(near) == limit:
        return near
    if statement := await _by_words(tx, q, LIST_FOUND, LIST_WALKED):
        return await tx.fetch(statement, *asked, limit)
    far = await tx.fetch(LIST_NEAR, *asked, limit, FAR)
    return await _were_enough(tx, far, limit, asked)


# In each of these ways the same is found. A phrase is first taken for its words, since all that have them must be read.
async def _by_words(tx: Transaction, q: str, few: str, many: str) -> str | None:
    # By way of the index alone, which is quick for many and for few; guesses about two words together are often wrong.
    await tx.execute(USE_WORDS)
    count = await tx.fetchval(COUNT_LOOSELY, *read_words(q))
    return few if count <= FEW else many if count <= MANY else None


async def _were_enough(
    tx: Transaction, found: Sequence[Record], limit: int, asked: Sequence[object]
) -> Sequence[Record]:
    if len(found) < limit and await tx.fetchval(COUNT_FAR, *asked[:13], *asked[15:17], FAR) == FAR:
        raise TooLong
    return found


_COUNT = "SELECT count(*) FROM (SELECT FROM public_words w WHERE w.words @@"
COUNT_LOOSELY = f"{_COUNT} {loose_query_of('$1', '$2')} LIMIT {MANY + 1}) found"
COUNT_FOUND = f"{_COUNT} {query_of('$1', '$2')} LIMIT {FEW + 1}) found"
_COUNT_ASKED = "SELECT count(*) FROM (SELECT FROM public_entries e WHERE"
_BEHIND_THAT = _BEHIND.replace("$16", "$14").replace("$17", "$15")
COUNT_FAR = f"{_COUNT_ASKED} {_ASKED} AND {_BEHIND_THAT} LIMIT $16) far"
USE_WORDS = "SELECT set_config('enable_seqscan', 'off', true)"


async def _are_few(tx: Transaction, filters: Filters) -> bool:
    # by way of the index alone, which is quick for many and for few; guesses about two words together are often wrong
    if filters.q is None:
        return False
    words = read_words(filters.q)
    await tx.execute(USE_WORDS)
    are_read = int(await tx.fetchval(COUNT_LOOSELY, *words)) <= MANY
    return are_read and int(await tx.fetchval(COUNT_FOUND, *words)) <= FEW


_RANKING = "), ranked AS (SELECT f.reference, f.version, ts_rank(w.words,"
_OF_FOUND = """) AS rank
    FROM found f JOIN public_words w ON w.reference = f.reference AND w.version = f.version
    ORDER BY rank DESC, f.reference DESC LIMIT $16
"""
_BY_RANK = "ORDER BY found.rank DESC, e.reference DESC"
_RANKED = f"{_RANKING} {_WANTED} {_OF_FOUND} {_READ.replace('FROM found', 'FROM ranked found')} {_BY_RANK}"
SEARCH_FEW = f"{_ENTRIES_WITH_WORDS} {_ASKED} {_RANKED}"
SEARCH_WALKED = f"{_ENTRIES_WALKED} {_ASKED} {_BY_AGE} LIMIT {NEWEST} {_RANKED}"
SEARCH_FAR = f"{_NEAR} {_ASKED} {_BY_AGE} LIMIT $17 {_AMONG_NEAR} {_WANTED} {_BY_AGE} LIMIT {NEWEST} {_RANKED}"


async def search_reforms(tx: Transaction, filters: Filters, limit: int) -> list[Listed]:
    """Give the reforms that have the words, the best first: title before institution before text.

    Where more than few have them, the best of the newest of those.

    Raises:
        TooLong: words are asked for that very many have, and not enough of the newest.
    """
    asked = _arguments(filters)
    if statement := await _by_words(tx, filters.q or "", SEARCH_FEW, SEARCH_WALKED):
        return [_listed(row) for row in await tx.fetch(statement, *asked, limit)]
    far = await tx.fetch(SEARCH_FAR, *asked, limit, FAR)
    return [_listed(row) for row in await _were_enough(tx, far, limit, (*asked, None, None))]


COUNT_REFORMS = f"{_COUNT_ASKED} {_ASKED} AND {_WITH_WORDS} LIMIT $16) asked"
_OF_ALL = ") SELECT count(*) FROM found"
COUNT_WITH_WORDS = f"{_ENTRIES_WITH_WORDS} {_ASKED} LIMIT $16 {_OF_ALL}"


async def count_reforms(tx: Transaction, filters: Filters, limit: int) -> int:
    """Count the reforms that are asked for, up to ``limit``.

    Raises:
        TooLong: a phrase is asked for whose words very many have.
    """
    asked = _arguments(filters)
    are_few = await _are_few(tx, filters)
    if not are_few and '"' in (filters.q or "") and await tx.fetchval(COUNT_FAR, *asked[:13], None, None, FAR) == FAR:
        raise TooLong
    return int(await tx.fetchval(COUNT_WITH_WORDS if are_few else COUNT_REFORMS, *asked, limit))


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
