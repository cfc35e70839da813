"""The worker that tells released months in figures, as soon as every letter about them has arrived."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from services.chassis.database import Database
from services.chassis.errors import Refusal
from services.chassis.log import get_logger
from services.chassis.patience import patiently
from services.review.casework.rendering import Renderer, make_renderer
from services.review.casework.reporting import count_outstanding, tell_report
from services.review.domain.batches import Released
from services.review.settings import Settings
from services.review.store import batches
from services.review.store import reporting as store

REST = 20
"""After each look it rests at least so many times as long as that took."""


log = get_logger()


def make_reporter(settings: Settings) -> Callable[[Database], Awaitable[None]]:
    """Make the worker; it asks notify who is still to be told."""
    renderer = make_renderer(settings)

    async def report_batches(database: Database) -> None:
        while True:
            begun = monotonic()
            await patiently(report_settled, database, renderer)
            await asyncio.sleep(max(settings.report_poll_seconds, REST * (monotonic() - begun)))

    return report_batches


async def report_settled(database: Database, renderer: Renderer) -> list[str]:
    """Tell the months whose letters have all arrived, each in a transaction, and name them."""
    async with database.transaction(read_clock=False) as tx:
        months = await store.list_unreported(tx)
    return [month for month in months if await _report_if_settled(database, renderer, month)]


async def _report_if_settled(database: Database, renderer: Renderer, month: str) -> bool:
    try:
        if await count_outstanding(database, renderer, month):
            return False
    except Refusal as refusal:
        log.warning("report.waits", month=month, code=refusal.code)
        return False
    async with database.transaction() as tx:
        if not isinstance(await batches.lock_batch(tx, month), Released) or any(await store.count_letters(tx, month)):
            return False
        await tell_report(tx, month, by=None)
    log.info("batch.reported", month=month)
    return True
