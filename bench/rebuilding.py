"""Measures how fast the public record is read while it is made again, and how fast it is made again meanwhile."""

import asyncio
import random
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import asyncpg
import psutil

from bench import backlog
from bench.drain import Contender, drain, finish, peak_mb, prepare
from bench.latency import Connection, listening
from bench.stage import PREFIX, Stage
from deploy.stack.ports import LOOPBACK, free_port

PER_SECOND = 20
SEED = 11
LOOK_SECONDS = 0.05
BARE_COUNT = 50_000
MOST_ON_A_PAGE = 20
COUNTRIES = ("", "&country=SN", "&country=CR", "&country=CI", "&country=UA")
LANGUAGES = ("", "&language=en", "&language=fr", "&language=es")
SITES = ("", "&lang=fr", "&lang=es")
PUBLISH = Contender("publish", "services.publish", "publish", "decisions", {})
BARE = Contender("bare", "bench.bare publish", "publish", "decisions", {})

REFERENCES = "SELECT reference FROM publish.reform_entry WHERE current AND published_at IS NOT NULL ORDER BY reference"
FOLDED = """
SELECT extract(epoch FROM query_start - xact_start)::float8 FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE '%keep_differences(%' AND pid <> pg_backend_pid()
"""
"""A rebuild is one transaction that folds first, then compares: how long it folded, while it compares."""

Taken = dict[str, list[float]]
"""Milliseconds from when each page was due until it was there, by its kind."""


@dataclass(frozen=True)
class Made:
    """A rebuild: how long its process ran, how long it folded of that (nothing where that went unseen), its memory."""

    seconds: float
    folded_seconds: float | None
    rss_mb: float


@dataclass(frozen=True)
class Rebuilt:
    """What was read alone and beside, how the record was made again, and what a bare loop folds in a second."""

    events: int
    alone: Taken
    beside: Taken
    made: Made
    bare_rate: float


class Readers:
    """Everyone who reads: lists and reforms, each drawn anew, at fixed moments, whether earlier ones came or not."""

    def __init__(self, port: int, references: Sequence[str]) -> None:
        self._port, self._references = port, references
        self._chance = random.Random(SEED)

    async def read_for(self, seconds: float) -> Taken:
        """Read for so long."""
        return await self.read_until(asyncio.create_task(asyncio.sleep(seconds)))

    async def read_until(self, done: "asyncio.Task[None]") -> Taken:
        """Read until a task is done, and give what its pages took; what the task raises is raised."""
        begun = time.perf_counter()
        reading: list[asyncio.Task[tuple[str, float]]] = []
        while not done.done():
            due = begun + len(reading) / PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            reading.append(asyncio.create_task(self._read(len(reading), due)))
        taken: Taken = {"list": [], "detail": []}
        for kind, ms in await asyncio.gather(*reading):
            taken[kind].append(ms)
        await done
        return taken

    async def _read(self, number: int, due: float) -> tuple[str, float]:
        kind, address = ("list", self._some_list()) if number % 2 else ("detail", self._some_reform())
        reader, writer = await asyncio.open_connection(LOOPBACK, self._port)
        writer.write(
            f"GET {address} HTTP/1.1\r\nHost: publish\r\nConnection: close\r\nAccept: text/html\r\n\r\n".encode()
        )
        answer = await reader.read(-1)
        taken = (time.perf_counter() - due) * 1000
        writer.close()
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"{address} answers {answer[:200]!r}")
        return kind, taken

    def _some_list(self) -> str:
        filters = "".join(self._chance.choice(of) for of in (COUNTRIES, LANGUAGES, SITES))
        return f"/reforms?limit={self._chance.randint(1, MOST_ON_A_PAGE)}{filters}"

    def _some_reform(self) -> str:
        return f"/reforms/{self._chance.choice(self._references)}"


async def measure_rebuild(stage: Stage, count: int, seconds: float, say: Callable[[str], None]) -> Rebuilt:
    """Let publish hear so many decisions, read it alone, beside a rebuild, and alone again; then ask the bare loop."""
    say(f"writing {count:,} decisions")
    await stage.clear()
    await stage.make_topic("decisions")
    await backlog.put(PREFIX + "decisions", backlog.decisions(count), stage.stack.bootstrap_servers)
    async with _publish(stage, count, say) as (admin_url, look, readers):
        await readers.read_for(seconds / 3)
        say("reading alone")
        alone = await readers.read_for(seconds)
        say("reading beside the rebuild")
        made: list[Made] = []
        beside = await readers.read_until(asyncio.create_task(_rebuild(stage, admin_url, look, made)))
        say("reading alone again")
        after = await readers.read_for(seconds)
    say("the bare loop")
    bare = await drain(stage, BARE, min(count, BARE_COUNT))
    await stage.clear()
    return Rebuilt(count, {kind: found + after[kind] for kind, found in alone.items()}, beside, made[0], bare.rate)


@asynccontextmanager
async def _publish(
    stage: Stage, count: int, say: Callable[[str], None]
) -> AsyncIterator[tuple[str, Connection, Readers]]:
    async with AsyncExitStack() as held:
        admin_url = await held.enter_async_context(stage.database())
        look = await asyncpg.connect(admin_url)
        held.push_async_callback(look.close)
        await prepare(stage, look, PUBLISH)
        port = free_port()
        process = await held.enter_async_context(stage.process(PUBLISH.module, "publish", admin_url, port=port))
        say(f"publish hears {count:,} decisions")
        await finish(look, PUBLISH, psutil.Process(process.pid), count)
        await look.execute("VACUUM (ANALYZE)")
        await listening(port)
        yield admin_url, look, Readers(port, [row["reference"] for row in await look.fetch(REFERENCES)])


async def _rebuild(stage: Stage, admin_url: str, look: Connection, made: list[Made]) -> None:
    begun, told = time.perf_counter(), {"DATABASE_URL": admin_url}
    async with stage.process("deploy rebuild --public", "publish", admin_url, told) as process:
        rss_mb, folded = await _watch(process, look)
        made.append(Made(time.perf_counter() - begun, folded, rss_mb))
        if process.returncode:
            raise RuntimeError(
                f"the rebuild ended with {process.returncode}: see its log in {stage.stack.run.directory}"
            )


async def _watch(process: "subprocess.Popen[bytes]", look: Connection) -> tuple[float, float | None]:
    seen, rss_mb = psutil.Process(process.pid), 0.0
    folded: float | None = None
    while process.poll() is None:
        with suppress(StopIteration):  # it is just ending: no memory is told any more
            rss_mb = max(rss_mb, peak_mb(seen))
        folded = folded or await look.fetchval(FOLDED)
        await asyncio.sleep(LOOK_SECONDS)
    return rss_mb, folded
