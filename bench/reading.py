"""Measures the public site with few reforms and with very many, beside memory and beside bare SQL in its template."""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import psutil
from fastapi import FastAPI, Request, Response

from bench.drain import Contender, peak_mb, prepare
from bench.filling_publish import fill_publish
from bench.serving import served, served_rate
from bench.stage import Stage
from contracts.topics import CATALOGUE
from deploy.database import PUBLIC_READER, service_url
from deploy.stack.ports import LOOPBACK, free_port
from services.chassis.codec import decode
from services.chassis.doors.web import answer_errors
from services.chassis.text_search import query_of
from services.publish.app import make_public
from services.publish.domain.reforms import Document
from services.publish.settings import Settings
from services.publish.site.answering import KEPT_BYTES, Answering
from services.publish.site.doors import make_doors
from services.publish.site.forms import Form, answer
from services.publish.site.listing import listing_of
from services.publish.site.pages import Pages
from services.publish.store.lists import Listed

ASKED = 400
SECONDS = 3.0
SEARCHED = 5
AT_ONCE = 16
SEED = 7
LISTS = ("/reforms", "/reforms?area=justice", "/reforms?country=SN", "/reforms?language=fr&area=civic-space")
SEARCHES = {"all": "corrections", "some": "some7 procurement or some7", "few": "few123", "two": "some7 some8"}

BARE_LIST = """
SELECT published_at, document FROM reform_entry WHERE current AND published_at IS NOT NULL
ORDER BY published_at DESC, reference DESC LIMIT 21
"""
BARE_ONE = "SELECT document FROM reform_entry WHERE reference = $1 AND current"
_SEARCH = "SELECT e.published_at, e.document FROM reform_words w JOIN reform_entry e USING (reference, version)"
_NEWEST = "AND e.current ORDER BY e.published_at DESC, e.reference DESC LIMIT 21"
BARE_SEARCH = f"{_SEARCH} WHERE w.words @@ {query_of('$1', chr(39) * 2)} {_NEWEST}"
"""As short as it can be said: the same words in the same languages, and what the planner makes of it."""

KNOWN = '"known"'
UTC = ZoneInfo("UTC")

Ask = Callable[[], Awaitable[object]]


@dataclass
class Site:
    """The public site on a record of one size, twice: ``kept`` keeps what it wrote.

    ``wrote`` holds what its pages were last written from.
    """

    size: int
    app: FastAPI
    kept: FastAPI
    pool: "asyncpg.Pool[asyncpg.Record]"
    pages: Pages
    wrote: dict[str, tuple[tuple[Any, ...], dict[str, Any]]]

    async def ask(self, address: str, tag: str = "", app: FastAPI | None = None) -> str:
        """Ask as a browser does, without a client whose own work would be measured with it; give the tag.

        Raises:
            RuntimeError: another answer than the page, or than that it is known.
        """
        told: list[MutableMapping[str, Any]] = []
        path, _, query = address.partition("?")
        sent = {"host": "publish", "accept": "text/html", "if-none-match": tag}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": (LOOPBACK, 1), "server": ("publish", 80),
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            told.append(message)

        await (app or self.app)(scope, receive, send)
        if told[0]["status"] != (304 if tag else 200):
            raise RuntimeError(f"{address} answers {told[0]['status']}")
        return str(dict(told[0]["headers"]).get(b"etag", b"").decode())

    def some_reference(self, chance: random.Random) -> str:
        """Give one of the references."""
        return f"OGC-2026-{chance.randint(1, self.size):07d}"


async def measure_read(stage: Stage, sizes: Sequence[int], say: Callable[[str], None]) -> dict[str, Any]:
    """Measure on every size: how long pages take, how many a second, and the search beside its bare SQL."""
    async with AsyncExitStack() as held:
        sites = []
        for size in sizes:
            say(f"the public site, with {size:,} reforms")
            url = await held.enter_async_context(stage.database())
            await _fill(url, size)
            sites.append((url, await held.enter_async_context(opened(url, size))))
        found = await measure_sites([site for _, site in sites])
        found["memory_mb"] = await _measure_memory(stage, *sites[-1])
        return found


async def measure_sites(sites: Sequence[Site]) -> dict[str, Any]:
    """Measure these sites, in turns."""
    few, many = sites[0], sites[-1]
    return {
        "sizes": [few.size, many.size],
        "pages": await _measure_pages(sites),
        "rates": {str(site.size): await _measure_rates(site) for site in (few, many)},
        "search": {name: await _measure_search(many, words) for name, words in SEARCHES.items()},
    }


async def _fill(url: str, size: int) -> None:
    admin = await asyncpg.connect(url)
    try:
        await fill_publish(admin, size)
    finally:
        await admin.close()


@asynccontextmanager
async def opened(url: str, size: int) -> AsyncIterator[Site]:
    """Open the site on a record, as anyone reads it; nothing that it wrote is kept, but where that is asked for."""
    urls = {"database_url": service_url(url, "publish"), "public_database_url": service_url(url, PUBLIC_READER)}
    public = make_public(Settings.model_validate({**urls, "kafka_bootstrap_servers": "nobody:1"}))
    if public is None:
        raise RuntimeError("there is no public database")
    await public.open()
    pool = await asyncpg.create_pool(urls["database_url"], server_settings={"search_path": "publish"}, min_size=4)
    site = Site(size, FastAPI(), FastAPI(), pool, Pages("bench", UTC), {})
    _add_bare_doors(site)  # in front: what they cost is not finding them
    for app, kept_bytes in ((site.app, 0), (site.kept, KEPT_BYTES)):
        answering = Answering(partial(public.transaction, read_clock=False), UTC, kept_bytes=kept_bytes)
        app.router.routes.extend(make_doors(answering).routes)  # as services do: in one list
        answer_errors(app)
    yield site
    await pool.close()
    await public.close()


def _add_bare_doors(site: Site) -> None:
    write = Pages.write

    def listen(pages: Pages, template: str, *reader: Any, **context: Any) -> bytes:
        site.wrote[template] = (reader, context)
        return write(pages, template, *reader, **context)

    Pages.write = listen  # type: ignore[method-assign, assignment]  # to see what pages are written from
    bodies: dict[str, tuple[bytes, dict[str, str]]] = {}

    async def memory(request: Request) -> Response:
        name = request.query_params["of"]
        if request.headers.get("if-none-match") == KNOWN:
            return answer(b"", Form.PAGE, 304, {"ETag": KNOWN})
        if name not in bodies:
            reader, context = site.wrote[name]
            bodies[name] = (write(site.pages, name, *reader, **context), {"ETag": KNOWN})
        body, headers = bodies[name]
        return answer(body, Form.PAGE, headers=headers)

    async def bare_list() -> Response:
        rows = await site.pool.fetch(BARE_LIST)
        reader, context = site.wrote["listing"]
        found = [Listed(row["published_at"], decode(Document, row["document"])) for row in rows]
        told = {**context, "it": listing_of(found, context["asked"], "/reforms")}
        return answer(write(site.pages, "listing", *reader, **told), Form.PAGE)

    async def bare_one(reference: str) -> Response:
        row = await site.pool.fetchrow(BARE_ONE, reference)
        reader, context = site.wrote["reform"]
        page = replace(context["it"], reference=reference, record=decode(Document, row["document"] if row else ""))
        return answer(write(site.pages, "reform", *reader, **{**context, "it": page}), Form.PAGE)

    site.app.add_api_route("/memory", memory, methods=["GET"])
    site.app.add_api_route("/bare/reforms", bare_list, methods=["GET"])
    site.app.add_api_route("/bare/reforms/{reference}", bare_one, methods=["GET"])


async def _measure_pages(sites: Sequence[Site]) -> dict[str, Any]:
    chance = random.Random(SEED)
    taken: dict[tuple[str, int], list[float]] = {}
    for number in range(ASKED):
        for site in sites:
            for kind, address in (
                ("list", LISTS[number % len(LISTS)]),
                ("detail", f"/reforms/{site.some_reference(chance)}"),
            ):
                begun = time.perf_counter()
                await site.ask(address)
                taken.setdefault((kind, site.size), []).append((time.perf_counter() - begun) * 1000)
    return {f"{kind} {size}": _spread(found[len(found) // 10 :]) for (kind, size), found in taken.items()}


def _spread(found: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(found, n=100)
    return {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2)}


async def _measure_rates(site: Site) -> dict[str, float]:
    detail = f"/reforms/{site.some_reference(random.Random(SEED))}"
    return {**await _rates_of(site, "list", "/reforms", "listing"), **await _rates_of(site, "detail", detail, "reform")}


async def _rates_of(site: Site, name: str, address: str, template: str) -> dict[str, float]:
    await site.ask(address)
    memory = f"/memory?of={template}"
    known = await site.ask(address, app=site.kept)
    ways: dict[str, Ask] = {"cold": lambda: site.ask(address), "bare": lambda: site.ask(f"/bare{address}")}
    found = {f"{name} {way}": await _rate(ask) for way, ask in ways.items()}
    async with served(site.app) as plain, served(site.kept) as kept:
        found[f"{name} memory"] = await served_rate(plain, memory, "", SECONDS)
        found[f"{name} memory, known"] = await served_rate(plain, memory, KNOWN, SECONDS)
        found[f"{name} warm, known"] = await served_rate(kept, address, known, SECONDS)
        found[f"{name} warm"] = await served_rate(kept, address, "", SECONDS)
    return found


async def _rate(ask: Ask) -> float:
    ends = time.perf_counter() + SECONDS
    counts = await asyncio.gather(*(_go_on(ask, ends) for _ in range(AT_ONCE)))
    return round(sum(counts) / SECONDS, 1)


async def _go_on(ask: Ask, ends: float) -> int:
    count = 0
    while time.perf_counter() < ends:
        await ask()
        count += 1
    return count


async def _measure_search(site: Site, words: str) -> dict[str, float]:
    taken: dict[str, list[float]] = {"door": [], "bare": []}
    for _ in range(SEARCHED):
        begun = time.perf_counter()
        await site.ask(f"/reforms.json?q={words.replace(' ', '+')}")
        between = time.perf_counter()
        await site.pool.fetch(BARE_SEARCH, words)
        taken["door"].append((between - begun) * 1000)
        taken["bare"].append((time.perf_counter() - between) * 1000)
    return {name: round(statistics.median(found[1:]), 2) for name, found in taken.items()}


async def _measure_memory(stage: Stage, url: str, site: Site) -> float:
    """Say how much a whole process takes, hearing and asked for many pages and searches."""
    port, chance = free_port(), random.Random(SEED)
    look = await asyncpg.connect(url)
    try:
        await prepare(stage, look, Contender("publish", "services.publish", "publish", "decisions", {}))
        await stage.make_topic(CATALOGUE["decisions"].name)
        async with stage.process("services.publish", "publish", url, port=port) as process:
            await _ask_process(port, [f"/reforms/{site.some_reference(chance)}" for _ in range(ASKED)])
            return round(peak_mb(psutil.Process(process.pid)), 1)
    finally:
        await look.close()


async def _ask_process(port: int, addresses: Sequence[str]) -> None:
    for address in [*LISTS, *(f"/reforms.json?q={words.split()[0]}" for words in SEARCHES.values()), *addresses]:
        await _get(port, address)


async def _get(port: int, address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)
    writer.write(f"GET {address} HTTP/1.1\r\nHost: publish\r\nConnection: close\r\nAccept: text/html\r\n\r\n".encode())
    await reader.read()
    writer.close()
