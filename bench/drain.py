"""Measures how fast a backlog is drained, by a service, by the bare loop or by the floor."""

import asyncio
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import asyncpg
import psutil

from bench.stage import Stage, ensure_streams
from contracts.topics import CATALOGUE

POLL_SECONDS = 0.02
LIMIT_SECONDS = 3600.0

REACHED = "SELECT coalesce(sum(last_seq), 0)::bigint FROM {0}.stream_position WHERE source_topic = $1"
BACKLOG_OF_RELAY = """
SELECT (SELECT coalesce(sum(next_seq - 1), 0) FROM {0}.outbox_stream)::bigint
     - (SELECT coalesce(sum(relayed_seq), 0) FROM {0}.relay_cursor)::bigint
"""


@dataclass(frozen=True)
class Drained:
    """One run: events a second until all were applied, and its costs by process.

    ``through`` is the same until all that was told of them stood on the topic too.
    """

    rate: float
    through: float
    cpu_us: Mapping[str, float]
    rss_mb: Mapping[str, float]


@dataclass(frozen=True)
class Contender:
    """Who drains: a module to run, on whose schema, with which settings."""

    name: str
    module: str
    service: str
    heard: str
    settings: Mapping[str, str]

    def with_settings(self, settings: Mapping[str, str]) -> Self:
        """Give the same one with other settings."""
        return replace(self, settings=settings)


async def drain(stage: Stage, who: Contender, count: int) -> Drained:
    """Let one contender drain the first ``count`` events of the backlog, on a database of its own."""
    await stage.clear(but=[who.heard])
    async with stage.database() as admin_url:
        look = await asyncpg.connect(admin_url)
        try:
            await prepare(stage, look, who)
            async with stage.process(who.module, who.service, admin_url, who.settings) as process:
                return await _measure(stage, look, who, psutil.Process(process.pid), count)
        finally:
            await look.close()


async def prepare(stage: Stage, look: "asyncpg.Connection[asyncpg.Record]", who: Contender) -> None:
    """Make what must be there before a contender starts."""
    if who.module.startswith("services."):
        await _make_other_topics(stage, who)
    else:
        await ensure_streams(look, who.heard, who.service)
        await stage.make_topic({"review": "reviews", "publish": "reforms", "notify": "notices"}[who.service])


async def finish(
    look: "asyncpg.Connection[asyncpg.Record]", who: Contender, process: psutil.Process, count: int
) -> None:
    """Wait until so many events are applied, and what was told of them stands on the topic."""
    reached = REACHED.format(who.service)
    await _wait(lambda: look.fetchval(reached, who.heard), lambda seq: seq >= count, process)
    await _wait(lambda: look.fetchval(BACKLOG_OF_RELAY.format(who.service)), lambda behind: behind <= 0, process)


async def _make_other_topics(stage: Stage, who: Contender) -> None:
    # those whose writers do not run here: a service waits for what it hears
    for topic in CATALOGUE.values():
        if who.service in topic.readers and topic.name != who.heard:
            await stage.make_topic(topic.name)


async def _measure(
    stage: Stage, look: "asyncpg.Connection[asyncpg.Record]", who: Contender, process: psutil.Process, count: int
) -> Drained:
    watched = {
        who.name: lambda: own_seconds(process),
        "postgres": lambda: tree_seconds(stage.server("postgres")),
        "kafka": lambda: own_seconds(stage.server("kafka")),
    }
    reached = REACHED.format(who.service)
    at_first = await _wait(lambda: look.fetchval(reached, who.heard), lambda seq: seq > 0, process)
    begun, before = time.perf_counter(), _read(watched)
    at_last = await _wait(lambda: look.fetchval(reached, who.heard), lambda seq: seq >= count, process)
    ended, after = time.perf_counter(), _read(watched)
    applied = at_last - at_first
    rss = {who.name: peak_mb(process), "kafka": peak_mb(stage.server("kafka"))}
    await finish(look, who, process, count)
    return Drained(
        rate=applied / (ended - begun),
        cpu_us={name: (after[name] - before[name]) * 1e6 / applied for name in watched},
        rss_mb=rss,
        through=applied / (time.perf_counter() - begun),
    )


def _read(watched: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    return {name: read() for name, read in watched.items()}


def own_seconds(process: psutil.Process) -> float:
    """Seconds of CPU of a process."""
    times = process.cpu_times()
    return float(times.user + times.system)


def tree_seconds(process: psutil.Process) -> float:
    """Seconds of CPU of the server and its backends, those that have ended included."""
    times = process.cpu_times()
    total = own_seconds(process) + times.children_user + times.children_system
    return total + sum(own_seconds(child) for child in process.children(recursive=True))


def peak_mb(process: psutil.Process) -> float:
    """Say how much memory a process had at most."""
    with open(f"/proc/{process.pid}/status") as lines:  # noqa: PTH123 - no path of ours
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


async def _wait(look, wanted, process: psutil.Process) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001
    deadline = time.monotonic() + LIMIT_SECONDS
    while not wanted(found := await look()):
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            raise RuntimeError(f"the process ended at {found}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"not drained in {LIMIT_SECONDS:.0f} s: {found}")
        await asyncio.sleep(POLL_SECONDS)
    return int(found)


def median_of(runs: Sequence[Drained]) -> Drained:
    """Give the medians of several runs, each figure by itself."""
    return Drained(
        rate=statistics.median(run.rate for run in runs),
        cpu_us={name: statistics.median(run.cpu_us[name] for run in runs) for name in runs[0].cpu_us},
        rss_mb={name: statistics.median(run.rss_mb[name] for run in runs) for name in runs[0].rss_mb},
        through=statistics.median(run.through for run in runs),
    )
