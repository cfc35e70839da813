"""A reader of `submissions` in review's place, with a handler that writes down what it is told."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from contracts.event import Event, Fact, full_type
from contracts.reviews import WithdrawalAccepted
from contracts.submissions import WithdrawalRequested
from contracts.topics import SUBMISSIONS
from services.chassis.codec import encode
from services.chassis.database import Database
from services.chassis.errors import Refusal
from services.chassis.reading.reader import Reader
from services.chassis.reading.settle import Settler
from services.chassis.settings import ServiceSettings
from services.chassis.transaction import Transaction
from tests.conftest import TestDatabase
from tests.controls.envelope import MOMENT, id_of
from tests.controls.submissions import withdrawal_requested

TOLD = "CREATE TABLE scribbled (place bigserial, subject text NOT NULL, event_id uuid PRIMARY KEY)"
TELL = "INSERT INTO scribbled (subject, event_id) SELECT * FROM unnest($1::text[], $2::uuid[])"


@dataclass(frozen=True)
class FakeRecord:
    """A record as the client library gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


def record(seq: int, subject: str = "s1", *, partition: int = 0, offset: int | None = None) -> FakeRecord:
    """The record with this number: a withdrawal request of a subject."""
    data = withdrawal_requested()
    event = Event(
        id=id_of(f"{partition}/{seq}"),
        type=full_type(type(data)),
        source="urn:ogc:intake",
        subject=subject,
        time=MOMENT,
        correlationid=id_of(subject),
        data=data,
    )
    headers = (
        ("seq", str(seq).encode()),
        ("ce_id", str(event.id).encode()),
        ("ce_type", event.type.encode()),
    )
    at = seq - 1 if offset is None else offset
    return FakeRecord("submissions", partition, at, 0, subject.encode(), encode(event), headers)


def with_headers(original: FakeRecord, **headers: bytes | None) -> FakeRecord:
    """The record with other header values."""
    return replace(original, headers=tuple({**dict(original.headers), **headers}.items()))


class Scribe:
    """A handler that writes down each event and tells one fact of it; what it is set to do, it does first."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()
        self.before: Callable[[Sequence[Event[Any]]], None] = lambda _: None
        self.sql_for: dict[str, str] = {}

    async def __call__(self, events: Sequence[Event[WithdrawalRequested]], tx: Transaction) -> None:
        """Write down what was told."""
        self.before(events)
        refused = next((event.subject for event in events if event.subject in self.refuses), None)
        if refused is not None:
            raise Refusal("not-now", refused)
        for event in events:
            if event.subject in self.sql_for:
                await tx.execute(self.sql_for[event.subject])
        await tx.execute(TELL, [event.subject for event in events], [event.id for event in events])
        tx.emit(
            Fact(
                subject=event.subject,
                data=WithdrawalAccepted(round=1, accepted_at=event.time),
                cause=event.cause,
                event_id=UUID(int=event.id.int ^ 1),
            )
            for event in events
        )


@dataclass(frozen=True)
class Desk:
    """A reader with its database, and what can be asked of them."""

    database: Database
    scribe: Scribe
    reader: Reader
    settler: Settler

    async def rows(self, sql: str, *args: object) -> list[tuple[Any, ...]]:
        """Run a query and give plain tuples."""
        async with self.database.transaction() as tx:
            return [tuple(row) for row in await tx.fetch(sql, *args)]

    async def told(self) -> list[tuple[str, UUID]]:
        """What was written down, in order."""
        return [(s, i) for s, i in await self.rows("SELECT subject, event_id FROM scribbled ORDER BY place")]

    async def emitted(self) -> list[tuple[Any, ...]]:
        """What was numbered for the log."""
        return await self.rows("SELECT topic, partition, seq, event_id, key FROM outbox ORDER BY 1, 2, 3")

    async def parked(self) -> list[tuple[Any, ...]]:
        """What is parked and not settled."""
        return await self.rows(
            "SELECT partition, seq, subject, reason FROM parked_event WHERE settled_at IS NULL ORDER BY 1, 2"
        )

    async def last_seqs(self) -> dict[int, int]:
        """The last number applied of each partition heard from."""
        return dict(await self.rows("SELECT partition, last_seq FROM stream_position WHERE last_seq > 0"))


def settings_of(database: TestDatabase, service: str, **overrides: Any) -> ServiceSettings:
    """The settings of a service on a test's database."""
    return ServiceSettings(
        **{"database_url": database.url(service), "kafka_bootstrap_servers": "127.0.0.1:1", **overrides}
    )


def make_desk(database: Database) -> Desk:
    """One more reader on the same database, as another instance would have."""
    scribe = Scribe()
    reader = Reader(database, SUBMISSIONS, scribe)
    return Desk(database, scribe, reader, Settler(database, "submissions", reader.decoder, scribe, None))


@pytest.fixture
async def desk(database: TestDatabase) -> AsyncIterator[Desk]:
    """A reader of `submissions` on a database of the test's own."""
    opened = Database(settings_of(database, "review"), "review")
    await opened.open()
    made = make_desk(opened)
    async with opened.transaction() as tx:
        await tx.execute(TOLD)
    await made.reader.open()
    yield made
    await opened.close()


def subjects(told: Iterable[tuple[str, UUID]]) -> list[str]:
    """Only the subjects of what was told."""
    return [subject for subject, _ in told]
