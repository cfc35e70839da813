"""One open transaction: what a handler or a door works in."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from contracts.event import Fact
from contracts.topics import PARTITIONS, Topic
from services.chassis import drafts, outbox
from services.chassis.drafts import Draft

NOW = "SELECT platform.now()"


class Transaction:
    """One open transaction: the state change, the position and the outgoing events, all or nothing."""

    def __init__(self, connection: Any, source: str) -> None:
        self._connection = connection
        self._source = source
        self._facts: list[Fact] = []
        self._floors: dict[outbox.Stream, datetime] = {}
        self._drafts: list[object] = []
        self.now = datetime.min.replace(tzinfo=UTC)
        self.known_partitions: dict[str, int] = {}

    async def fetch(self, sql: str, *args: object) -> list[Record]:
        """Run a statement and give its rows."""
        rows: list[Record] = await self._connection.fetch(sql, *args)
        return rows

    async def fetchrow(self, sql: str, *args: object) -> Record | None:
        """Run a statement and give its first row."""
        row: Record | None = await self._connection.fetchrow(sql, *args)
        return row

    async def fetchval(self, sql: str, *args: object) -> Any:
        """Run a statement and give the first column of its first row."""
        return await self._connection.fetchval(sql, *args)

    async def execute(self, sql: str, *args: object) -> str:
        """Run a statement and give its command tag."""
        tag: str = await self._connection.execute(sql, *args)
        return tag

    def emit(self, facts: Iterable[Fact]) -> None:
        """Tell these facts: numbered and kept as the last step before COMMIT."""
        self._facts.extend(facts)

    async def keep_drafts(self, facts: Iterable[Fact]) -> list[Draft]:
        """Write these facts as events that are told later, or never, and give what tells them, in their order."""
        rows = drafts.draft_rows(facts, self._source)
        await self.execute(drafts.KEEP_DRAFTS, *drafts.columns_to_keep(rows))
        return drafts.drafts_of(rows)

    async def drop_drafts(self, event_ids: Sequence[UUID]) -> None:
        """Forget drafts, told or not."""
        await self.execute(drafts.DROP_DRAFTS, event_ids)

    def emit_drafts(self, topic: Topic, ready: Sequence[Draft], fills: Mapping[str, str]) -> None:
        """Tell these drafts, before COMMIT as everything; ``fills`` take the place of their stand-ins, two at most.

        Once a transaction; other facts told in it stand on this topic, or on such as come after it by name.
        """
        self._drafts = drafts.columns_to_emit(topic.name, ready, self.now, fills) if ready else []

    def partition_of(self, subject: str) -> int:
        """Say where a subject's events go."""
        known = self.known_partitions.get(subject)
        return outbox.partition_of(subject, PARTITIONS) if known is None else known

    async def lock_streams(self, topic: Topic, partitions: Iterable[int]) -> dict[int, datetime]:
        """Lock the counters of these partitions before anything else, and give each one's floor of time."""
        rows = await self.fetch(outbox.LOCK_STREAMS, topic.name, sorted(set(partitions)))
        return {row["partition"]: row["floor_at"] for row in rows}

    def raise_floors(self, topic: Topic, floors: Mapping[int, datetime]) -> None:
        """Let no later event of these partitions enter before these times. The counters must be locked."""
        for partition, at in floors.items():
            stream = topic.name, partition
            self._floors[stream] = max(at, self._floors.get(stream, at))

    async def read_clock(self) -> datetime:
        """Read the platform's clock anew (it runs on inside a transaction, unlike Postgres's own ``now()``)."""
        self.now = await self.fetchval(NOW)
        return self.now

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo the effects and the facts of the block when it raises, and only these."""
        kept = len(self._facts)
        try:
            async with self._connection.transaction():
                yield
        except BaseException:
            del self._facts[kept:]
            raise

    def told(self) -> list[bytes]:
        """Give what was told so far, each event as it would stand on its topic."""
        return [row.payload for row in self._rows()]

    async def keep_facts(self) -> bool:
        """Number what was told and keep it; done by Database, last. Says whether there was anything."""
        if self._drafts:
            await self.execute(drafts.EMIT_DRAFTS, *self._drafts)
        if self._facts or self._floors:
            await self.execute(outbox.EMIT, *outbox.arguments(self._rows(), self._floors))
        return bool(self._drafts or self._facts)

    def _rows(self) -> list[outbox.OutboxRow]:
        return outbox.rows_of(self._facts, source=self._source, now=self.now, known_partitions=self.known_partitions)
