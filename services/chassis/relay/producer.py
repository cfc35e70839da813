"""Copies rows of the outbox into the log: one producer of one life, given up after any trouble."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerClosed, UnknownTopicOrPartitionError
from aiokafka.producer.message_accumulator import BatchBuilder

from services.chassis.database import Record
from services.chassis.relay.lost_log import Stream
from services.chassis.settings import ServiceSettings
from services.chassis.topics.keeper import REQUEST_TIMEOUT_MS, BrokerTrouble, broker_trouble

BATCH_MAX_BYTES = 1_000_000
"""Below ``max.message.bytes``, which the broker applies to a whole batch."""
START_TIMEOUT_SECONDS = 10.0
SEND_TIMEOUT_SECONDS = 5.0
CONSTANT_HEADERS = (("ce_specversion", b"1.0"), ("content-type", b"application/cloudevents+json"))


class Sent(NamedTuple):
    """What the log acknowledged of one stream: so many records, the first of them at this offset."""

    stream: Stream
    records: int
    first_offset: int


class RelayProducer:
    """Sends one batch a partition at a time, in order, and says where the log has put it."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._prefix = settings.topic_prefix
        self._producer = AIOKafkaProducer(
            bootstrap_servers=settings.kafka_bootstrap_servers,
            acks="all",
            enable_idempotence=True,  # without it a batch that is retried lands behind later ones
            linger_ms=0,  # batches are filled by us: lingering would only add its own time to each
            max_batch_size=BATCH_MAX_BYTES,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
        )

    async def open(self) -> None:
        """Connect."""
        with broker_trouble():
            async with asyncio.timeout(START_TIMEOUT_SECONDS):
                await self._producer.start()

    async def close(self) -> None:
        """Give up what is still on its way: left alone, an idempotent producer retries for ever."""
        self._producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001 - else stop() waits for ever
        with suppress(Exception):  # its inner tasks may stumble over what has just failed
            await self._producer.stop()
        await self._producer.client.close()

    async def send(self, chunk: Mapping[Stream, Sequence[Record]]) -> list[Sent]:
        """Copy rows of the outbox, each stream's in order, and give what was acknowledged.

        Of a stream's rows only as many are sent as go into one batch.

        Raises:
            BrokerTrouble: nobody knows what was written.
        """
        with broker_trouble():
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                sent = await asyncio.gather(*(self._send(stream, rows) for stream, rows in chunk.items()))
        if any(each.first_offset < 0 for each in sent):
            raise BrokerTrouble("acknowledged as a duplicate, without an offset")
        return sent

    async def _send(self, stream: Stream, rows: Sequence[Record]) -> Sent:
        name = self._prefix + stream.topic
        if stream.partition not in await self._producer.partitions_for(name):
            raise UnknownTopicOrPartitionError(name)
        batch = self._producer.create_batch()
        records = _fill(batch, rows)
        acknowledged = await self._producer.send_batch(batch, name, partition=stream.partition)
        return Sent(stream, records, (await acknowledged).offset)


def _fill(batch: BatchBuilder, rows: Sequence[Record]) -> int:
    """Put in as many rows as the batch takes, and say how many that were."""
    now_ms = int(time.time() * 1000)  # the broker puts its own in its place
    for count, row in enumerate(rows):
        headers = [
            ("ce_id", str(row["event_id"]).encode()),
            ("ce_type", row["type"].encode()),
            ("seq", b"%d" % row["seq"]),
            *CONSTANT_HEADERS,
        ]
        if batch.append(timestamp=now_ms, key=row["key"].encode(), value=row["payload"], headers=headers) is None:
            return count
    return len(rows)
