"""Review in this process: its readers, its doors and its releases, on a database of the test's own."""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from contracts.event import Event
from contracts.submissions import MonthClosed
from contracts.topics import PARTITIONS
from services.chassis.codec import decode, encode
from services.chassis.database import Database
from services.chassis.doors.auth import TokenBook
from services.chassis.doors.web import answer_errors
from services.chassis.outbox import partition_of
from services.chassis.reading.reader import Reader
from services.chassis.reading.settle import Settler
from services.chassis.settings import Token
from services.review.api.contact import Vault
from services.review.app import make_all_doors
from services.review.domain.problems import SENTENCES
from services.review.handlers import on_notices, on_submissions
from services.review.release import release_chunk
from services.review.settings import Settings
from tests.conftest import TestDatabase
from tests.controls.batches import hash_ids
from tests.controls.envelope import MONTH, MONTH_END, event_of, id_of
from tests.controls.reviews import CRITERIA
from tests.controls.submissions import month_closed, submission_received

COUNTED = {"submission.received.v1", "submission.amended.v1", "submission.clarified.v1"}
SCOPES = {
    "reader": ("viewer:1", {"review:read"}),
    "assessor": ("data-team:1", {"review:read", "review:assess"}),
    "host": ("support-unit:2", {"review:contacts"}),
    "irm": ("irm:1", {"review:read", "review:ask-update"}),
    "operator": ("operator:1", {"operate"}),
    "decider": ("support-unit:1", {"review:read", "review:assess", "review:decide", "review:release"}),
}


def answer_contact(request: httpx.Request) -> httpx.Response:
    """Answer as the vault at the edge: behind what ends in 1 is someone, in a nobody any more; else it is ill."""
    match request.url.path[-1]:
        case "1":
            return httpx.Response(200, json={"name": "Ana Rojas", "address": "ana@example.org", "language": "es"})
        case "a":
            return httpx.Response(410)
        case _:
            return httpx.Response(500)


class Heard(NamedTuple):
    """A record as the client library gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


class Log:
    """A topic as its relay writes it: each event with the next number of its partition."""

    def __init__(self) -> None:
        self.last_seqs: dict[int, int] = defaultdict(int)
        self.ids: dict[tuple[str, int], list[bytes]] = defaultdict(list)

    def write(self, *events: Event[Any]) -> list[Heard]:
        """Number these events."""
        return [self._record(event) for event in events]

    def close(self, month: str = MONTH, ended_at: datetime = MONTH_END) -> list[Heard]:
        """Number a month's markers: what was written of it, in each partition."""
        return self.write(*(self.marker(partition, month, ended_at) for partition in range(PARTITIONS)))

    def marker(self, partition: int, month: str = MONTH, ended_at: datetime = MONTH_END) -> Event[MonthClosed]:
        """Count what was written of a month in a partition."""
        ids = self.ids[month, partition]
        data = month_closed(
            month=month, partition=partition, count=len(ids), event_ids_hash=hash_ids(ids), ended_at=ended_at
        )
        return event_of(data)

    def _record(self, event: Event[Any]) -> Heard:
        is_marker = isinstance(event.data, MonthClosed)
        partition = event.data.partition if is_marker else partition_of(event.subject, PARTITIONS)
        self.last_seqs[partition] += 1
        if event.data.TYPE in COUNTED:
            self.ids[event.data.month, partition].append(event.id.bytes)
        seq = self.last_seqs[partition]
        headers = (("seq", b"%d" % seq), ("ce_id", str(event.id).encode()), ("ce_type", event.type.encode()))
        return Heard("any", partition, seq - 1, 0, event.subject.encode(), encode(event), headers)


def received(number: int, **overrides: Any) -> Event[Any]:
    """The receipt of the example submission of this number."""
    return event_of(submission_received(number, **overrides), number=number)


def another(event: Event[Any], name: str) -> Event[Any]:
    """The same event under another id."""
    return replace(event, id=id_of(name))


def bearer(name: str) -> dict[str, str]:
    """Give the header of a token."""
    return {"Authorization": f"Bearer token-of-{name}"}


@dataclass
class Desk:
    """One instance of review, and those who look into it."""

    database: Database
    reader: Reader
    notices: Reader
    settler: Settler
    app: FastAPI
    client: httpx.AsyncClient
    admin: "asyncpg.Connection[asyncpg.Record]"
    log: Log

    async def hear(self, *events: Event[Any]) -> None:
        """Let these events be written, and heard in one chunk."""
        await self.reader.apply(self.log.write(*events))

    async def close(self, month: str = MONTH, ended_at: datetime = MONTH_END) -> None:
        """Let a month be closed."""
        await self.reader.apply(self.log.close(month, ended_at))

    async def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        """Look into review's tables."""
        return [dict(row) for row in await self.admin.fetch(sql, *args)]

    async def told(self, topic: str | None = None) -> list[dict[str, Any]]:
        """Give what review has told, in the order in which it was numbered within each partition."""
        rows = await self.rows(
            "SELECT payload FROM outbox WHERE topic = coalesce($1, topic) ORDER BY topic, partition, seq", topic
        )
        return [decode(dict[str, Any], row["payload"]) for row in rows]

    async def kinds(self, topic: str | None = None) -> list[str]:
        """Give the kinds of events told, sorted."""
        return sorted(
            event["type"].removeprefix("org.opengovpartnership.challenge.") for event in await self.told(topic)
        )

    async def batch(self, month: str = MONTH) -> dict[str, Any]:
        """Show a batch."""
        return await self.look(f"/batches/{month}")

    async def manifest(self, month: str = MONTH) -> bytes:
        """Give the bytes of a batch's manifest."""
        answer = await self.client.get(f"/batches/{month}/manifest", headers=bearer("reader"))
        return answer.raise_for_status().content

    async def ask(self, path: str, body: object = None, *, who: str = "decider") -> httpx.Response:
        """Send a command."""
        return await self.client.post(path, json=body, headers=bearer(who))

    async def look(self, path: str) -> dict[str, Any]:
        """Look at something."""
        answer = await self.client.get(path, headers=bearer("reader"))
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def do(self, path: str, body: object = None) -> dict[str, Any]:
        """Send a command that must be carried out."""
        answer = await self.ask(path, body)
        assert answer.is_success, answer.text
        done: dict[str, Any] = answer.json()
        return done

    async def accept(self, submission: UUID, round_: int = 1) -> None:
        """Assess and accept an item."""
        await self.do(f"/items/{submission}/{round_}/assessment", assessment())
        await self.do(f"/items/{submission}/{round_}/decision", {"outcome": "accepted"})

    async def release(self, month: str = MONTH, *, chunk: int = 500) -> int:
        """Release a batch, and give in how many transactions it left."""
        await self.do(f"/batches/{month}/release")
        return await self.let_out(chunk)

    async def let_out(self, chunk: int = 500) -> int:
        """Let the releasing worker do its work."""
        times = 0
        while await release_chunk(self.database, chunk):
            times += 1
        return times

    async def waiting_for_locks(self) -> int:
        """Count the transactions that wait for another."""
        (row,) = await self.rows(
            "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        found: int = row["n"]
        return found

    async def move_clock(self, by: timedelta) -> None:
        """Let the platform's time go ahead."""
        await self.admin.execute('UPDATE platform.clock SET "offset" = "offset" + $1', by)


def assessment(area: str = "justice", **verdicts: str) -> dict[str, Any]:
    """The body of an assessment: everything met, unless told otherwise (``timing="not-met"``)."""
    said = {code.replace("_", "-"): verdict for code, verdict in verdicts.items()}
    findings = [{"code": code, "verdict": said.get(code, "met"), "reason": "Looked at twice."} for code in CRITERIA]
    return {"findings": findings, "area": area}


def settings_for(database: TestDatabase, **overrides: Any) -> Settings:
    """Settings on this database, with a token for each role."""
    tokens = tuple(
        Token(sha256=hashlib.sha256(f"token-of-{name}".encode()).hexdigest(), actor_ref=ref, scopes=frozenset(scopes))
        for name, (ref, scopes) in SCOPES.items()
    )
    return Settings(
        **{
            "database_url": database.url("review"),
            "kafka_bootstrap_servers": "nobody:1",
            "tokens": tokens,
            **overrides,
        }
    )


@asynccontextmanager
async def open_desk(database: TestDatabase, log: Log, **overrides: Any) -> AsyncIterator[Desk]:
    """Open one instance of review."""
    settings = settings_for(database, **overrides)
    kept = Database(settings, "review")
    await kept.open()
    reader = Reader(kept, on_submissions.topic, on_submissions.handler)
    notices = Reader(kept, on_notices.topic, on_notices.handler)
    await reader.open()
    await notices.open()
    settler = Settler(kept, reader.topic.name, reader.decoder, on_submissions.handler, on_submissions.on_discarded)
    app = FastAPI()
    app.state.tokens = TokenBook(settings.tokens)
    answer_errors(app, SENTENCES)
    vault = httpx.AsyncClient(transport=httpx.MockTransport(answer_contact), base_url="http://vault")
    app.include_router(make_all_doors(kept, Vault(vault), settings))
    admin = await asyncpg.connect(database.admin_url, server_settings={"search_path": "review"})
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://review") as client:
        yield Desk(kept, reader, notices, settler, app, client, admin, log)
    await admin.close()
    await kept.close()


@pytest.fixture
async def desk(database: TestDatabase) -> AsyncIterator[Desk]:
    """Review on an empty database."""
    async with open_desk(database, Log()) as opened:
        yield opened


def spread(records: Iterable[Heard]) -> Mapping[int, Sequence[Heard]]:
    """Sort records by their partition."""
    found: dict[int, list[Heard]] = defaultdict(list)
    for record in records:
        found[record.partition].append(record)
    return found
