"""The worker that lets released batches out, in chunks that go on where they stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from contracts.event import Fact
from services.chassis.database import Database
from services.chassis.drafts import stand_in
from services.chassis.failpoint import reach
from services.chassis.log import get_logger
from services.chassis.patience import patiently
from services.chassis.transaction import Transaction
from services.review.domain.acting import carry_out
from services.review.domain.batches import FinishRelease, Releasing, decide_batch
from services.review.domain.commands import Release
from services.review.domain.departures import ANSWER_WITHIN, UNRELEASED
from services.review.settings import Settings
from services.review.store import departures, items
from services.review.store import release as store
from services.review.store.items import Found

UNWRITTEN_MAX = 500
"""So many items leave at once whose events are not written yet: that takes long, and the doors wait meanwhile."""


log = get_logger()


def make_releaser(settings: Settings) -> Callable[[Database], Awaitable[None]]:
    """Make the worker: several at once, each at another partition of what leaves."""

    async def release_batches(database: Database) -> None:
        while True:
            if not await patiently(release_chunk, database, settings.release_chunk_items):
                await asyncio.sleep(settings.release_poll_seconds)

    async def release_side_by_side(database: Database) -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(settings.release_lanes):
                tasks.create_task(release_batches(database))

    return release_side_by_side


async def release_chunk(database: Database, limit: int) -> bool:
    """Let the next items of a batch out, or say that all have left, in one transaction. False when nothing is due."""
    async with database.transaction() as tx:
        if not (await _release_written(tx, limit) or await _release_others(tx, limit)):
            return False
        reach("mid_release")
    reach("release_chunk_committed")
    return True


async def _release_written(tx: Transaction, limit: int) -> bool:
    lane = await departures.lock_lane(tx)
    if lane is None:
        return False
    reach("release_locked")
    end = await departures.find_written_end(tx, lane, limit)
    if end is not None:
        await departures.tell_written(tx, lane, end, lane.batch.at + ANSWER_WITHIN, _fills(lane.batch))
    await departures.move_lane(tx, lane, end)
    return True


async def _release_others(tx: Transaction, limit: int) -> bool:
    progress = await store.lock_releasing(tx)
    if progress is None:
        return False
    if not await _release_items(tx, progress, min(limit, UNWRITTEN_MAX)):
        await _finish(tx, progress.batch)
        reach("release_finishing")
    return True


async def _release_items(tx: Transaction, progress: store.Progress, limit: int) -> bool:
    batch = progress.batch
    if await departures.count_leaving(tx, batch.month):
        unwritten = await departures.list_leaving(tx, batch.month, progress.after, limit)
        await _let_out(tx, batch, await departures.find_decided(tx, unwritten))
        await store.save_progress(tx, batch.month, unwritten[-1])
        return True
    held_over = await store.list_held_over(tx, batch.month, limit)
    await _let_out(tx, batch, held_over)
    return bool(held_over)


def _fills(batch: Releasing) -> dict[str, str]:
    return {
        stand_in("released_at", UNRELEASED): stand_in("released_at", batch.at),
        stand_in("answer_by", UNRELEASED + ANSWER_WITHIN): stand_in("answer_by", batch.at + ANSWER_WITHIN),
    }


async def _let_out(tx: Transaction, batch: Releasing, found: Sequence[Found]) -> None:
    done = [carry_out(one.state, Release(dossier=one.dossier, at=batch.at)) for one in found]
    await items.save_items(tx, [one.state for one in done])
    tx.emit(fact for one in done for fact in one.facts)


async def _finish(tx: Transaction, batch: Releasing) -> None:
    await departures.keep_left_behind(tx, batch.month)
    for told in decide_batch(batch, FinishRelease(await store.find_tally(tx, batch.month))):
        await store.save_released(tx, told)  # type: ignore[arg-type]  # FinishRelease gives BatchReleased
        tx.emit([Fact(subject=batch.month, data=told)])
    log.info("batch.released", month=batch.month)
