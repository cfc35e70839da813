"""Since when there is a record that can be released month by month."""

from datetime import datetime

from services.chassis.database import Transaction

FIND_BEGINNING = "SELECT min(published_at) FROM public_entries WHERE published_at IS NOT NULL"


async def find_beginning(tx: Transaction) -> datetime | None:
    """Say when the first reform was published, whatever became of it; None before that."""
    found: datetime | None = await tx.fetchval(FIND_BEGINNING)
    return found
