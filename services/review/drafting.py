"""The worker that writes the events of decided items at leisure, so that a release only numbers them."""

import asyncio
from collections.abc import Awaitable, Callable

from services.chassis.database import Database
from services.chassis.patience import patiently
from services.review.domain.acting import carry_out
from services.review.domain.commands import Release
from services.review.domain.departures import UNRELEASED
from services.review.settings import Settings
from services.review.store import departures


def make_drafter(settings: Settings) -> Callable[[Database], Awaitable[None]]:
    """Make the worker; it rests after every chunk, and so takes a fixed small share."""

    async def draft_departures(database: Database) -> None:
        while True:
            await patiently(draft_due, database, settings.drafting_chunk_items)
            await patiently(forget_told, database, settings.drafting_chunk_items)
            await asyncio.sleep(settings.drafting_poll_seconds)

    return draft_departures


async def draft_due(database: Database, limit: int) -> int:
    """Write the events of the next items that are decided, in one transaction, and say how many were due."""
    async with database.transaction(read_clock=False) as tx:
        due = await departures.take_due(tx, limit)
        found = await departures.find_decided(tx, due) if due else []
        if found:
            done = [carry_out(one.state, Release(dossier=one.dossier, at=UNRELEASED)) for one in found]
            drafts = await tx.keep_drafts(fact for one in done for fact in one.facts)
            await departures.save_departures(tx, found, drafts)
    return len(due)


async def forget_told(database: Database, limit: int) -> int:
    """Forget some drafts of batches that are released, and say how many."""
    async with database.transaction(read_clock=False) as tx:
        return await departures.forget_departures(tx, limit)
