"""Publish on a real Postgres: what it hears is told to its reader, what it shows is read through its doors."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from contracts.event import Event
from contracts.topics import DECISIONS, TOPIC_OF
from deploy.database import PUBLIC_READER
from services.chassis.codec import decode, encode
from services.chassis.database import Database
from services.chassis.doors.auth import TokenBook
from services.chassis.doors.origins import open_to_any_origin
from services.chassis.doors.web import answer_errors
from services.chassis.outbox import partition_of
from services.chassis.reading.reader import Reader
from services.chassis.settings import Token
from services.publish.app import assemble, make_public
from services.publish.settings import Settings
from tests.conftest import TestDatabase

UPDATES_KEY = b"k" * 32
TOKEN, SCOPES = "token of the desk", frozenset({"evaluations:write"})
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@dataclass(frozen=True)
class Numbered:
    """A record as its writer's relay writes it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


@dataclass
class Log:
    """Numbers events as they are written, each in its topic's partition."""

    numbers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def write(self, events: Sequence[Event[Any]]) -> list[Numbered]:
        """Give the records of these events."""
        return [self._write(event) for event in events]

    def _write(self, event: Event[Any]) -> Numbered:
        topic = TOPIC_OF[type(event.data)]
        partition = partition_of(event.subject, topic.partitions)
        self.numbers[topic.name, partition] += 1
        seq = self.numbers[topic.name, partition]
        told = {"seq": str(seq), "ce_id": str(event.id), "ce_type": event.type}
        headers = tuple((name, value.encode()) for name, value in told.items())
        return Numbered(topic.name, partition, seq - 1, 0, event.subject.encode(), encode(event), headers)


@dataclass
class Desk:
    """A publish of a test's own. ``admin`` looks into everything."""

    reader: Reader
    browser: AsyncClient
    admin: "asyncpg.Connection[asyncpg.Record]"
    url: TestDatabase
    app: FastAPI
    others: Mapping[str, Reader] = field(default_factory=dict)
    log: Log = field(default_factory=Log)

    async def hear(self, *events: Event[Any], chunk: int = 1000) -> None:
        """Let publish hear these events, in chunks of this size."""
        for topic, records in groupby(self.log.write(events), key=attrgetter("topic")):
            reader, written = self.others.get(topic, self.reader), list(records)
            for begin in range(0, len(written), chunk):
                await reader.apply(written[begin : begin + chunk])

    async def page(self, path: str, **headers: str) -> Response:
        """Ask for a page, as a browser does."""
        return await self.browser.get(path, headers={**BROWSER, **headers})

    async def json(self, path: str) -> Any:
        """Ask for JSON, and read it."""
        return (await self.browser.get(path)).json()

    async def rows(self) -> list[tuple[Any, ...]]:
        """Give the whole record, in order."""
        found = await self.admin.fetch("SELECT * FROM publish.reform_entry ORDER BY reference, version")
        return [tuple(row) for row in found]

    async def told(self) -> list[tuple[Any, ...]]:
        """Give what was told on `reforms`, but for what is new each time: place, subject, cause and data."""
        found = await self.admin.fetch("SELECT partition, seq, payload FROM publish.outbox ORDER BY 1, 2")
        payloads = [(row["partition"], row["seq"], decode(dict[str, Any], row["payload"])) for row in found]
        return [(part, seq, told["subject"], told["causationid"], told["data"]) for part, seq, told in payloads]

    async def parked(self) -> list[tuple[str, str]]:
        """Give what is parked: subject and error."""
        found = await self.admin.fetch("SELECT subject, error FROM publish.parked_event ORDER BY seq")
        return [(row["subject"], row["error"]) for row in found]


async def open_desk(url: TestDatabase) -> tuple[Desk, Sequence[Database]]:
    """Open a publish whose doors read as anyone may."""
    token = Token(sha256=sha256(TOKEN.encode()).hexdigest(), actor_ref="support-unit:1", scopes=SCOPES)
    settings = Settings.model_validate(
        {
            "database_url": url.url("publish"),
            "public_database_url": url.url(PUBLIC_READER),
            "kafka_bootstrap_servers": "unused",
        }
    )
    database, public = Database(settings, "publish"), make_public(settings)
    assert public is not None
    await database.open()
    service = assemble(public, updates_key=UPDATES_KEY)
    for prepare in service.prepare:
        await prepare(database)
    app = FastAPI()
    answer_errors(app, service.sentences, service.problems)
    if service.open_to_any_origin:
        open_to_any_origin(app)
    app.state.tokens = TokenBook([token])
    assert service.doors is not None
    app.include_router(service.doors(database))
    readers = {heard.topic.name: Reader(database, heard.topic, heard.handler) for heard in service.handlers}
    for reader in readers.values():
        await reader.open()
    browser = AsyncClient(transport=ASGITransport(app), base_url="http://publish")
    admin = await asyncpg.connect(url.admin_url)
    return Desk(readers.pop(DECISIONS.name), browser, admin, url, app, readers), [database, public]


@pytest.fixture
async def desk(database: TestDatabase) -> AsyncIterator[Desk]:
    """A publish on a database of the test's own."""
    made, opened = await open_desk(database)
    yield made
    await made.browser.aclose()
    await made.admin.close()
    for one in opened:
        await one.close()
