"""Searches that somebody gave a name: kept, listed, taken away."""

from typing import NamedTuple
from uuid import UUID

from services.chassis.database import Transaction


class SavedFilter(NamedTuple):
    """A search with a name. Everybody sees a shared one; only its owner changes it."""

    filter_id: UUID
    owner: str
    name: str
    query: str
    shared: bool


LIST_FILTERS = """
SELECT filter_id, owner, name, query, shared FROM saved_filter WHERE owner = $1 OR shared
ORDER BY owner <> $1, lower(name), filter_id LIMIT 200
"""


async def list_filters(tx: Transaction, actor_ref: str) -> list[SavedFilter]:
    """List somebody's own, then those that others share."""
    return [SavedFilter(*row) for row in await tx.fetch(LIST_FILTERS, actor_ref)]


COUNT_FILTERS = "SELECT count(*) FROM saved_filter WHERE owner = $1 AND name <> $2"


async def count_others(tx: Transaction, owner: str, name: str) -> int:
    """Count how many somebody has under other names."""
    count: int = await tx.fetchval(COUNT_FILTERS, owner, name)
    return count


SAVE_FILTER = """
INSERT INTO saved_filter AS f (filter_id, owner, name, query, shared, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (owner, name) DO UPDATE SET query = excluded.query, shared = excluded.shared, saved_at = excluded.saved_at
"""


async def save_filter(tx: Transaction, fresh: SavedFilter) -> None:
    """Keep one; under a name that its owner has already it takes that one's place."""
    await tx.execute(SAVE_FILTER, *fresh, tx.now)


DELETE_FILTER = "DELETE FROM saved_filter WHERE filter_id = $1 AND owner = $2 RETURNING true"


async def delete_filter(tx: Transaction, filter_id: UUID, owner: str) -> bool:
    """Take one away, and say whether it was there and theirs."""
    return bool(await tx.fetchval(DELETE_FILTER, filter_id, owner))
