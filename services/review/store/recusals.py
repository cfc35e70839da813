"""Who stays off which item: noted once, when they tried to work on it."""

from contracts.reviews import RecusalNoted
from services.chassis.database import Transaction
from services.review.domain.items import Item

INSERT_RECUSAL = """
INSERT INTO recusal (submission_id, round, month, actor_ref, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""


async def insert_recusal(tx: Transaction, item: Item, noted: RecusalNoted) -> bool:
    """Keep that someone stays off an item. False when that was known."""
    row = (item.submission_id, item.round, item.month, noted.actor, noted.noted_at)
    return await tx.execute(INSERT_RECUSAL, *row) == "INSERT 0 1"
