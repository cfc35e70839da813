"""The relay copies the outbox to a real broker, in order, at least once, and is one at a time."""

import asyncio
import signal

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from prometheus_client import REGISTRY

from contracts.submissions import WithdrawalRequested
from contracts.topics import FORMS_REFUSED, SUBMISSIONS
from deploy.database import connected
from deploy.stack.runs import Run
from deploy.stack.stack import Broker
from services.chassis.database import Database
from services.chassis.outbox import partition_of
from services.chassis.reading.standing import StandingWatch
from services.chassis.relay.lease import LeaseLost, hold_lease
from services.chassis.relay.lost_log import Cursor, Stream
from tests.conftest import TestDatabase
from tests.harness.waiting import seen
from tests.integration.chassis.relay.writer import SERVICE, Writer

COUNT_LOCKS = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND datname = current_database()
"""
END_BACKENDS = """
SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND datname = current_database()
"""


async def test_events_stand_in_the_log_under_their_numbers(writer: Writer) -> None:
    """Every event kept before and while the relay runs, in each partition, in order, each once."""
    await writer.emit_everywhere(30)
    async with writer.relay():
        await writer.until_recorded()
        await writer.emit_everywhere(30)
        await writer.until_recorded()
    await writer.copied_once(60)
    assert await writer.heard() == await writer.outbox()


async def test_a_record_carries_its_envelope_in_headers(writer: Writer) -> None:
    """Key, value and headers are those of the protocol; the broker's own time stands on the record."""
    await writer.emit(1, "subject")
    async with writer.relay():
        await writer.until_recorded()
    partition = partition_of("subject", SUBMISSIONS.partitions)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=writer.settings.kafka_bootstrap_servers, auto_offset_reset="earliest", group_id=None
    )
    await consumer.start()
    consumer.assign([TopicPartition(writer.topic, partition)])
    record = await consumer.getone()
    await consumer.stop()
    [(event_id, payload)] = await writer.rows("SELECT event_id, payload FROM outbox")
    assert (record.key, record.value, record.timestamp_type) == (b"subject", payload, 1)
    assert dict(record.headers) == {
        "ce_id": str(event_id).encode(),
        "ce_type": f"org.opengovpartnership.challenge.{WithdrawalRequested.TYPE}".encode(),
        "seq": b"1",
        "ce_specversion": b"1.0",
        "content-type": b"application/cloudevents+json",
    }


async def test_order_holds_on_topics_just_made(writer: Writer) -> None:
    """Small batches, one after another, on partitions whose leaders the producer does not know yet."""
    await writer.emit_everywhere(200)
    for _ in range(3):
        await writer.rows("UPDATE relay_cursor SET relayed_seq = 0, kafka_offset = -1 RETURNING 1")
        async with writer.admin() as admin:
            await admin.delete_topics([writer.topic])
        async with writer.relay(relay_chunk_records=7):
            await writer.until_recorded()
        await writer.copied_once(200)


async def test_what_is_emitted_is_copied_at_once(writer: Writer) -> None:
    """A commit wakes the relay: it does not wait for its next look."""
    async with writer.relay(relay_poll_seconds=60.0):
        await seen(lambda: writer.rows("SELECT * FROM relay_cursor"), what="the relay begun")
        await asyncio.sleep(1.5)  # now it waits
        await writer.emit(1)
        async with asyncio.timeout(2):
            await writer.until_recorded()


async def test_what_another_instance_emits_is_copied_soon(writer: Writer) -> None:
    """Nobody wakes the leader when the emitting instance is another process: it looks by itself."""
    other = Database(writer.settings, SERVICE)
    await other.open()
    async with writer.relay():
        await writer.emit(1)
        await writer.until_recorded()
        await Writer(other, writer.settings).emit(1)
        await writer.until_recorded()
    await other.close()


async def test_large_events_are_cut_into_batches(writer: Writer) -> None:
    """Whatever the events weigh, a batch stays below what the broker takes."""
    await writer.emit(12, "s")
    await writer.rows("UPDATE outbox SET payload = decode(repeat('20', 700000), 'hex') RETURNING 1")
    async with writer.relay():
        await writer.until_recorded()
    assert await writer.heard() == await writer.outbox()


async def test_two_instances_copy_once(writer: Writer) -> None:
    """One leads; the other waits for its lock, and takes over where it stopped."""
    async with writer.relay(), writer.relay() as _:
        for _ in range(5):
            await writer.emit_everywhere(20)
        await writer.until_recorded()
    await writer.copied_once(100)


async def test_the_next_instance_takes_over(writer: Writer) -> None:
    """The lock is given up with the connection; another instance then copies, without doubling anything."""
    async with writer.relay():
        await writer.emit_everywhere(5)
        await writer.until_recorded()
        async with writer.relay() as _:
            pass  # it waited in vain
    async with writer.relay():
        await writer.emit_everywhere(5)
        await writer.until_recorded()
    await writer.copied_once(10)


async def test_who_loses_the_lock_ends(writer: Writer, database: TestDatabase) -> None:
    """The relay does not go on, nor lead again in the same process: its end ends the process."""
    ending = asyncio.create_task(writer.until_relay_ends())
    await writer.emit(1)
    await writer.until_recorded()
    async with connected(database.admin_url) as admin:
        await admin.execute(END_BACKENDS)
    with pytest.raises(ExceptionGroup) as caught:
        await ending
    assert caught.group_contains(LeaseLost)


async def test_who_has_lost_the_lock_writes_no_cursor(writer: Writer, database: TestDatabase) -> None:
    """The cursor is written on the connection that holds the lock."""
    stream = Stream(SUBMISSIONS.name, 0)
    async with hold_lease(writer.database, 10) as lease:
        await lease.read_cursors([stream])
        async with connected(database.admin_url) as admin:
            await admin.execute(END_BACKENDS)
        async with hold_lease(writer.database, 10) as successor:
            await successor.save_cursors({stream: Cursor(9, 8)})
            with pytest.raises(LeaseLost):
                await lease.save_cursors({stream: Cursor(5, 4)})
    assert await writer.cursors() == {0: (9, 8)}


async def test_a_frozen_leader_is_replaced(writer: Writer, run: Run) -> None:
    """Its connection falls silent, Postgres ends it, another leads; thawed, it finds itself deposed and ends."""
    settings = {"RELAY_IDLE_SESSION_SECONDS": "2", "RELAY_BEAT_SECONDS": "0.5"}
    await writer.emit_everywhere(10)
    async with writer.process(run, **settings) as frozen:
        await writer.until_recorded()
        frozen.send_signal(signal.SIGSTOP)
        async with writer.relay():
            await writer.emit_everywhere(10)
            await writer.until_recorded()
            frozen.send_signal(signal.SIGCONT)
            assert await asyncio.to_thread(frozen.wait, 20) != 0
            await writer.emit_everywhere(10)
            await writer.until_recorded()
    assert await writer.heard() == await writer.outbox()


async def test_a_leader_that_only_waits_keeps_its_lock(writer: Writer, database: TestDatabase) -> None:
    """Beats keep the connection alive while a silent broker is waited for, longer than a silence may last."""
    silent = await asyncio.start_server(_say_nothing, "127.0.0.1")
    port = silent.sockets[0].getsockname()[1]
    settings = {"relay_idle_session_seconds": 1.0, "relay_beat_seconds": 0.3}
    async with connected(database.admin_url) as admin:
        async with writer.relay(kafka_bootstrap_servers=f"127.0.0.1:{port}", **settings):
            await asyncio.sleep(3)
            assert await admin.fetchval(COUNT_LOCKS) == 1
        await seen(lambda: admin.fetchval(COUNT_LOCKS), lambda count: count == 0, what="the lock given up")
    silent.close()


async def _say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)
    writer.close()


async def test_a_crash_after_sending_sends_nothing_twice(writer: Writer, run: Run) -> None:
    """SIGKILL between the acknowledgement and the cursor: the next leader finds its own events and goes on."""
    await writer.emit_everywhere(10)
    async with writer.process(run, FAILPOINT="after_send_before_cursor") as doomed:
        assert await asyncio.to_thread(doomed.wait, 20) == -signal.SIGKILL
    assert await writer.cursors() == {}
    assert len(await writer.log()) == SUBMISSIONS.partitions
    async with writer.relay():
        await writer.until_recorded()
        await writer.emit_everywhere(1)
        await writer.until_recorded()
    await writer.copied_once(11)


async def test_a_broker_that_restarts_costs_nothing(writer: Writer, kafka: Broker) -> None:
    """Killed under load and started again: all is copied, and nothing is written anew."""
    rewritten = REGISTRY.get_sample_value("challenge_log_rewritten_total", {"topic": SUBMISSIONS.name}) or 0
    async with writer.relay():
        await writer.emit_everywhere(100)
        await asyncio.to_thread(kafka.kill)
        await writer.emit_everywhere(100)
        await asyncio.to_thread(kafka.start)
        await writer.emit_everywhere(100)
        await writer.until_recorded()
    assert await writer.heard() == await writer.outbox()
    assert (REGISTRY.get_sample_value("challenge_log_rewritten_total", {"topic": SUBMISSIONS.name}) or 0) == rewritten


async def test_a_topic_that_is_not_as_the_catalogue_says_is_refused(writer: Writer) -> None:
    """The relay ends, and names what differs."""
    await writer.remake_topic()
    otherwise = ConfigResource(ConfigResourceType.TOPIC, writer.topic, configs={"retention.ms": "60000"})
    async with writer.admin() as admin:
        await admin.alter_configs([otherwise])
    with pytest.raises(ExceptionGroup) as caught:
        await writer.until_relay_ends()
    assert caught.group_contains(RuntimeError, match=r"retention\.ms is 60000")


async def test_a_hole_in_the_outbox_is_not_copied_over(writer: Writer) -> None:
    """A row that is missing (no code does that) stops the relay; it does not number on."""
    await writer.emit(5)
    await writer.rows("DELETE FROM outbox WHERE seq = 3 RETURNING 1")
    with pytest.raises(ExceptionGroup) as caught:
        await writer.until_relay_ends()
    assert caught.group_contains(RuntimeError, match="hole")


async def test_depth_and_age_are_measured(writer: Writer) -> None:
    """What waits in the outbox, how long the oldest has waited, and that this process leads."""
    await writer.emit(3)
    watching = asyncio.create_task(StandingWatch(writer.database, []).run())
    await seen(_measured, lambda found: found[0] == 3 and found[1] > 0, what="three wait, before there is a relay")
    async with writer.relay():
        await writer.until_recorded()
        await seen(_measured, lambda found: found == (0, 0), what="nothing waits")
    watching.cancel()
    assert REGISTRY.get_sample_value("challenge_relay_leader") == 1
    assert REGISTRY.get_sample_value("challenge_outbox_depth", {"topic": FORMS_REFUSED.name}) == 0


async def _measured() -> tuple[float, float]:
    topic = {"topic": SUBMISSIONS.name}
    depth = REGISTRY.get_sample_value("challenge_outbox_depth", topic)
    age = REGISTRY.get_sample_value("challenge_outbox_age_seconds", topic)
    return (-1 if depth is None else depth), (-1 if age is None else age)
