"""Measures how long a form waits for its receipt, and a receipt for being visible in review."""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg

from bench.client import Answered, Client, Watcher
from bench.stage import Stage, ensure_streams
from bench.texts import proposals
from contracts.submissions import Proposal
from deploy.stack.ports import LOOPBACK, free_port
from services.chassis.codec import encode

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

PER_SECOND = 200
WATCH_SECONDS = 0.002
START_SECONDS = 60.0
WARM_UP_REQUESTS = 400

POSITIONS = "SELECT partition, last_seq FROM review.stream_position WHERE source_topic = 'submissions'"
TOLD = "SELECT key, partition, seq FROM intake.outbox WHERE topic = 'submissions' AND type LIKE '%.received.v1'"


@dataclass(frozen=True)
class Percentiles:
    """Milliseconds."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Latency:
    """One run, in milliseconds: from the moment a form was due to its receipt, and from there to review."""

    receipt: Percentiles
    visible: Percentiles


async def measure_service(stage: Stage, seconds: float) -> Latency:
    """Measure intake and review themselves."""
    return await _measure(stage, ("services.intake", "services.review"), seconds)


async def measure_bare(stage: Stage, seconds: float) -> Latency:
    """Measure the bare door and the bare loop."""
    return await _measure(stage, ("bench.door", "bench.bare review"), seconds)


async def _measure(stage: Stage, modules: tuple[str, str], seconds: float) -> Latency:
    await stage.clear()
    async with AsyncExitStack() as held:
        admin_url = await held.enter_async_context(stage.database())
        looks = [await asyncpg.connect(admin_url) for _ in range(2)]
        for look in looks:
            held.push_async_callback(look.close)
        if modules[0].startswith("bench."):
            await _prepare_bare(stage, looks[0])
        else:
            await stage.make_topic("notices")  # its writer does not run here: a service waits for what it hears
        port = free_port()
        await held.enter_async_context(stage.process(modules[0], "intake", admin_url, port=port))
        await held.enter_async_context(stage.process(modules[1], "review", admin_url))
        await listening(port)
        return await _send(*looks, port=port, seconds=seconds)


async def _prepare_bare(stage: Stage, look: Connection) -> None:
    await ensure_streams(look, "submissions", "review")
    await ensure_streams(look, "reviews", "intake")
    for topic in ("submissions", "reviews"):
        await stage.make_topic(topic)


async def listening(port: int) -> None:
    """Wait until somebody listens at a port.

    Raises:
        TimeoutError: nobody does.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(LOOPBACK, port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(f"nobody listens at {port}")


async def _send(watching: Connection, look: Connection, *, port: int, seconds: float) -> Latency:
    client = Client(LOOPBACK, port, [("Content-Type", "application/json")])
    async with _watching(watching) as watcher:
        await _until_seen(watcher, look, await client.send_all(_bodies("warm", WARM_UP_REQUESTS), PER_SECOND))
        answers = await client.send_all(_bodies("form", int(PER_SECOND * seconds)), PER_SECOND)
        visible = await _until_seen(watcher, look, answers)
    refused = [answer for answer in answers if answer.status != 201]  # noqa: PLR2004 - Created
    if refused:
        raise RuntimeError(f"{len(refused)} refused, such as {refused[0].body!r}")
    return Latency(_percentiles([answer.answered_at - answer.due_at for answer in answers]), _percentiles(visible))


@asynccontextmanager
async def _watching(look: Connection) -> AsyncIterator[Watcher]:
    async def positions() -> dict[int, int]:
        return {row["partition"]: row["last_seq"] for row in await look.fetch(POSITIONS)}

    watcher = Watcher(positions, WATCH_SECONDS)
    task = asyncio.create_task(watcher.run())
    try:
        yield watcher
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _until_seen(watcher: Watcher, look: Connection, answers: Sequence[Answered]) -> list[float]:
    """Wait until all of them are visible, and give how long each took."""
    places = await _places(look)
    async with asyncio.timeout(START_SECONDS):
        while True:
            with suppress(LookupError):
                return [
                    max(0.0, watcher.first_seen(*places[json.loads(answer.body)["id"]]) - answer.answered_at)
                    for answer in answers
                ]
            await asyncio.sleep(0.05)


async def _places(look: Connection) -> dict[str, tuple[int, int]]:
    return {row["key"]: (row["partition"], row["seq"]) for row in await look.fetch(TOLD)}


def _bodies(name: str, count: int) -> list[bytes]:
    texts = proposals()
    return [form_body(f"{name}-{number}", texts[number % len(texts)]) for number in range(count)]


def form_body(external_id: str, proposal: Proposal) -> bytes:
    """Write a form as it is sent."""
    form = {
        "channel": "standalone",
        "external_id": external_id,
        "member": "CR",
        "proposal": {name: value for name, value in json.loads(encode(proposal)).items() if value is not None},
        "contact": {"name": "Invented Person", "address": "person@example.org", "language": "es"},
    }
    return json.dumps(form, ensure_ascii=False).encode()


def _percentiles(seconds: Sequence[float]) -> Percentiles:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return Percentiles(p50=cuts[49] * 1000, p95=cuts[94] * 1000, p99=cuts[98] * 1000)
