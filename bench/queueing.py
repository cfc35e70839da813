"""Measures the desk's queue page with few items stored and with many, beside its SQL and its rendering alone."""

import secrets
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from http.client import OK
from typing import Any
from urllib.parse import urlencode

import asyncpg
from fastapi import FastAPI

from bench.filling_review import fill_review
from bench.stage import Stage
from deploy.database import service_url
from services.chassis.database import Database
from services.chassis.transaction import Transaction
from services.review.accounts import Accounts, Passwords
from services.review.api.contact import make_vault
from services.review.casework.rendering import make_renderer
from services.review.desk.doors import make_desk
from services.review.desk.house import House
from services.review.settings import Settings
from services.review.store.sessions import hash_of

SEARCHES = (
    "status:open",
    "status:open assigned:me",
    "area:justice status:open country:FR flagged:timing",
    "month:2026-11 status:assessed",
    "country:KE",
    "ref:OGC-2026-0000500",
    "budgetcourt status:open",
    "",
)
ROUNDS = 30
ME = "data-team:1"

Run = Callable[[], Awaitable[None]]


@dataclass
class Recorded:
    """What a page asked of the database, transaction by transaction, and what it was written from."""

    statements: list[tuple[int, str, str, tuple[object, ...]]] = field(default_factory=list)
    writing: list[tuple[Any, str, dict[str, Any]]] = field(default_factory=list)


@dataclass(frozen=True)
class Timed:
    """Medians of one search, in milliseconds: the page, its statements alone, its writing alone."""

    page: float
    sql: float
    rendering: float
    lines: int


@dataclass
class QueueDesk:
    """The desk on a store of one size."""

    size: int
    database: Database
    house: House
    app: FastAPI
    key: str

    async def open(self, search: str) -> None:
        """Open the page, without a client whose own work would be measured with it.

        Raises:
            RuntimeError: it was not shown.
        """
        statuses: list[int] = []
        headers = [(b"cookie", f"desk={self.key}".encode()), (b"accept-language", b"en"), (b"host", b"review")]
        path, query = "/desk/queue", urlencode({"q": search}).encode()
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
        where = {"path": path, "raw_path": path.encode(), "query_string": query, "root_path": "", "headers": headers}

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self.app({**scope, **where, "client": ("127.0.0.1", 1), "server": ("review", 80)}, receive, send)
        if statuses != [OK]:
            raise RuntimeError(f"the page of {search!r} answers {statuses}")


async def measure_queue(stage: Stage, sizes: Sequence[int], say: Callable[[str], None]) -> dict[str, dict[int, Timed]]:
    """Measure every search on every size, in turns, so that none has the machine's better moments."""
    async with AsyncExitStack() as held:
        desks = []
        for size in sizes:
            say(f"the queue, with {size:,} items stored")
            desks.append(await held.enter_async_context(_desk(stage, size)))
        return {search: await _measure(desks, search) for search in SEARCHES}


@asynccontextmanager
async def _desk(stage: Stage, size: int) -> AsyncIterator[QueueDesk]:
    async with stage.database() as admin_url:
        key = await _fill(admin_url, size)
        settings = Settings(database_url=service_url(admin_url, "review"), kafka_bootstrap_servers="nobody:1")
        database = Database(settings, "review")
        await database.open()
        house = House(database, settings)
        app = FastAPI()
        app.include_router(
            make_desk(house, Accounts(database, Passwords()), make_vault(settings), make_renderer(settings))
        )
        yield QueueDesk(size, database, house, app, key)
        await database.close()


async def _fill(admin_url: str, size: int) -> str:
    """Fill the store, and let somebody be signed in; give the key of their cookie."""
    key = secrets.token_urlsafe(32)
    admin = await asyncpg.connect(admin_url)
    try:
        await fill_review(admin, size)
        await admin.execute(
            "INSERT INTO review.staff (actor_ref, subject, name, roles, password_hash)"
            " VALUES ($1, $1, 'Somebody', '{support-unit}', '')",
            ME,
        )
        await admin.execute(
            "INSERT INTO review.session (key_hash, actor_ref, ends_at) VALUES ($1, $2, now() + interval '1 day')",
            hash_of(key),
            ME,
        )
    finally:
        await admin.close()
    return key


async def _measure(desks: Sequence[QueueDesk], search: str) -> dict[int, Timed]:
    recorded = {desk.size: await _record(desk, search) for desk in desks}
    taken: dict[tuple[int, str], list[float]] = {}
    for _ in range(ROUNDS):
        for desk in desks:
            for name, run in _runs(desk, search, recorded[desk.size]).items():
                begun = time.perf_counter()
                await run()
                taken.setdefault((desk.size, name), []).append((time.perf_counter() - begun) * 1000)
    return {desk.size: _timed(desk, taken, recorded[desk.size]) for desk in desks}


def _runs(desk: QueueDesk, search: str, recorded: Recorded) -> dict[str, Run]:
    return {
        "page": lambda: desk.open(search),
        "sql": lambda: _replay(desk.database, recorded),
        "rendering": lambda: _write_again(desk.house, recorded),
    }


def _timed(desk: QueueDesk, taken: dict[tuple[int, str], list[float]], recorded: Recorded) -> Timed:
    medians = {name: statistics.median(taken[desk.size, name]) for name in ("page", "sql", "rendering")}
    _, _, context = recorded.writing[-1]
    return Timed(**medians, lines=len(context["found"].lines))


async def _record(desk: QueueDesk, search: str) -> Recorded:
    """Open the page once, and keep what it asked and what it was written from."""
    recorded = Recorded()
    kept = {name: getattr(Transaction, name) for name in ("fetch", "fetchrow", "fetchval", "execute")}
    write = desk.house.pages.write

    def listening(name: str) -> Callable[..., Awaitable[Any]]:
        async def listen(tx: Transaction, sql: str, *args: object) -> Any:
            recorded.statements.append((id(tx), name, sql, args))
            return await kept[name](tx, sql, *args)

        return listen

    def writing(language: Any, template: str, **context: Any) -> bytes:
        recorded.writing.append((language, template, context))
        return write(language, template, **context)

    try:
        desk.house.pages.write = writing  # type: ignore[method-assign]  # for this one request
        for name in kept:
            setattr(Transaction, name, listening(name))
        await desk.open(search)
    finally:
        desk.house.pages.write = write  # type: ignore[method-assign]  # as it was
        for name, method in kept.items():
            setattr(Transaction, name, method)
    return recorded


async def _replay(database: Database, recorded: Recorded) -> None:
    for group in dict.fromkeys(one[0] for one in recorded.statements):
        async with database.transaction(read_clock=False) as tx:
            for of, name, sql, args in recorded.statements:
                if of == group:
                    await getattr(tx, name)(sql, *args)


async def _write_again(house: House, recorded: Recorded) -> None:
    language, template, context = recorded.writing[-1]
    house.pages.write(language, template, **context)
