"""Puts the record made again in the place of the living one, in one transaction that readers hardly notice."""

import asyncio
import random
from typing import NamedTuple

from services.chassis.codec import encode_text
from services.chassis.database import Database
from services.chassis.errors import Refusal, is_passing
from services.chassis.failpoint import reach
from services.publish.rebuilding.comparison import MOVED
from services.publish.rebuilding.making import ReadWhole, catch_up
from services.publish.store import rebuilding as store
from services.publish.store.rebuilding import BESIDE

GIVEN_UP_AFTER_MS = 40
"""So long may it take to get all locks and to move. The commit waits for nothing: readers wait for less than 50."""
ATTEMPTS = 200
PAUSE_SECONDS = 0.3


class Why(NamedTuple):
    """How it came to the exchange, in how many rows each field differed, and for which reasons that is right."""

    how: str
    differing: dict[str, int]
    explained: dict[str, str]


class Exchanged(NamedTuple):
    """How often it was tried, and for how many milliseconds readers waited at most, as the server measured."""

    attempts: int
    locked_ms: float


async def exchange(database: Database, read: ReadWhole, why: Why, beside: str = BESIDE) -> Exchanged:
    """Let the record in the schema beside catch up and take the living one's place, which lies in ROOM from then on.

    ROOM has to be there, and empty. Until the one commit that changes all, nothing else is changed, whenever this ends.

    Raises:
        Refusal: what is beside has another shape, or was overtaken by a replay; or readers are never done.
    """
    await _prepare(database, beside)
    for attempt in range(1, ATTEMPTS + 1):
        reach("exchange_catching_up")
        await catch_up(database, read, beside)
        try:
            locked_ms = await _exchange(database, read, why, beside)
        except Exception as error:
            if not is_passing(error):
                raise
            if await _is_done(database):
                return Exchanged(attempt, GIVEN_UP_AFTER_MS)
        else:
            return Exchanged(attempt, max(locked_ms, GIVEN_UP_AFTER_MS if attempt > 1 else 0))
        await asyncio.sleep(PAUSE_SECONDS * random.random())  # noqa: S311 - so as not to meet the same reader each time
    raise Refusal("busy", f"someone was reading for long, {ATTEMPTS} times: nothing was exchanged")


async def _prepare(database: Database, beside: str) -> None:
    async with database.transaction() as tx:
        unlike = await store.find_unlike(tx, MOVED, beside)
        if len(unlike) == len(MOVED.relations):
            raise Refusal("nothing-there", f"there is no record in {beside}")
        if unlike:
            raise Refusal("other-shape", f"in {beside} are missing, or have other columns: {', '.join(unlike)}")
        await store.prepare(tx, MOVED, beside)


async def _exchange(database: Database, read: ReadWhole, why: Why, beside: str) -> float:
    async with database.transaction() as tx:
        await store.hold_living(tx)
        await catch_up(database, read, beside)
        await _refuse_overtaken(database, beside)
        await store.write_down(tx, (why.how, encode_text(why.differing), encode_text(why.explained)))
        reach("exchange_written_down")
        return await store.take_over(tx, MOVED, beside, GIVEN_UP_AFTER_MS)


async def _is_done(database: Database) -> bool:
    async with database.transaction(read_clock=False) as tx:
        return await store.has_given_way(tx, MOVED)


async def _refuse_overtaken(database: Database, beside: str) -> None:
    async with database.transaction(read_clock=False) as tx:
        await store.begin(tx, beside)
        if replayed := await store.count_replayed(tx):
            raise Refusal("replayed", f"{replayed} events were replayed since it was made: make it again")
