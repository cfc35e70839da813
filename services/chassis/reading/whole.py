"""Reads a topic of ours whole, for who makes again what it came to: each event once, in the order of the numbers."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import Topic
from services.chassis.reading.position import Heard, Record, Unnumbered, read_record
from services.chassis.settings import ServiceSettings

PAGE_RECORDS = 2000
WAIT_MS = 20_000


class Incomplete(Exception):
    """The log holds less than was once heard of it: its writer's relay writes it anew."""


async def read_whole(
    settings: ServiceSettings, topic: Topic, up_to: Mapping[int, int], after: Mapping[int, int] | None = None
) -> AsyncIterator[list[Heard]]:
    """Give what was told in each partition up to these numbers, page by page; what stands twice is given once.

    ``after`` are the numbers behind which it begins.

    Raises:
        Incomplete: the log ends before, or has a hole.
    """
    order = InOrder(up_to, after)
    async with _consuming(settings) as consumer:
        places = [TopicPartition(settings.topic_prefix + topic.name, partition) for partition in up_to]
        consumer.assign(places)
        ends = await _seek(consumer, places, after or {})
        while order.missing and [place for place in places if await consumer.position(place) < ends[place]]:
            found = await consumer.getmany(timeout_ms=WAIT_MS, max_records=PAGE_RECORDS)
            if not found:
                break
            yield [heard for records in found.values() for heard in order.take(records)]
    if order.missing:
        raise Incomplete(f"{topic.name}: {order.missing} of what was heard is not in the log")


async def _seek(
    consumer: AIOKafkaConsumer, places: list[TopicPartition], after: Mapping[int, int]
) -> Mapping[TopicPartition, int]:
    """Begin where the first wanted can be, and say where the log ends: no number stands before as many records."""
    firsts = await consumer.beginning_offsets(places)
    ends: Mapping[TopicPartition, int] = await consumer.end_offsets(places)
    for place in places:
        consumer.seek(place, max(firsts[place], min(after.get(place.partition, 0), ends[place])))
    return ends


class InOrder:
    """What may stand twice, or behind what follows it, in the order of its numbers."""

    def __init__(self, up_to: Mapping[int, int], after: Mapping[int, int] | None = None) -> None:
        self._up_to = up_to
        self._last = {partition: (after or {}).get(partition, 0) for partition in up_to}
        self._early: dict[tuple[int, int], Heard] = {}

    @property
    def missing(self) -> int:
        """How many are still to come."""
        return sum(self._up_to.values()) - sum(self._last.values())

    def take(self, records: Iterable[Record]) -> list[Heard]:
        """Take records as they come, and give those whose turn it is."""
        turn: list[Heard] = []
        for record in map(read_record, records):
            if isinstance(record, Unnumbered) or not self._is_wanted(record):
                continue
            self._early[record.partition, record.seq] = record
            turn += self._follow(record.partition)
        return turn

    def _is_wanted(self, record: Heard) -> bool:
        return self._last[record.partition] < record.seq <= self._up_to[record.partition]

    def _follow(self, partition: int) -> Iterable[Heard]:
        while (found := self._early.pop((partition, self._last[partition] + 1), None)) is not None:
            self._last[partition] += 1
            yield found


@asynccontextmanager
async def _consuming(settings: ServiceSettings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers, group_id=None, enable_auto_commit=False
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()
