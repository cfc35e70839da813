"""A foreign topic that holds what the client library cannot read: its reader halts, and a person skips that."""

import asyncio
from collections.abc import Sequence
from functools import partial

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.util import calc_crc32c

from contracts.topics import FORMS
from deploy.stack.stack import Broker
from services.chassis.database import Database
from services.chassis.reading.hearing import Hearing
from services.chassis.reading.hears import Hears
from services.chassis.reading.position import Record
from services.chassis.reading.watchdog import Watchdog
from services.chassis.topics.connection import can_read, is_there
from services.chassis.transaction import Transaction
from tests.conftest import TestDatabase
from tests.harness.waiting import seen
from tests.integration.chassis.conftest import settings_of

SPOILT = b"2"
CRC = slice(17, 21)
CHECKED = slice(21, None)


def _spoil(batch: BatchBuilder) -> None:
    """Let the name of a header not be UTF-8: every fetch of the batch will raise."""
    spoilt = bytearray(batch._build().replace(b"spoil-me", b"\xff" * 8))
    spoilt[CRC] = calc_crc32c(spoilt[CHECKED]).to_bytes(4, "big")
    batch._buffer = bytes(spoilt)


async def test_what_cannot_be_read_is_skipped_by_a_person(
    database: TestDatabase, kafka: Broker, topic_prefix: str
) -> None:
    """HTTP and the other partitions go on; the skipped offsets stay on record."""
    heard: list[bytes | None] = []

    async def on_forms(records: Sequence[Record], _: Transaction) -> None:
        heard.extend(record.value for record in records)

    settings = settings_of(
        database, "intake", kafka_bootstrap_servers=kafka.bootstrap_servers, topic_prefix=topic_prefix
    )
    topic = f"{topic_prefix}forms"
    await _make(kafka.bootstrap_servers, topic)
    await _send(kafka.bootstrap_servers, topic, b"1")
    own = Database(settings, "intake")
    await own.open()
    hearing = Hearing(own, settings, [Hears(FORMS, on_forms, raw=True)], on_fatal=lambda _: None)
    watchdog = Watchdog(
        list(hearing.subscriptions.values()),
        1.0,
        halt=hearing.halt,
        is_there=partial(is_there, settings),
        can_read=partial(can_read, settings),
    )
    tasks = [asyncio.create_task(one) for one in (hearing.run(), watchdog.run(hearing.standing.excused))]

    async def halted() -> object:
        return dict(hearing.standing.last.halted)

    async def values() -> object:
        return list(heard)

    await seen(values, lambda found: found == [b"1"], what="the one before it heard")
    await _send(kafka.bootstrap_servers, topic, SPOILT, b"3")
    await seen(halted, lambda found: found == {"forms": "unreadable"}, what="its reader halted")
    async with own.transaction() as tx:
        assert await hearing.subscriptions["forms"].skip(0, 2) == 1
        await tx.execute("DELETE FROM halted_reader")
    await seen(values, lambda found: found == [b"1", b"3"], what="the one behind it heard")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await hearing.close()
    await own.close()


async def _make(bootstrap_servers: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic, FORMS.partitions, 1)])
    await admin.close()


async def _send(bootstrap_servers: str, topic: str, *values: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all")
    await producer.start()
    for value in values:
        batch = producer.create_batch()
        batch.append(timestamp=None, key=None, value=value, headers=[("spoil-me", b"x")])
        if value is SPOILT:
            _spoil(batch)
        await (await producer.send_batch(batch, topic, partition=0))
    await producer.stop()
