"""Which webhooks came, for as long as their signatures could be shown again: one id stands for one content."""

from typing import NamedTuple

from services.chassis.database import Transaction
from services.chassis.doors.signatures import MEMORY, Delivery

REMEMBER_DELIVERY = """
INSERT INTO webhook_delivery AS d (source, webhook_id, digest, seen_at, signed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (source, webhook_id) DO UPDATE SET signed_at = greatest(d.signed_at, excluded.signed_at)
RETURNING d.digest, old.signed_at >= $5 AS is_replay
"""


class Remembered(NamedTuple):
    """What stands under an id: the keyed hash of what came first, and whether it was shown with this signature."""

    digest: bytes
    is_replay: bool


async def remember_delivery(tx: Transaction, source: str, delivery: Delivery, digest: bytes) -> Remembered:
    """Remember what a source sent under an id, and give what stands under it: this, or what came first."""
    [row] = await tx.fetch(REMEMBER_DELIVERY, source, delivery.webhook_id, digest, tx.now, delivery.signed_at)
    return Remembered(row["digest"], bool(row["is_replay"]))


DELETE_OLD_DELIVERIES = "DELETE FROM webhook_delivery WHERE seen_at < $1"


async def delete_old_deliveries(tx: Transaction) -> None:
    """Forget what could not be shown again."""
    await tx.execute(DELETE_OLD_DELIVERIES, tx.now - MEMORY)
