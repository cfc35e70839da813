"""Puts a service together and runs it: crash only, restarted by its supervisor, stopped by SIGTERM."""

import asyncio
import gc
import os
import signal
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig

from services.chassis import log, telemetry
from services.chassis.database import Database
from services.chassis.doors.auth import TokenBook
from services.chassis.doors.health import Health, make_health_doors
from services.chassis.doors.languages import Sentences
from services.chassis.doors.ops import make_ops_doors
from services.chassis.doors.origins import open_to_any_origin
from services.chassis.doors.server import make_server
from services.chassis.doors.turns import InTurn
from services.chassis.doors.web import Problem, answer_errors, problem_response
from services.chassis.errors import describe
from services.chassis.reading.hearing import Hearing
from services.chassis.reading.hears import Hears
from services.chassis.reading.watchdog import Watchdog
from services.chassis.relay.leader import Relay
from services.chassis.settings import ServiceSettings
from services.chassis.topics.connection import can_read, is_there

EXIT_UNEXPECTED = 70
"""The exit code of a process that met what it did not foresee (EX_SOFTWARE)."""

Worker = Callable[[Database], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Service:
    """What makes a service: its name is its schema, its role, its consumer group and its events' source.

    ``prepare`` is done before anything is heard or answered. ``doors`` makes its HTTP doors; ``problems`` writes
    what is wrong there, in ``sentences``; ``open_to_any_origin`` lets scripts of any site read there. ``workers`` run
    as long as the process; one that ends, ends the process.
    """

    name: str
    about: str
    handlers: Sequence[Hears] = ()
    prepare: Sequence[Worker] = ()
    doors: Callable[[Database], APIRouter] | None = None
    open_to_any_origin: bool = False
    workers: Sequence[Worker] = ()
    sentences: Sentences = field(default_factory=dict)
    problems: Callable[[Problem, Request], Response] = problem_response


def run(service: Service, settings: ServiceSettings) -> NoReturn:
    """Run a service until SIGTERM (exit code 0), or until something unexpected (exit code 70)."""
    log.configure(service.name, settings.log_level)
    telemetry.configure(service.name, settings.otlp_endpoint)
    _collect_rarely()
    asyncio.run(_run(service, settings))
    raise SystemExit(0)


def crash(error: BaseException) -> NoReturn:
    """End this process at once; what was not committed has not happened."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f"{place[0].filename}:{place[0].lineno}" if place else ""
    log.get_logger().critical("process.crashed", error=f"{type(error).__name__} at {where}", reason=describe(error))
    os._exit(EXIT_UNEXPECTED)


def _collect_rarely() -> None:
    # a chunk holds its events until it is written: at Python's threshold of 700 their survival costs half the CPU time
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


async def _run(service: Service, settings: ServiceSettings) -> None:
    database = Database(settings, service.name)
    relay = Relay(database, settings, service.name)
    database.on_emit = relay.wake
    hearing = Hearing(database, settings, service.handlers, on_fatal=crash)
    watchdog = Watchdog(
        tuple(hearing.subscriptions.values()),
        settings.watchdog_stall_seconds,
        halt=hearing.halt,
        is_there=partial(is_there, settings),
        can_read=partial(can_read, settings),
    )
    app = make_doors(service, settings, database, hearing, watchdog)
    try:
        await database.open()
        await hearing.open()
        for prepare in service.prepare:
            await prepare(database)
        endless: list[Awaitable[None]] = [relay.run(), watchdog.run(hearing.standing.excused), hearing.run()]
        endless += [worker(database) for worker in service.workers]
        await _until_stopped(make_server(app, settings), endless)
    except Exception as error:  # noqa: BLE001 - crash only
        crash(error)
    await hearing.close()
    await database.close()


def make_doors(
    service: Service, settings: ServiceSettings, database: Database, hearing: Hearing, watchdog: Watchdog
) -> FastAPI:
    """Make the service's web application: its own doors, the operator's, and health."""
    # its own tracing would record what people sent, beside ours, at a fifth of a request's cost
    unseen = TelemetryConfig(tracing=False, metrics=False, logs=False)
    app = FastAPI(title=f"Open Gov Challenge: {service.name}", description=service.about, telemetry=unseen)
    app.state.tokens = TokenBook(settings.tokens)
    app.add_middleware(telemetry.Traced)
    app.add_middleware(InTurn)
    if service.open_to_any_origin:
        open_to_any_origin(app)
    answer_errors(app, service.sentences, service.problems)
    own = [] if service.doors is None else [service.doors(database)]
    health = make_health_doors(Health(database, hearing.subscriptions, watchdog))
    ops = make_ops_doors(database, hearing.settlers, hearing.subscriptions)
    # in one list, what is asked most in front: a router is gone through, door by door, for each request
    app.router.routes.extend(route for part in (*own, health, ops) for route in part.routes)
    return app


async def _until_stopped(server: uvicorn.Server, endless: Sequence[Awaitable[None]]) -> None:
    """Serve until a signal comes; then let requests have their answers, while the workers behind them still work."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    serving = asyncio.ensure_future(server.serve())
    tasks = [serving, *(asyncio.ensure_future(one) for one in endless)]
    waiting = asyncio.ensure_future(stopped.wait())
    done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
    for task in done - {waiting}:
        raise task.exception() or RuntimeError(f"{task.get_coro()} ended")
    server.should_exit = True
    await serving
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
