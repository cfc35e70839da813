"""The ledger as it is asked: who was told what, when, in which words, and what became of it."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from services.chassis.database import Record
from services.chassis.transaction import Transaction
from services.notify.domain.delivery import State


class Asked(TypedDict, total=False):
    """What is asked for; what is left out is asked of all letters."""

    decision_id: UUID | None
    submission_id: str | None
    state: State | None
    delivery_id: UUID | None
    address_hash: bytes | None


LIST_LETTERS = """
SELECT *, words::jsonb ->> 'reference' AS reference FROM letter
WHERE ($1::uuid IS NULL OR decision_id = $1) AND ($2::text IS NULL OR submission_id = $2)
  AND ($3::text IS NULL OR state = $3) AND ($4::uuid IS NULL OR delivery_id = $4)
  AND ($5::bytea IS NULL OR address_hash = $5)
  AND ($6::timestamptz IS NULL OR (made_at, delivery_id) > ($6, $7::uuid))
ORDER BY made_at, delivery_id
LIMIT $8
"""


async def list_letters(
    tx: Transaction, asked: Asked, *, after: tuple[datetime, UUID] | None = None, limit: int = 100
) -> list[Record]:
    """List the rows of letters, oldest first; ``after`` is the (made_at, delivery_id) of the last seen."""
    made_at, last_id = after or (None, None)
    names = ("decision_id", "submission_id", "state", "delivery_id", "address_hash")
    return await tx.fetch(LIST_LETTERS, *(asked.get(name) for name in names), made_at, last_id, limit)


LIST_TOGETHER = """
SELECT * FROM letter
WHERE mail_id = ANY ($1::uuid[]) AND state NOT IN ('cancelled', 'held') AND detail IS DISTINCT FROM 'same-as-submitter'
ORDER BY made_at, delivery_id
"""


async def list_together(tx: Transaction, mail_ids: list[UUID]) -> list[Record]:
    """List all deliveries that went, or will go, out in these pieces of mail."""
    return await tx.fetch(LIST_TOGETHER, mail_ids)
