"""A log that is lost shows nothing by itself: the relay notices, and writes it anew."""

import asyncio
import signal

from aiokafka.admin import RecordsToDelete
from aiokafka.structs import TopicPartition
from prometheus_client import REGISTRY

from contracts.topics import SUBMISSIONS
from deploy.stack.runs import Run
from deploy.stack.stack import Broker
from services.chassis.relay.halt import order_repair
from tests.harness.waiting import seen
from tests.integration.chassis.relay.writer import Writer


def times_rewritten() -> float:
    """How often this process has written the topic anew."""
    return REGISTRY.get_sample_value("challenge_log_rewritten_total", {"topic": SUBMISSIONS.name}) or 0


async def test_a_wiped_broker_is_filled_again(writer: Writer, kafka: Broker) -> None:
    """Nobody emits, the broker's disk is lost: the log is there again, whole, without anybody's doing."""
    async with writer.relay():
        await writer.emit_everywhere(20)
        await writer.until_recorded()
        await asyncio.to_thread(kafka.wipe)
        await writer.all_heard()
    assert await writer.heard() == await writer.outbox()


async def test_a_broker_wiped_under_load_is_filled_again(writer: Writer, kafka: Broker) -> None:
    """The producer lives, and would go on at offset 0 without an error: nothing is missing all the same."""
    async with writer.relay(relay_chunk_records=5):
        emitting = asyncio.create_task(_emit_for_ever(writer))
        await seen(writer.cursors, lambda cursors: len(cursors) == SUBMISSIONS.partitions, what="copying under load")
        await asyncio.to_thread(kafka.wipe)
        emitting.cancel()
        await asyncio.gather(emitting, return_exceptions=True)
        await writer.all_heard()


async def test_a_deleted_topic_is_made_and_filled_again(writer: Writer) -> None:
    """Idle, with the relay alive: it looks every second."""
    async with writer.relay():
        await writer.emit_everywhere(20)
        await writer.until_recorded()
        async with writer.admin() as admin:
            await admin.delete_topics([writer.topic])
        await writer.all_heard()


async def test_a_topic_made_anew_by_somebody_else_is_filled_again(writer: Writer) -> None:
    """Empty, though it is there, and as the catalogue says."""
    async with writer.relay():
        await writer.emit_everywhere(20)
        await writer.until_recorded()
        await writer.remake_topic()
        await writer.all_heard()


async def test_an_offset_acknowledged_twice_is_a_loss(writer: Writer) -> None:
    """The topic is replaced between two checks, and the same producer's next batch goes to its beginning."""
    async with writer.relay():
        await writer.emit_everywhere(20)
        await writer.until_recorded()
        for _ in range(5):  # whenever the check comes, some batch comes before it
            await writer.remake_topic()
            await writer.emit_everywhere(30)
        await writer.all_heard()


async def test_a_loss_while_nobody_runs_is_found_on_start(writer: Writer) -> None:
    """The topic is empty, or ends before what was acknowledged: seen before anything is sent."""
    async with writer.relay():
        await writer.emit_everywhere(20)
        await writer.until_recorded()
    await writer.remake_topic()
    await writer.emit_everywhere(1)
    async with writer.relay():
        await writer.all_heard()
    await writer.copied_once(21)


async def test_a_lost_log_that_has_grown_again_is_found_on_start(writer: Writer) -> None:
    """A producer that died has filled the new topic beyond the cursor's offset: its end proves nothing."""
    await writer.emit(30, "s")
    [(partition, ids)] = (await writer.outbox()).items()
    async with writer.relay():
        await writer.until_recorded()
    await writer.rows("UPDATE relay_cursor SET relayed_seq = 10, kafka_offset = 9 WHERE relayed_seq > 0 RETURNING 1")
    await writer.remake_topic()
    await writer.send([(partition, seq, ids[seq - 1]) for seq in range(11, 31)])
    async with writer.relay():
        await writer.all_heard()


async def test_records_deleted_at_the_beginning_are_a_loss(writer: Writer) -> None:
    """Somebody, or a retention, has deleted records that the log promised to keep."""
    async with writer.relay():
        await writer.emit_everywhere(20)
        await writer.until_recorded()
        async with writer.admin() as admin:
            await admin.delete_records({TopicPartition(writer.topic, 2): RecordsToDelete(5)})
        await writer.all_heard()


async def test_a_crash_between_making_anew_and_forgetting_is_found_again(writer: Writer, run: Run) -> None:
    """The topic is made anew first, the cursors are reset after: SIGKILL in between loses nothing."""
    async with writer.relay():
        await writer.emit_everywhere(20)
        await writer.until_recorded()
    before = await writer.cursors()
    await writer.remake_topic()
    async with writer.process(run, FAILPOINT="after_remake_before_reset") as doomed:
        assert await asyncio.to_thread(doomed.wait, 20) == -signal.SIGKILL
    assert await writer.cursors() == before
    async with writer.relay():
        await writer.all_heard()


async def test_the_operator_may_decide(writer: Writer) -> None:
    """Set so, the relay stands still and names the command; emitting goes on; the order is carried out once."""
    async with writer.relay(relay_repair="operator"):
        await writer.emit_everywhere(20)
        await writer.until_recorded()
        await writer.remake_topic()
        await writer.until_halted("log-lost")
        assert await writer.heard() == {}
        await writer.emit_everywhere(1)
        [(detail,)] = await writer.rows("SELECT detail FROM halted_reader")
        assert "challenge relay repair" in detail
        async with writer.database.transaction() as tx:
            assert await order_repair(tx)
        await writer.all_heard()
        await seen(writer.halted, lambda rows: rows == [], what="the order carried out")
        rewritten = times_rewritten()
        await writer.emit_everywhere(1)
        await writer.until_recorded()
        assert times_rewritten() == rewritten


async def test_a_missing_topic_is_left_to_the_operator(writer: Writer) -> None:
    """Set so, not even the empty topic is made: readers would take it for the log."""
    async with writer.relay(relay_repair="operator"):
        await writer.emit_everywhere(2)
        await writer.until_recorded()
        async with writer.admin() as admin:
            await admin.delete_topics([writer.topic])
            await writer.until_halted("log-lost")
            assert writer.topic not in await admin.list_topics()


async def test_an_operator_s_topics_are_still_made_when_new(writer: Writer) -> None:
    """On the very first start there is nothing to decide."""
    async with writer.relay(relay_repair="operator"):
        await writer.emit_everywhere(2)
        await writer.until_recorded()


async def test_a_hole_in_the_middle_is_found_when_asked(writer: Writer) -> None:
    """Beginning and end are as they should be: only who reads the whole log sees it."""
    await _make_hole(writer)
    async with writer.relay():
        await seen(lambda: writer.rows("SELECT * FROM relay_cursor"), what="the relay begun")
        await asyncio.sleep(2)
        assert await writer.heard() != await writer.outbox()
        async with writer.database.transaction() as tx:
            assert await order_repair(tx)
        await writer.all_heard()


async def _make_hole(writer: Writer) -> None:
    """Ten events, of which the log lacks the sixth and seventh, and the cursor of one who knows nothing of it."""
    await writer.emit(10, "s")
    [(partition, ids)] = (await writer.outbox()).items()
    await writer.remake_topic()
    await writer.send([(partition, seq, ids[seq - 1]) for seq in (1, 2, 3, 4, 5, 8, 9, 10)])
    await writer.rows("INSERT INTO relay_cursor VALUES ($1, $2, 10, 7) RETURNING 1", SUBMISSIONS.name, partition)


async def _emit_for_ever(writer: Writer) -> None:
    while True:
        await writer.emit_everywhere(3)
        await asyncio.sleep(0.01)
