"""One life of the relay's connection to Kafka: topics, producer, and a look at what the log holds."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.chassis.reading.position import Heard, read_record
from services.chassis.relay.lost_log import Bounds, Page, Stream
from services.chassis.relay.producer import RelayProducer
from services.chassis.settings import ServiceSettings
from services.chassis.topics.keeper import REQUEST_TIMEOUT_MS, BrokerTrouble, TopicKeeper, broker_trouble

FETCH_WAIT_MS = 20
PAGE_RECORDS = 2000


class RelayLog:
    """What the relay sees of Kafka. After any trouble it is given up, and another opened."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.topics = TopicKeeper(settings)
        self.producer = RelayProducer(settings)
        self._settings = settings
        self._looker = _make_consumer(settings)

    async def open(self) -> None:
        """Connect."""
        await self.topics.open()
        await self.producer.open()
        with broker_trouble():
            await self._looker.start()

    async def close(self) -> None:
        """Disconnect."""
        await self.producer.close()
        await self._looker.stop()
        await self.topics.close()

    async def find_bounds(self, streams: Sequence[Stream]) -> dict[Stream, Bounds]:
        """Say where the log of each stream begins and ends."""
        partitions = {self._partition(stream): stream for stream in streams}
        with broker_trouble():
            starts = await self._looker.beginning_offsets(list(partitions))
            ends = await self._looker.end_offsets(list(partitions))
        return {stream: Bounds(starts[tp], ends[tp]) for tp, stream in partitions.items()}

    async def read(self, spans: Mapping[Stream, Bounds]) -> AsyncGenerator[Page, None]:
        """Give what the log holds within these spans page by page, each stream's pages in order."""
        left = {
            self._partition(stream): Page(stream, *span, []) for stream, span in spans.items() if span.start < span.end
        }
        if not left:
            return
        async with _reading(self._settings) as consumer:
            consumer.assign(list(left))
            for tp, page in left.items():
                consumer.seek(tp, page.start)
            while left:
                for tp, records in (await _poll(consumer, list(left))).items():
                    page = _cut(records, left[tp])
                    yield page
                    left[tp] = left[tp]._replace(start=page.end)
                left = {tp: page for tp, page in left.items() if page.start < page.end}

    def _partition(self, stream: Stream) -> TopicPartition:
        return TopicPartition(self._settings.topic_prefix + stream.topic, stream.partition)


@asynccontextmanager
async def open_log(settings: ServiceSettings) -> AsyncIterator[RelayLog]:
    """Open one life of the log."""
    log = RelayLog(settings)
    try:
        await log.open()
        yield log
    finally:
        await log.close()


@asynccontextmanager
async def _reading(settings: ServiceSettings) -> AsyncIterator[AIOKafkaConsumer]:
    # one for each reading: what an earlier assignment has fetched, or stumbled over, stays out of it
    consumer = _make_consumer(settings)
    try:
        with broker_trouble():
            await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


def _make_consumer(settings: ServiceSettings) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )


async def _poll(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, list[Any]]:
    with broker_trouble():
        found: dict[TopicPartition, list[Any]] = await consumer.getmany(
            *partitions, timeout_ms=REQUEST_TIMEOUT_MS, max_records=PAGE_RECORDS
        )
    if not found:
        raise BrokerTrouble("the log cannot be read to its end")
    return found


def _cut(records: Sequence[Any], span: Page) -> Page:
    """Take what belongs to a span. Records without a number are none of ours: readers park them."""
    read = [read_record(record) for record in records if record.offset < span.end]
    end = min(records[-1].offset + 1, span.end)
    return Page(span.stream, span.start, end, [record for record in read if isinstance(record, Heard)])
