"""What is heard from a real broker: nothing is lost between Kafka and the reader, whatever the records hold."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.protocol.admin import DeleteGroupsRequest
from faststream import AckPolicy

from contracts.topics import SUBMISSIONS
from deploy.stack.stack import Broker
from services.chassis.database import Database
from services.chassis.reading.hearing import Hearing
from services.chassis.reading.hears import Hears
from tests.conftest import TestDatabase
from tests.controls.envelope import id_of
from tests.harness.waiting import seen
from tests.integration.chassis.conftest import Desk, FakeRecord, record, settings_of, subjects, with_headers


class Wire:
    """A topic as its relay writes it, with whatever a test wants to be on it."""

    def __init__(self, bootstrap_servers: str, prefix: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.prefix = prefix
        self.topic = f"{prefix}submissions"

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """An administrator of the broker."""
        client = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        await client.start()
        try:
            yield client
        finally:
            await client.close()

    async def make(self) -> None:
        """Make the topic."""
        async with self.admin() as admin:
            await admin.create_topics([NewTopic(self.topic, SUBMISSIONS.partitions, 1)])

    async def send(self, records: Sequence[FakeRecord]) -> None:
        """Append records, in order."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap_servers, acks="all", enable_idempotence=True)
        await producer.start()
        try:
            for one in records:
                await producer.send_and_wait(self.topic, one.value, one.key, one.partition, headers=list(one.headers))
        finally:
            await producer.stop()

    async def committed(self, partition: int = 0) -> int | None:
        """The group's offset."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap_servers, group_id=f"{self.prefix}review.submissions"
        )
        await consumer.start()
        try:
            offset: int | None = await consumer.committed(TopicPartition(self.topic, partition))
            return offset
        finally:
            await consumer.stop()


@pytest.fixture
async def wire(kafka: Broker, topic_prefix: str) -> Wire:
    """A fresh `submissions` topic."""
    made = Wire(kafka.bootstrap_servers, topic_prefix)
    await made.make()
    return made


@asynccontextmanager
async def hearing_of(
    desk: Desk, database: TestDatabase, wire: Wire, fatal: list[BaseException] | None = None, **settings: Any
) -> AsyncIterator[Hearing]:
    """One instance that hears the topic, as a process of the service does."""
    chosen = settings_of(
        database,
        "review",
        kafka_bootstrap_servers=wire.bootstrap_servers,
        topic_prefix=wire.prefix,
        session_timeout_seconds=6,
        gap_backoff_max_seconds=1,
        **settings,
    )
    own = Database(chosen, "review")
    await own.open()
    ended: list[BaseException] = [] if fatal is None else fatal
    heard = Hearing(own, chosen, [Hears(SUBMISSIONS, desk.scribe)], on_fatal=ended.append)
    await heard.open()
    task = asyncio.create_task(heard.run())
    try:
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await heard.close()
        await own.close()
    if fatal is None and ended:
        raise ended[0]


async def until(what: str, look: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so; say what was not seen."""
    await seen(look, what=what)


def told_are(desk: Desk, wanted: list[str]) -> Callable[[], Awaitable[bool]]:
    """Whether these subjects were told, in this order."""

    async def told() -> bool:
        return subjects(await desk.told()) == wanted

    return told


async def test_every_subscriber_acknowledges_by_hand(desk: Desk, database: TestDatabase, wire: Wire) -> None:
    """The resolved policy is MANUAL: FastStream's default would acknowledge before anything is applied."""
    async with hearing_of(desk, database, wire) as hearing:
        policies = [subscriber.ack_policy for subscriber in hearing.broker.subscribers]
        assert policies == [AckPolicy.MANUAL]


async def test_records_are_applied_and_their_offsets_committed(desk: Desk, database: TestDatabase, wire: Wire) -> None:
    """What the relay has written is applied, and the group's offset follows, as a hint."""
    await wire.send([record(seq, f"s{seq}") for seq in range(1, 6)])
    async with hearing_of(desk, database, wire):
        await until("five told", told_are(desk, ["s1", "s2", "s3", "s4", "s5"]))

        async def committed() -> bool:
            return await wire.committed() == 5

        await until("offset 5 committed", committed)


async def test_strange_headers_and_tombstones_lose_nothing(desk: Desk, database: TestDatabase, wire: Wire) -> None:
    """A header that is not UTF-8 makes FastStream's own parser raise, and a chunk vanish: not here."""
    strange = with_headers(record(1, "x"), seq=b"\xff", other=b"\xfe")
    tombstone = FakeRecord("", 0, 0, 0, b"x", None, ())
    await wire.send([record(1, "a"), strange, tombstone, record(2, "b")])
    async with hearing_of(desk, database, wire):
        await until("both told", told_are(desk, ["a", "b"]))


async def test_a_lost_number_is_found_by_reading_again(desk: Desk, database: TestDatabase, wire: Wire) -> None:
    """The missing record arrives behind a later one: the partition is gapped, read again, and healed."""
    await wire.send([record(1, "a"), record(3, "c")])
    async with hearing_of(desk, database, wire) as hearing:
        healer = hearing.subscriptions["submissions"].healer

        async def gapped() -> bool:
            return healer.gapped == {0}

        await until("partition 0 gapped", gapped)
        assert await desk.rows("SELECT partition FROM stream_position WHERE gapped") == [(0,)]
        assert not await wire.committed()
        await wire.send([record(2, "b")])
        await until("all told, in order", told_are(desk, ["a", "b", "c"]))


async def test_deleted_group_offsets_cost_nothing(desk: Desk, database: TestDatabase, wire: Wire) -> None:
    """Without its offsets the group reads from the start, and skips what Postgres knows."""
    await wire.send([record(1, "a"), record(2, "b")])
    async with hearing_of(desk, database, wire):
        await until("both told", told_are(desk, ["a", "b"]))
    async with wire.admin() as admin:
        await admin._send_request(DeleteGroupsRequest([f"{wire.prefix}review.submissions"]))
    await wire.send([record(3, "c")])
    async with hearing_of(desk, database, wire):
        await until("only the new one told", told_are(desk, ["a", "b", "c"]))


async def test_an_older_copy_of_the_positions_is_read_on_from(desk: Desk, database: TestDatabase, wire: Wire) -> None:
    """An older copy of the database, or a standby that was behind: the group's offset stands where it stood."""
    await wire.send([record(seq, f"s{seq}") for seq in range(1, 6)])
    async with hearing_of(desk, database, wire):
        await until("five told", told_are(desk, ["s1", "s2", "s3", "s4", "s5"]))

        async def committed() -> bool:
            return await wire.committed() == 5

        await until("offset 5 committed", committed)
    async with desk.database.transaction() as tx:
        await tx.execute("DELETE FROM scribbled WHERE place > 3")
        await tx.execute("UPDATE stream_position SET last_seq = 3, last_event_id = $1 WHERE last_seq = 5", id_of("0/3"))
    async with hearing_of(desk, database, wire):
        await until("five told again, though nothing new came", told_are(desk, ["s1", "s2", "s3", "s4", "s5"]))


async def test_trouble_that_passes_is_tried_again(desk: Desk, database: TestDatabase, wire: Wire) -> None:
    """The same chunk, again, until it goes: nothing after it overtakes."""
    left = [ConnectionError(), TimeoutError()]

    def trouble(_: object) -> None:
        if left:
            raise left.pop()

    desk.scribe.before = trouble
    await wire.send([record(1, "a"), record(2, "b")])
    async with hearing_of(desk, database, wire):
        await until("both told", told_are(desk, ["a", "b"]))
    assert not left


async def test_the_unexpected_ends_the_process_and_moves_nothing(
    desk: Desk, database: TestDatabase, wire: Wire
) -> None:
    """FastStream would log the error and go on with the next chunk: here the process is told, and nothing goes on."""

    def bug(_: object) -> None:
        raise ZeroDivisionError

    desk.scribe.before = bug
    fatal: list[BaseException] = []
    await wire.send([record(1, "a")])
    async with hearing_of(desk, database, wire, fatal) as hearing:

        async def told_fatal() -> bool:
            return bool(fatal)

        await until("the process told", told_fatal)
        await wire.send([record(2, "b")])
        hearing.broker.subscribers[0].running = False  # as the end of the process would
    assert isinstance(fatal[0], ZeroDivisionError)
    assert (await desk.told(), await desk.last_seqs(), await wire.committed()) == ([], {}, None)


async def test_a_forged_event_halts_the_reader_for_good(desk: Desk, database: TestDatabase, wire: Wire) -> None:
    """Another event at a known number: the reader stands still, says so, and a restart changes nothing."""
    await wire.send([record(1, "a")])
    async with hearing_of(desk, database, wire):
        await until("one told", told_are(desk, ["a"]))
        await wire.send([with_headers(record(1, "a"), ce_id=b"01890a5d-ac96-774b-bcce-b302099a8057"), record(2, "b")])

        async def halted() -> bool:
            return await desk.rows("SELECT reader, why FROM halted_reader") == [("submissions", "fork")]

        await until("halted by a fork", halted)
    async with hearing_of(desk, database, wire) as hearing:

        async def known() -> bool:
            return dict(hearing.standing.last.halted) == {"submissions": "fork"}

        await until("still halted after a restart", known)
    assert subjects(await desk.told()) == ["a"]


async def test_two_instances_share_the_partitions(desk: Desk, database: TestDatabase, wire: Wire) -> None:
    """Two at once, one of them leaving in the middle: each number is applied once."""
    log = [record(seq, f"p{p}-{seq}", partition=p) for seq in range(1, 40) for p in range(SUBMISSIONS.partitions)]
    await wire.send(log[:100])
    async with hearing_of(desk, database, wire):
        async with hearing_of(desk, database, wire):
            await wire.send(log[100:180])
        await wire.send(log[180:])

        async def all_applied() -> bool:
            return await desk.last_seqs() == dict.fromkeys(range(SUBMISSIONS.partitions), 39)

        await until("all numbers applied", all_applied)
    assert len(await desk.told()) == len(log)
