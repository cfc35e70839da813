"""The worker that tells released months in figures, as soon as every letter about them has arrived."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from services.chassis.database import Database
from services.chassis.log import get_logger
from services.chassis.patience import patiently
from services.review.casework.reporting import tell_report
from services.review.domain.batches import Released
from services.review.settings import Settings
from services.review.store import batches
from services.review.store import reporting as store

REST = 20
"""After each look it rests at least so many times as long as that took."""


log = get_logger()


def make_reporter(settings: Settings) -> Callable[[Database], Awaitable[None]]:
    """Make the worker."""

    async def report_batches(database: Database) -> None:
        while True:
            begun = monotonic()
            await patiently(report_settled, database)
            await asyncio.sleep(max(settings.report_poll_seconds, REST * (monotonic() - begun)))

    return report_batches


async def report_settled(database: Database) -> list[str]:
    """Tell the months whose letters have all arrived, each in a transaction, and name them."""
    async with database.transaction(read_clock=False) as tx:
        months = await store.list_unreported(tx)
    return [month for month in months if await _report_if_settled(database, month)]


async def _report_if_settled(database: Database, month: str) -> bool:
    async with database.transaction() as tx:
        if not isinstance(await batches.lock_batch(tx, month), Released) or any(await store.count_letters(tx, month)):
            return False
        await tell_report(tx, month, by=None)
    log.info("batch.reported", month=month)
    return True
