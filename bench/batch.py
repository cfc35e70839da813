"""Measures a month's batch: how fast it is sealed, released and on its topic, each beside the bare thing."""

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import cycle, islice
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer

from bench.batch_rows import MONTH, decided, marker, receipts
from bench.latency import listening
from bench.stage import PREFIX, Stage
from contracts.topics import DECISIONS, PARTITIONS
from deploy.stack.ports import free_port
from services.chassis.database import Database
from services.review.casework.ordering import order_release
from services.review.drafting import draft_due
from services.review.handlers.sealing import seal_batches
from services.review.handlers.submissions import on_submissions
from services.review.release import release_chunk
from services.review.settings import Settings
from services.review.store import entering, items

CHUNK = 1_000
SAMPLE = 5_000
"""So many of the events are kept in memory, and told again and again by those who only copy or send."""
LIMIT_SECONDS = 600.0
SETTLED_SECONDS = 2.0
"""A service that answers goes on to join its groups and to hash its first password: that is no part of a release."""

UPDATE_ITEMS = "UPDATE review.item SET revision = revision + 1 WHERE month = $1"
FIND_IDS = "SELECT partition, event_id FROM review.entered, unnest(event_ids) AS event_id WHERE month = $1"
FIND_SAMPLE = """
SELECT event_id, type, key, payload FROM review.outbox WHERE topic = 'decisions' ORDER BY partition, seq LIMIT $1
"""
NOTHING_DUE = "TRUNCATE review.likeness_due, review.flagging_due, review.pairing_due"
"""When a batch is released, its items were compared and looked at long ago."""
HIDE = "LOCK TABLE review.outbox"
"""For as long as this transaction is open, the relay waits."""
PAUSE = "SELECT pg_sleep(0.01)"
COUNT_TOLD = "SELECT count(*) FROM review.outbox WHERE topic = 'decisions'"
COUNT_RELAYED = "SELECT coalesce(sum(relayed_seq), 0)::bigint FROM review.relay_cursor WHERE topic = 'decisions'"
COLUMNS = ("topic", "partition", "seq", "event_id", "type", "key", "payload")
TABLES = ("item", "told", "departure", "outbox_draft", "outbox", "outbox_stream", "lane")


@dataclass(frozen=True)
class BatchRun:
    """One run, in seconds: ours, and the bare thing beside it. ``drafted`` is done at leisure, before any release."""

    sealed: float
    update: float
    drafted: float
    released: float
    copied: float
    relayed: float
    produced: float


@dataclass(frozen=True)
class _Place:
    """Review's database: as the service sees it, and as its administrator does."""

    stage: Stage
    admin_url: str
    admin: "asyncpg.Connection[asyncpg.Record]"
    database: Database
    settings: Settings

    async def settle(self) -> None:
        """Let the tables be as they are after a while, and nothing be written that was done before."""
        for table in TABLES:
            await self.admin.execute(f"VACUUM (ANALYZE) review.{table}", timeout=LIMIT_SECONDS)
        await self.admin.execute("CHECKPOINT", timeout=LIMIT_SECONDS)


async def measure_batch(stage: Stage, count: int) -> BatchRun:
    """Take one batch of so many items through its month, on a database of its own."""
    await stage.clear()
    async with _placed(stage) as place:
        await _receive(place, count)
        sealed, update = await _seal(place)
        drafted, released = await _release(place, count)
        sample = await place.admin.fetch(FIND_SAMPLE, SAMPLE)
        copied = await _copy(place, sample, count)
        await place.database.close()
        relayed = await _relay(place, count)
        produced = await _produce(stage, sample, count)
    return BatchRun(sealed, update, drafted, released, copied, relayed, produced)


def median_of(runs: Sequence[BatchRun]) -> BatchRun:
    """Give the medians of several runs."""
    told = [asdict(run) for run in runs]
    return BatchRun(**{name: statistics.median(run[name] for run in told) for name in told[0]})


@asynccontextmanager
async def _placed(stage: Stage) -> AsyncIterator[_Place]:
    async with AsyncExitStack() as held:
        admin_url = await held.enter_async_context(stage.database())
        admin = await asyncpg.connect(admin_url)
        held.push_async_callback(admin.close)
        told = stage.environment(admin_url, "review", free_port(), {})
        settings = Settings.model_validate({name.lower(): told[name] for name in told if name != "TOKENS"})
        database = Database(settings, "review")
        await database.open()
        held.push_async_callback(database.close)
        yield _Place(stage, admin_url, admin, database, settings)


async def _receive(place: _Place, count: int) -> None:
    events = receipts(count)
    while chunk := list(islice(events, CHUNK)):
        async with place.database.transaction() as tx:
            await on_submissions.handler(chunk, tx)


async def _seal(place: _Place) -> tuple[float, float]:
    await place.settle()
    update = await _timed(place.admin.execute(UPDATE_ITEMS, MONTH, timeout=LIMIT_SECONDS))
    await place.settle()
    ids: dict[int, list[UUID]] = defaultdict(list)
    for row in await place.admin.fetch(FIND_IDS, MONTH):
        ids[row["partition"]].append(row["event_id"])

    async def seal() -> None:
        async with place.database.transaction() as tx:
            await entering.insert_markers(tx, [marker(partition, ids[partition]) for partition in range(PARTITIONS)])
            await seal_batches(tx, {MONTH: None})

    return await _timed(seal()), update


async def _release(place: _Place, count: int) -> tuple[float, float]:
    states = decided(count)
    while chunk := list(islice(states, CHUNK)):
        async with place.database.transaction() as tx:
            await items.save_items(tx, chunk)
    drafted = await _timed(_exhaust(lambda: draft_due(place.database, place.settings.drafting_chunk_items)))
    await place.settle()

    async def release() -> None:
        async with place.database.transaction() as tx:
            await order_release(tx, MONTH, "support-unit:bench")
        step = partial(release_chunk, place.database, place.settings.release_chunk_items)
        await asyncio.gather(*(_exhaust(step) for _ in range(place.settings.release_lanes)))

    released = await _timed(release())
    if await place.admin.fetchval(COUNT_TOLD) != count:
        raise RuntimeError("not everything was released")
    return drafted, released


async def _copy(place: _Place, sample: Sequence[asyncpg.Record], count: int) -> float:
    # beside what was released, under a topic that nobody relays
    await place.settle()
    copying = place.admin.copy_records_to_table(
        "outbox", schema_name="review", columns=COLUMNS, records=_numbered(sample, count), timeout=LIMIT_SECONDS
    )
    return await _timed(copying)


def _numbered(sample: Sequence[asyncpg.Record], count: int) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(islice(cycle(sample), count)):
        partition, before = number % PARTITIONS, number // PARTITIONS
        yield "copied", partition, before + 1, row["event_id"], row["type"], row["key"], row["payload"]


async def _relay(place: _Place, count: int) -> float:
    """Let a service that is up copy the events: from when it may read them until the last stands on the topic."""
    await place.admin.execute(NOTHING_DUE)
    await place.settle()
    port = free_port()
    async with place.stage.process("services.review", "review", place.admin_url, port=port):
        async with place.admin.transaction():
            await place.admin.execute(HIDE)
            await listening(port)
            await asyncio.sleep(SETTLED_SECONDS)
        begun = time.perf_counter()
        while await place.admin.fetchval(COUNT_RELAYED) < count:
            if time.perf_counter() > begun + LIMIT_SECONDS:
                raise TimeoutError("not all events are relayed")
            await place.admin.execute(PAUSE)
        return time.perf_counter() - begun


async def _produce(stage: Stage, sample: Sequence[asyncpg.Record], count: int) -> float:
    await stage.clear()
    await stage.make_topic(DECISIONS.name)
    producer = AIOKafkaProducer(
        bootstrap_servers=stage.stack.bootstrap_servers,
        enable_idempotence=True,
        acks="all",
        linger_ms=5,
        max_batch_size=524_288,
    )
    await producer.start()
    try:
        return await _timed(_send(producer, sample, count))
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, sample: Sequence[asyncpg.Record], count: int) -> None:
    for _, partition, seq, event_id, kind, key, payload in _numbered(sample, count):
        headers = [
            ("ce_id", str(event_id).encode()),
            ("ce_type", kind.encode()),
            ("seq", b"%d" % seq),
            ("ce_specversion", b"1.0"),
            ("content-type", b"application/cloudevents+json"),
        ]
        await producer.send(PREFIX + DECISIONS.name, payload, key.encode(), partition, headers=headers)
    await producer.flush()


async def _timed(doing: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await doing
    return time.perf_counter() - begun


async def _exhaust(step: Callable[[], Awaitable[object]]) -> None:
    while await step():
        pass
