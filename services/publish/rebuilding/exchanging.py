"""Puts the record made again in the place of the living one, in one transaction that readers hardly notice."""

import asyncio
import random
from time import monotonic
from typing import NamedTuple

from services.chassis.codec import encode_text
from services.chassis.database import Database
from services.chassis.errors import Refusal, is_passing
from services.publish.rebuilding.comparison import MOVED
from services.publish.rebuilding.making import ReadWhole, catch_up
from services.publish.store import rebuilding as store

LOCKED_AT_MOST_MS = 50
ATTEMPTS = 200
PAUSE_SECONDS = 0.3


class Why(NamedTuple):
    """How it came to the exchange, in how many rows each field differed, and for which reasons that is right."""

    how: str
    differing: dict[str, int]
    explained: dict[str, str]


class Exchanged(NamedTuple):
    """How often it was tried, and for how many milliseconds readers were kept waiting at the last."""

    attempts: int
    locked_ms: float


async def exchange(database: Database, read: ReadWhole, why: Why) -> Exchanged:
    """Let the record beside catch up and take the living one's place, which lies in the schema before from then on.

    Readers wait for less than LOCKED_AT_MOST_MS; where that is too short, it is tried again after a while.

    Raises:
        Refusal: what is beside has another shape, or was overtaken by a replay; or readers are never done.
    """
    await _prepare(database)
    for attempt in range(1, ATTEMPTS + 1):
        await catch_up(database, read)
        try:
            return Exchanged(attempt, await _exchange(database, read, why))
        except Exception as error:
            if not is_passing(error):
                raise
        await asyncio.sleep(PAUSE_SECONDS * random.random())  # noqa: S311 - so as not to meet the same reader each time
    raise Refusal("busy", f"someone was reading for long, {ATTEMPTS} times: nothing was exchanged")


async def _prepare(database: Database) -> None:
    async with database.transaction() as tx:
        if not await store.is_alike(tx, MOVED):
            raise Refusal("other-shape", "migrations have changed the record since it was made")
        await store.prepare(tx, MOVED)


async def _exchange(database: Database, read: ReadWhole, why: Why) -> float:
    note = (why.how, encode_text(why.differing), encode_text(why.explained))
    async with database.transaction() as tx:
        await store.hold_living(tx)
        await catch_up(database, read)
        await _refuse_overtaken(database)
        began = monotonic()
        await store.take_over(tx, MOVED, LOCKED_AT_MOST_MS, note)
    return (monotonic() - began) * 1000


async def _refuse_overtaken(database: Database) -> None:
    async with database.transaction(read_clock=False) as tx:
        await store.begin(tx)
        if replayed := await store.count_replayed(tx):
            raise Refusal("replayed", f"{replayed} events were replayed since it was made: make it again")
