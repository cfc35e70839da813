"""What relay and readers have to do with one another: reports of holes, forks, foreign topics that are replaced."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.event import Event
from contracts.topics import FORMS, SUBMISSIONS
from services.chassis.database import Database
from services.chassis.reading.foreign import TopicReplaced
from services.chassis.reading.hearing import Hearing
from services.chassis.reading.hears import Hears
from services.chassis.reading.parking import halt, resume
from services.chassis.reading.position import Record
from services.chassis.topics.keeper import TopicKeeper
from services.chassis.transaction import Transaction
from tests.conftest import TestDatabase
from tests.harness.waiting import seen
from tests.integration.chassis.conftest import settings_of
from tests.integration.chassis.relay.writer import SERVICE, Writer


class Listener:
    """A handler that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    async def all(self) -> list[Any]:
        """Everything that was told."""
        return self.told

    async def count(self) -> int:
        """How much was told."""
        return len(self.told)

    async def numbered(self, events: Sequence[Event[Any]], _: Transaction) -> None:
        """Remember events."""
        self.told += [event.id for event in events]

    async def raw(self, records: Sequence[Record], _: Transaction) -> None:
        """Remember the values of records."""
        self.told += [record.value for record in records]


@dataclass(frozen=True)
class Instance:
    """An instance that hears, for as long as its task runs."""

    hearing: Hearing
    running: "asyncio.Task[None]"

    @property
    def group(self) -> str:
        """The consumer group in which it hears."""
        [subscription] = self.hearing.subscriptions.values()
        return str(subscription.subscriber.group_id)


@asynccontextmanager
async def hearing(writer: Writer, database: TestDatabase, service: str, hears: Hears) -> AsyncIterator[Instance]:
    """One instance of a service that hears."""
    settings = settings_of(
        database,
        service,
        kafka_bootstrap_servers=writer.settings.kafka_bootstrap_servers,
        topic_prefix=writer.settings.topic_prefix,
        gap_backoff_max_seconds=1,
    )
    own = Database(settings, service)
    await own.open()
    heard = Hearing(own, settings, [hears], on_fatal=print)
    await heard.open()
    task = asyncio.create_task(heard.run())
    try:
        yield Instance(heard, task)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await heard.close()
        await own.close()


async def commit(writer: Writer, group: str, offset: int) -> None:
    """Commit an offset of the forms' first partition for a group."""
    consumer = AIOKafkaConsumer(bootstrap_servers=writer.settings.kafka_bootstrap_servers, group_id=group)
    await consumer.start()
    tp = TopicPartition(writer.settings.topic_prefix + FORMS.name, 0)
    consumer.assign([tp])
    await consumer.commit({tp: offset})
    await consumer.stop()


async def test_a_hole_that_a_reader_reports_is_filled(writer: Writer, database: TestDatabase) -> None:
    """The relay alone would not see it: the reader says so in its offset, the relay reads all, and writes anew."""
    await writer.emit(10, "s")
    [(partition, ids)] = (await writer.outbox()).items()
    await writer.remake_topic()
    await writer.copy([(partition, seq) for seq in (1, 2, 3, 4, 5, 8, 9, 10)])
    await writer.rows("INSERT INTO relay_cursor VALUES ($1, $2, 10, 7) RETURNING 1", SUBMISSIONS.name, partition)
    listener = Listener()
    async with writer.relay(), hearing(writer, database, "review", Hears(SUBMISSIONS, listener.numbered)):
        await seen(listener.all, lambda found: found == ids, what="all ten told, in order", within_seconds=60)


async def test_while_the_own_log_is_forked_readers_stand_still(writer: Writer, database: TestDatabase) -> None:
    """What the service hears waits too: its effects would rest on an outbox that is not the truth."""
    reviewer = Database(settings_of(database, "review"), "review")
    await reviewer.open()
    listener = Listener()
    await writer.emit(2, "s")
    async with writer.relay():
        await writer.until_recorded()
    async with reviewer.transaction() as tx:
        await halt(tx, "relay", "fork", "a test says so")
    async with hearing(writer, database, "review", Hears(SUBMISSIONS, listener.numbered)) as instance:
        await asyncio.sleep(4)
        assert (listener.told, instance.running.done()) == ([], False)
        async with reviewer.transaction() as tx:
            await resume(tx, "relay")
        await seen(listener.count, lambda count: count == 2, what="both told once the fork is gone")
    await reviewer.close()


async def test_a_replaced_topic_is_read_from_its_start(writer: Writer, database: TestDatabase) -> None:
    """The successor has more records already than the offset that was committed: none of them is passed over."""
    keeper = TopicKeeper(writer.settings)
    await keeper.open()
    await keeper.make(FORMS)
    listener = Listener()
    await writer.send_forms([b"1", b"2"])
    async with hearing(writer, database, SERVICE, Hears(FORMS, listener.raw, raw=True)) as instance:
        await seen(listener.all, lambda found: found == [b"1", b"2"], what="two forms heard")
        await keeper.remake(FORMS)
        await writer.send_forms([b"3", b"4", b"5", b"6"])
        with pytest.raises(ExceptionGroup) as caught:
            await asyncio.wait_for(instance.running, 20)
        assert caught.group_contains(TopicReplaced)
    await commit(writer, instance.group, 2)  # as one does who has not noticed yet
    listener.told.clear()
    async with hearing(writer, database, SERVICE, Hears(FORMS, listener.raw, raw=True)):
        await seen(listener.all, lambda found: found == [b"3", b"4", b"5", b"6"], what="the new topic heard whole")
    await keeper.close()
