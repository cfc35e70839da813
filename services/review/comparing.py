"""The worker that keeps what is compared of submissions up to date: at leisure, so that entering them goes first."""

import asyncio
from collections.abc import Awaitable, Callable

from services.chassis.database import Database
from services.chassis.patience import patiently
from services.review.settings import Settings
from services.review.store.flags import insert_flagging_due
from services.review.store.likeness import save_traits, take_due


def make_comparer(settings: Settings) -> Callable[[Database], Awaitable[None]]:
    """Make the worker; it rests after every chunk, also with many waiting, and so takes a fixed small share."""

    async def compare_submissions(database: Database) -> None:
        while True:
            await patiently(compare_due, database, settings.likeness_chunk_submissions)
            await asyncio.sleep(settings.likeness_poll_seconds)

    return compare_submissions


async def compare_due(database: Database, limit: int) -> int:
    """Take in the next submissions whose texts are new, in one transaction, and say how many they were."""
    async with database.transaction(read_clock=False) as tx:
        due = await take_due(tx, limit)
        if due:
            await save_traits(tx, due)
            await insert_flagging_due(tx, due)
    return len(due)
