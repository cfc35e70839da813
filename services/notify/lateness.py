"""Looks from time to time whether the review of a month is late, and owes everybody who waits for it a notice."""

import asyncio
from datetime import datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from contracts.vocabulary import Month
from services.chassis.database import Database
from services.chassis.log import get_logger
from services.chassis.patience import patiently
from services.chassis.transaction import Transaction
from services.notify.domain.delays import Hearing, delays_of, last_late_month, late_from
from services.notify.settings import Settings
from services.notify.store.ledger import insert_letters
from services.notify.store.reviews import list_waiting, lock_late_month, read_heard, save_delay_told

LETTERS_AT_ONCE = 1000


log = get_logger()


class Lateness:
    """Off where no number of days is set."""

    def __init__(self, settings: Settings) -> None:
        self.zone = ZoneInfo(settings.zone)
        self.after = timedelta(days=settings.delay_days) if settings.delay_days else None
        self.poll_seconds = settings.delay_poll_seconds
        self.hearing = Hearing(settings.delay_quiet_seconds)

    async def run(self, database: Database) -> None:
        """Look for months whose review is late, for ever."""
        while True:
            await patiently(self.tell_all, database)
            await asyncio.sleep(self.poll_seconds)

    async def tell_all(self, database: Database) -> int:
        """Owe a notice to all who wait for a review that is late, month by month; say how many months they were."""
        months = 0
        while self.after is not None and await self._tell(database, self.after):
            months += 1
        return months

    async def _tell(self, database: Database, after: timedelta) -> bool:
        async with database.transaction() as tx:
            month = await lock_late_month(tx, last_late_month(tx.now, self.zone, after))
            # while it catches up, the release may be among what is still to be heard
            if month is None or not await self._has_heard_until(tx, late_from(month, self.zone, after)):
                return False
            await _owe(tx, month)
            await save_delay_told(tx, month)
        log.info("review.late", month=month)
        return True

    async def _has_heard_until(self, tx: Transaction, due: datetime) -> bool:
        return self.hearing.is_heard_until(due, await read_heard(tx), monotonic())


async def _owe(tx: Transaction, month: Month) -> None:
    last = ""
    while waiting := await list_waiting(tx, month, last, LETTERS_AT_ONCE):
        await insert_letters(tx, delays_of(month, waiting))
        last = max(waiting)
