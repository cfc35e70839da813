"""Who reads the database directly, and for how long at most."""

from datetime import timedelta

from services.chassis.database import Transaction

END_OVERLONG_READING = "SELECT platform.end_overlong_reading($1, $2)"


async def end_overlong_reading(tx: Transaction, statements: timedelta, transactions: timedelta) -> int:
    """End the sessions of readers whose statement or transaction takes longer; say how many sessions that were."""
    return int(await tx.fetchval(END_OVERLONG_READING, statements, transactions))
