"""Takes in a group inside a transaction that must not fail: one bad item does not spoil its neighbours."""

from collections.abc import Sequence

from contracts.topics import SUBMISSIONS
from services.chassis.errors import is_data_error
from services.chassis.transaction import Transaction
from services.intake.domain.problems import refused
from services.intake.reception.desk import Desk
from services.intake.reception.outcome import Arrival, Outcome
from services.intake.reception.take_in import take_in
from services.intake.reception.view import partitions_of


async def take_in_carefully(tx: Transaction, arrivals: Sequence[Arrival], desk: Desk) -> list[Outcome]:
    """Take in a group; where the database refuses its data, one by one, and refuse what it refuses."""
    try:
        async with tx.savepoint():
            return await take_in(tx, arrivals, desk)
    except Exception as error:
        if not is_data_error(error):
            raise
    # outside of any savepoint, and all at once: one by one they would be locked in the order of what arrived
    await tx.lock_streams(SUBMISSIONS, partitions_of(tx, arrivals))
    return [await _take_in_one(tx, arrival, desk) for arrival in arrivals]


async def _take_in_one(tx: Transaction, arrival: Arrival, desk: Desk) -> Outcome:
    try:
        async with tx.savepoint():
            return (await take_in(tx, [arrival], desk))[0]
    except Exception as error:
        if not is_data_error(error):
            raise
        return refused("unstorable")
