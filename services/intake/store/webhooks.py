"""Which webhooks came, for as long as their signatures could be shown again: one id stands for one content."""

from services.chassis.database import Transaction
from services.intake.domain.signatures import MEMORY

REMEMBER_DELIVERY = """
INSERT INTO webhook_delivery AS d (source, webhook_id, digest, seen_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (source, webhook_id) DO UPDATE SET source = d.source
RETURNING digest
"""


async def remember_delivery(tx: Transaction, source: str, webhook_id: str, digest: bytes) -> bytes:
    """Remember what a source sent under an id, and give what stands under it: this, or what came first."""
    first: bytes = await tx.fetchval(REMEMBER_DELIVERY, source, webhook_id, digest, tx.now)
    return first


DELETE_OLD_DELIVERIES = "DELETE FROM webhook_delivery WHERE seen_at < $1"


async def delete_old_deliveries(tx: Transaction) -> None:
    """Forget what could not be shown again."""
    await tx.execute(DELETE_OLD_DELIVERIES, tx.now - MEMORY)
