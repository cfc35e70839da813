"""Measures receipts: 64 clients at intake's door, beside the ceiling and the floor; and as the store grows."""

import itertools
import json
import statistics
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncpg
import psutil

from bench.crowd import Served, serve_crowd
from bench.drain import own_seconds, tree_seconds
from bench.filling import fill
from bench.latency import form_body, listening
from bench.stage import Stage
from bench.texts import proposals
from deploy.stack.ports import LOOPBACK, free_port

CLIENTS = 64
WARM_UP_SECONDS = 2.0
WAYS = {"own": "services.intake", "ceiling": "bench.receiving ceiling", "floor": "bench.receiving floor"}


@dataclass(frozen=True)
class Receipts:
    """One run: answers a second, what they took, and the CPU time that one costs each process."""

    rate: float
    p50: float
    p95: float
    p99: float
    cpu_us: Mapping[str, float]


async def measure_receipts(
    stage: Stage, way: str, seconds: float, warm_up_seconds: float = WARM_UP_SECONDS
) -> Receipts:
    """Let the crowd come to one door, on a database of its own."""
    await stage.clear()
    async with AsyncExitStack() as held:
        admin_url = await held.enter_async_context(stage.database())
        server = await _open(stage, held, admin_url, WAYS[way])
        return await _measure(stage, server, seconds, warm_up_seconds)


async def measure_growth(stage: Stage, sizes: list[int], seconds: float) -> dict[int, Receipts]:
    """Let the crowd come to intake's door again and again, as more and more submissions stand in its store."""
    await stage.clear()
    found: dict[int, Receipts] = {}
    async with AsyncExitStack() as held:
        admin_url = await held.enter_async_context(stage.database())
        server = await _open(stage, held, admin_url, WAYS["own"])
        admin = await asyncpg.connect(admin_url)
        held.push_async_callback(admin.close)
        await _come(server.port, WARM_UP_SECONDS)
        for size in sizes:
            await fill(admin, size)
            found[size] = await _measure(stage, server, seconds)
    return found


@dataclass(frozen=True)
class _Server:
    process: psutil.Process
    port: int


async def _open(stage: Stage, held: AsyncExitStack, admin_url: str, module: str) -> _Server:
    await stage.make_topic("reviews")  # their writer does not run here: a service waits for what it hears
    await stage.make_topic("decisions")
    port = free_port()
    started = await held.enter_async_context(stage.process(module, "intake", admin_url, port=port))
    await listening(port)
    return _Server(psutil.Process(started.pid), port)


async def _measure(stage: Stage, server: _Server, seconds: float, warm_up_seconds: float = 0.2) -> Receipts:
    await _come(server.port, warm_up_seconds)
    before = _costs(stage, server)
    served = await _come(server.port, seconds)
    after = _costs(stage, server)
    cuts = statistics.quantiles(served.took, n=100, method="inclusive")
    return Receipts(
        rate=served.rate,
        p50=cuts[49] * 1000,
        p95=cuts[94] * 1000,
        p99=cuts[98] * 1000,
        cpu_us={name: (after[name] - before[name]) * 1e6 / served.count for name in after},
    )


def _costs(stage: Stage, server: _Server) -> dict[str, float]:
    return {
        "server": own_seconds(server.process),
        "postgres": tree_seconds(stage.server("postgres")),
        "kafka": own_seconds(stage.server("kafka")),
        "clients": own_seconds(psutil.Process()),
    }


async def _come(port: int, seconds: float) -> Served:
    return await serve_crowd(LOOPBACK, port, bodies(), CLIENTS, seconds)


_numbers = itertools.count(1)


def bodies() -> Iterator[bytes]:
    """Give form after form, no two under one id. Written once: a client must not cost what the server does."""
    written = [form_body("the-id", proposal) for proposal in proposals()]
    at = [body.index(json.dumps("the-id").encode()) for body in written]
    for number in _numbers:
        body, place = written[number % len(written)], at[number % len(written)]
        yield b'%s"form-%09d"%s' % (body[:place], number, body[place + len('"the-id"') :])
