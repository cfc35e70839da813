"""Makes the record beside the living one, from all its topics, up to where the living one has heard; tells nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from time import monotonic

from contracts.topics import Topic
from services.chassis.database import Database, Transaction
from services.chassis.reading.decoding import EventDecoder
from services.chassis.reading.position import Heard
from services.publish.folding import FOLDS, Fold
from services.publish.rebuilding.comparison import Verdict, compare_all
from services.publish.store import rebuilding as store

ReadWhole = Callable[[Topic, Mapping[int, int], Mapping[int, int]], AsyncIterator[list[Heard]]]
"""Reads a topic up to the numbers given first, from behind those given second, each event once and in order."""


def paced(read: ReadWhole, share: float) -> ReadWhole:
    """Read so that what is made of the pages takes this share of the time (0 < share ≤ 1); the rest is a pause."""

    async def read_on(topic: Topic, up_to: Mapping[int, int], after: Mapping[int, int]) -> AsyncIterator[list[Heard]]:
        async for page in read(topic, up_to, after):
            began = monotonic()
            yield page
            await asyncio.sleep((monotonic() - began) * (1 / share - 1))

    return read_on


LeftOut = set[tuple[str, int, int]]


async def rebuild(database: Database, read: ReadWhole) -> Verdict:
    """Make the record again beside the living one, and compare both at one place. The schema beside must be empty.

    The living one is heard and read on meanwhile.

    Raises:
        Incomplete: a topic holds less than was heard of it.
    """
    async with database.transaction(read_clock=False) as tx:
        await store.begin(tx, still=True)
        await _advance(tx, read)
        return await compare_all(tx)


async def catch_up(database: Database, read: ReadWhole, beside: str) -> None:
    """Let the one in the schema beside hear what the living one has heard since."""
    async with database.transaction(read_clock=False) as tx:
        await store.begin(tx, beside)
        await _advance(tx, read)


async def _advance(tx: Transaction, read: ReadWhole) -> None:
    after, up_to = await store.find_beside(tx), await store.find_living(tx)
    left_out = await store.leave_out(tx)
    for topic, fold in FOLDS:
        if up_to.get(topic.name, {}) != after.get(topic.name, {}):
            pages = read(topic, up_to[topic.name], after.get(topic.name, {}))
            await _fold_all(tx, topic, fold, pages, left_out)
    await store.save_beside(tx, up_to)


async def _fold_all(
    tx: Transaction, topic: Topic, fold: Fold, pages: AsyncIterator[list[Heard]], left_out: LeftOut
) -> None:
    decoder = EventDecoder(topic, "publish")
    async for page in pages:
        heard = [one for one in page if (topic.name, one.partition, one.seq) not in left_out]
        if events := decoder.decode_all(heard):
            await fold(events, tx)  # what it would tell was told when the living one heard it
