"""Relays to test with: a service that emits, instances of its relay, and a look at what the log holds."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from contracts.event import Fact
from contracts.topics import FORMS, SUBMISSIONS, Topic
from deploy.stack.runs import Run
from services.chassis.database import Database
from services.chassis.reading.position import Heard, read_record
from services.chassis.relay.leader import Relay
from services.chassis.settings import ServiceSettings
from services.chassis.topics.keeper import TopicKeeper
from tests.controls.submissions import withdrawal_requested
from tests.harness.waiting import seen

SERVICE = "intake"
FIND_ROW = "SELECT event_id, type, key, payload FROM outbox WHERE topic = $1 AND partition = $2 AND seq = $3"
FIND_BEHIND = """
SELECT s.topic, s.partition FROM outbox_stream s LEFT JOIN relay_cursor c USING (topic, partition)
WHERE s.next_seq - 1 > coalesce(c.relayed_seq, 0)
"""


@dataclass(frozen=True)
class Writer:
    """A service that emits, with the settings of its relays."""

    database: Database
    settings: ServiceSettings

    async def emit(self, count: int, subject: str = "s") -> None:
        """Tell so many facts of this subject, in one transaction."""
        async with self.database.transaction() as tx:
            tx.emit(Fact(subject=subject, data=withdrawal_requested()) for _ in range(count))

    async def emit_everywhere(self, count: int) -> None:
        """Tell so many facts in each partition."""
        async with self.database.transaction() as tx:
            tx.emit(
                Fact(subject=f"p{partition}", data=withdrawal_requested(), partition=partition)
                for _ in range(count)
                for partition in range(SUBMISSIONS.partitions)
            )

    async def rows(self, sql: str, *args: object) -> list[tuple[Any, ...]]:
        """Run a query and give plain tuples."""
        async with self.database.transaction() as tx:
            return [tuple(row) for row in await tx.fetch(sql, *args)]

    async def outbox(self, topic: Topic = SUBMISSIONS) -> dict[int, list[UUID]]:
        """What is kept, by partition, in the order of its numbers."""
        rows = await self.rows("SELECT partition, event_id FROM outbox WHERE topic = $1 ORDER BY seq", topic.name)
        kept: dict[int, list[UUID]] = {}
        for partition, event_id in rows:
            kept.setdefault(partition, []).append(event_id)
        return kept

    async def log(self, topic: Topic = SUBMISSIONS) -> dict[int, list[Heard]]:
        """Everything that the log holds, by partition."""
        name = self.settings.topic_prefix + topic.name
        servers = self.settings.kafka_bootstrap_servers
        consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest", request_timeout_ms=3000)
        await consumer.start()
        try:
            return await _read_all(consumer, [TopicPartition(name, p) for p in range(topic.partitions)])
        finally:
            await consumer.stop()

    async def heard(self, topic: Topic = SUBMISSIONS) -> dict[int, list[UUID]]:
        """What a reader would apply that reads the log from its start, by partition: each number once, in order."""
        applied: dict[int, list[UUID]] = {}
        for partition, records in (await self.log(topic)).items():
            ids: list[UUID] = []
            for record in records:
                if record.seq == len(ids) + 1:
                    ids.append(record.event_id)
            if ids:
                applied[partition] = ids
        return applied

    async def all_heard(self, topic: Topic = SUBMISSIONS, within_seconds: float = 30) -> None:
        """Wait until the log gives a reader what the outbox holds."""
        wanted = await self.outbox(topic)
        await seen(
            lambda: self.heard(topic),
            lambda heard: heard == wanted,
            what="the log equals the outbox",
            within_seconds=within_seconds,
        )

    async def log_seqs(self, topic: Topic = SUBMISSIONS) -> dict[int, list[int]]:
        """The numbers in the log, as they stand there, by partition."""
        return {p: [record.seq for record in records] for p, records in (await self.log(topic)).items() if records}

    async def copied_once(self, count: int) -> None:
        """Assert that every partition of the log holds exactly the numbers 1 to count, in order."""
        wanted = list(range(1, count + 1))
        assert await self.log_seqs() == dict.fromkeys(range(SUBMISSIONS.partitions), wanted)

    async def cursors(self) -> dict[int, tuple[int, int]]:
        """How far each partition is copied: number and offset."""
        rows = await self.rows(
            "SELECT partition, relayed_seq, kafka_offset FROM relay_cursor WHERE topic = $1 AND relayed_seq > 0",
            SUBMISSIONS.name,
        )
        return {partition: (seq, offset) for partition, seq, offset in rows}

    async def halted(self) -> list[tuple[Any, ...]]:
        """Who stands still, and why."""
        return await self.rows("SELECT reader, why FROM halted_reader")

    async def until_halted(self, why: str) -> None:
        """Wait until the relay stands still for this reason."""
        await seen(self.halted, lambda rows: rows == [("relay", why)], what=f"relay halted: {why}")

    async def until_recorded(self) -> None:
        """Wait until the cursors say that everything is copied."""
        await seen(lambda: self.rows(FIND_BEHIND), lambda rows: not rows, what="all recorded as copied")

    async def send(self, rows: Sequence[tuple[int, int, UUID]]) -> None:
        """Write records (partition, number, event id) to the log past every relay."""
        async with self._producer() as producer:
            for partition, seq, event_id in rows:
                headers = [("seq", str(seq).encode()), ("ce_id", str(event_id).encode()), ("ce_type", b"t")]
                await producer.send_and_wait(self.topic, b"{}", b"k", partition, headers=headers)

    async def copy(self, numbers: Sequence[tuple[int, int]]) -> None:
        """Copy these (partition, number) of the outbox to the log, as a relay does."""
        async with self._producer() as producer:
            for partition, seq in numbers:
                [(event_id, type_, key, payload)] = await self.rows(FIND_ROW, SUBMISSIONS.name, partition, seq)
                headers = [
                    ("seq", str(seq).encode()),
                    ("ce_id", str(event_id).encode()),
                    ("ce_type", type_.encode()),
                ]
                await producer.send_and_wait(self.topic, payload, key.encode(), partition, headers=headers)

    async def send_forms(self, values: Sequence[bytes]) -> None:
        """Send forms, all to one partition."""
        async with self._producer() as producer:
            for value in values:
                await producer.send_and_wait(self.settings.topic_prefix + FORMS.name, value, None, 0)

    async def send_stray(self, partition: int) -> None:
        """Write a record without any header, as no relay does."""
        async with self._producer() as producer:
            await producer.send_and_wait(self.topic, b"{}", b"k", partition)

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[AIOKafkaProducer]:
        servers = self.settings.kafka_bootstrap_servers
        producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", enable_idempotence=True)
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()

    async def remake_topic(self) -> None:
        """Delete the topic and make it anew, as somebody else would."""
        keeper = TopicKeeper(self.settings)
        await keeper.open()
        try:
            await keeper.admin.delete_topics([self.topic])
            await keeper.make(SUBMISSIONS)  # if a relay was quicker, it is made as well
        finally:
            await keeper.close()

    @property
    def topic(self) -> str:
        """The name of the topic in the log."""
        return self.settings.topic_prefix + SUBMISSIONS.name

    def environment(self, **extra: str) -> dict[str, str]:
        """What a process of the service is told."""
        return {
            **os.environ,
            "DATABASE_URL": self.settings.database_url.get_secret_value(),
            "KAFKA_BOOTSTRAP_SERVERS": self.settings.kafka_bootstrap_servers,
            "TOPIC_PREFIX": self.settings.topic_prefix,
            **extra,
        }

    @asynccontextmanager
    async def process(self, run: Run, **extra: str) -> AsyncIterator["subprocess.Popen[bytes]"]:
        """A relay in a process of its own."""
        argv = [sys.executable, "-m", "tests.integration.chassis.relay.process"]
        process = run.spawn("relay", argv, env=self.environment(**extra))
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """An administrator of the broker."""
        client = AIOKafkaAdminClient(bootstrap_servers=self.settings.kafka_bootstrap_servers)
        await client.start()
        try:
            yield client
        finally:
            await client.close()

    @asynccontextmanager
    async def relay(self, **overrides: Any) -> AsyncIterator[Relay]:
        """One instance of the service's relay, for as long as the block."""
        settings = self.settings.model_copy(update=overrides)
        relay = Relay(self.database, settings, SERVICE)
        self.database.on_emit = relay.wake
        task = asyncio.create_task(relay.run())
        try:
            yield relay
        finally:
            task.cancel()
            await _ended(task)

    async def until_relay_ends(self, **overrides: Any) -> None:
        """Run the service's relay until it raises."""
        async with asyncio.timeout(30):
            await Relay(self.database, self.settings.model_copy(update=overrides), SERVICE).run()


async def _ended(task: "asyncio.Task[None]") -> None:
    """Wait for the end of a relay that was told to end; tell what else it may have died of."""
    with suppress(asyncio.CancelledError):
        await task


async def _read_all(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> dict[int, list[Heard]]:
    ends = await consumer.end_offsets(partitions)
    found: dict[int, list[Heard]] = {tp.partition: [] for tp in partitions}
    consumer.assign([tp for tp in partitions if ends[tp]])
    for tp in consumer.assignment():
        await consumer.seek_to_beginning(tp)
        while await consumer.position(tp) < ends[tp]:
            for record in (await consumer.getmany(tp, timeout_ms=1000)).get(tp, []):
                read = read_record(record)
                if isinstance(read, Heard):
                    found[tp.partition].append(read)
    return found
