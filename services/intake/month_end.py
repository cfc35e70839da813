"""Closes the months, each once and in order: a marker in every partition, after which nothing of the month follows."""

import asyncio
from datetime import timedelta
from hashlib import sha256

from contracts.event import Fact
from contracts.submissions import MonthClosed
from contracts.topics import PARTITIONS, SUBMISSIONS
from contracts.vocabulary import next_month
from services.chassis.database import Database, Transaction
from services.chassis.log import get_logger
from services.chassis.patience import patiently
from services.intake.domain.calendar import Moment, end_of
from services.intake.settings import Settings
from services.intake.store.months import (
    Tally,
    count_events,
    find_opened_month,
    insert_closed_month,
    read_moment,
)

NOTHING = Tally(0, sha256(b"").hexdigest())

log = get_logger()


class MonthEnd:
    """Looks every second whether a month is over, and its minutes of grace with it."""

    def __init__(self, settings: Settings) -> None:
        self.zone = settings.zone_info
        self.grace = timedelta(minutes=settings.month_grace_minutes)
        self.poll_seconds = settings.month_poll_seconds

    async def run(self, database: Database) -> None:
        """Close month after month, for ever."""
        while True:
            await patiently(self.close_all_over, database)
            await asyncio.sleep(self.poll_seconds)

    async def close_all_over(self, database: Database) -> list[str]:
        """Close every month that is over, the oldest first, and name them."""
        closed: list[str] = []
        while month := await self._find_over(database):
            if await self._close(database, month):
                closed.append(month)
        return closed

    async def _find_over(self, database: Database) -> str | None:
        async with database.transaction() as tx:
            return await self._next_over(tx, await read_moment(tx, self.zone, tx.now))

    async def _next_over(self, tx: Transaction, moment: Moment) -> str | None:
        last = moment.last_closed
        month = next_month(last) if last else await find_opened_month(tx, moment.month)
        return month if moment.at >= end_of(month, self.zone) + self.grace else None

    async def _close(self, database: Database, month: str) -> bool:
        async with database.transaction() as tx:
            floors = await tx.lock_streams(SUBMISSIONS, range(PARTITIONS))
            moment = await read_moment(tx, self.zone, max(floors.values()))
            if moment.is_closed(month):  # another instance was first
                return False
            await self._tell(tx, month, moment)
        log.info("month.closed", month=month)
        return True

    async def _tell(self, tx: Transaction, month: str, moment: Moment) -> None:
        ended_at = end_of(month, self.zone)
        tallies = await count_events(tx, month)
        await insert_closed_month(tx, month, ended_at, moment.at)
        tx.raise_floors(SUBMISSIONS, dict.fromkeys(range(PARTITIONS), ended_at))
        tx.emit(
            Fact(
                subject=month,
                partition=partition,
                data=MonthClosed(
                    month=month,
                    partition=partition,
                    count=tallies.get(partition, NOTHING).events,
                    event_ids_hash=tallies.get(partition, NOTHING).event_ids_hash,
                    ended_at=ended_at,
                ),
            )
            for partition in range(PARTITIONS)
        )
