"""The three shelves on which sealed things lie: contacts, drafts, quarantine; walked through, cleared, rewrapped."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from services.chassis.database import Transaction, as_columns
from services.intake.store.vault import Sealed

PAGE = 1000

Key = tuple[object, ...]


class SealedRow(NamedTuple):
    """A row on a shelf: its key, the name for which it was sealed, and what is sealed."""

    key: Key
    name: str
    sealed: Sealed


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table of sealed rows: statements that list its rows behind a key, clear rows, and wrap their keys anew."""

    first: Key
    name_of: Callable[[Key], str]
    listing: str
    clearing: str
    rewrapping: str


async def list_page(tx: Transaction, shelf: Shelf, after: Key) -> list[SealedRow]:
    """List the next rows of a shelf behind a key, in the order of their keys."""
    width = len(shelf.first)
    rows = await tx.fetch(shelf.listing, *after, PAGE)
    return [SealedRow(key := tuple(row)[:width], shelf.name_of(key), Sealed(*tuple(row)[width:])) for row in rows]


async def walk(tx: Transaction, shelf: Shelf) -> AsyncIterator[list[SealedRow]]:
    """Go through all that lies on a shelf, page by page."""
    after = shelf.first
    while rows := await list_page(tx, shelf, after):
        yield rows
        after = rows[-1].key


async def clear(tx: Transaction, shelf: Shelf, keys: Sequence[Key]) -> list[Key]:
    """Take these rows' content away for good, and give the keys of those that still had some."""
    if not keys:
        return []
    return [tuple(row) for row in await tx.fetch(shelf.clearing, *as_columns(sorted(keys), len(shelf.first)), tx.now)]


async def rewrap(tx: Transaction, shelf: Shelf, rows: Sequence[tuple[SealedRow, bytes]]) -> None:
    """Let each row's key be wrapped so from now on, where nobody has written it anew meanwhile."""
    if rows:
        told = [(*row.key, row.sealed.wrapped_key, wrapped_key) for row, wrapped_key in rows]
        await tx.execute(shelf.rewrapping, *as_columns(told, len(shelf.first) + 2))


LIST_CONTACTS = """
SELECT contact_ref, wrapped_key, sealed FROM contact
WHERE contact_ref > $1 AND sealed IS NOT NULL ORDER BY contact_ref LIMIT $2
"""

CLEAR_CONTACTS = """
UPDATE contact SET wrapped_key = NULL, sealed = NULL, erased_at = $2
WHERE contact_ref = ANY ($1::uuid[]) AND sealed IS NOT NULL RETURNING contact_ref
"""

REWRAP_CONTACTS = """
UPDATE contact c SET wrapped_key = r.wrapped
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS r (contact_ref, was, wrapped)
WHERE c.contact_ref = r.contact_ref AND c.wrapped_key = r.was
"""

CONTACTS = Shelf((UUID(int=0),), lambda key: str(key[0]), LIST_CONTACTS, CLEAR_CONTACTS, REWRAP_CONTACTS)

LIST_DRAFTS = "SELECT draft_id, wrapped_key, sealed FROM draft WHERE draft_id > $1 ORDER BY draft_id LIMIT $2"

CLEAR_DRAFTS = """
WITH gone AS (
    DELETE FROM draft WHERE draft_id = ANY ($1::uuid[]) AND saved_at <= $2 RETURNING draft_id, contact_ref
), forgotten AS (
    DELETE FROM contact c USING gone WHERE c.contact_ref = gone.contact_ref
)
SELECT draft_id FROM gone
"""

REWRAP_DRAFTS = """
UPDATE draft d SET wrapped_key = r.wrapped
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS r (draft_id, was, wrapped)
WHERE d.draft_id = r.draft_id AND d.wrapped_key = r.was
"""

DRAFTS = Shelf((UUID(int=0),), lambda key: f"draft {key[0]}", LIST_DRAFTS, CLEAR_DRAFTS, REWRAP_DRAFTS)

LIST_QUARANTINED = """
SELECT partition, "offset", digest, wrapped_key, sealed FROM quarantine
WHERE (partition, "offset", digest) > ($1, $2, $3) AND sealed IS NOT NULL
ORDER BY partition, "offset", digest LIMIT $4
"""

CLEAR_QUARANTINED = """
UPDATE quarantine q SET wrapped_key = NULL, sealed = NULL, erased_at = $4
FROM unnest($1::integer[], $2::bigint[], $3::bytea[]) AS c (partition, "offset", digest)
WHERE q.partition = c.partition AND q."offset" = c."offset" AND q.digest = c.digest AND q.sealed IS NOT NULL
RETURNING q.partition, q."offset", q.digest
"""

REWRAP_QUARANTINED = """
UPDATE quarantine q SET wrapped_key = r.wrapped
FROM unnest($1::integer[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[])
  AS r (partition, "offset", digest, was, wrapped)
WHERE q.partition = r.partition AND q."offset" = r."offset" AND q.digest = r.digest AND q.wrapped_key = r.was
"""

QUARANTINE = Shelf(
    (-1, -1, b""), lambda key: f"{key[0]}-{key[1]}", LIST_QUARANTINED, CLEAR_QUARANTINED, REWRAP_QUARANTINED
)

SHELVES = {"contacts": CONTACTS, "drafts": DRAFTS, "quarantine": QUARANTINE}
