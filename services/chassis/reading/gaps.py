"""Finds numbers that a reader has missed: looks back when it begins, and reads again what has a hole."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from services.chassis import telemetry
from services.chassis.log import get_logger
from services.chassis.topics.groups import report_hole

FindGapped = Callable[[], Awaitable[set[int]]]

CHECK_SECONDS = 0.2
BACKOFF_FIRST_SECONDS = 1.0

log = get_logger()


class GapHealer(ConsumerRebalanceListener):
    """Knows which partitions of a topic have a hole, and heals them by reading again, with back-off."""

    def __init__(
        self, topic: str, find_gapped: FindGapped, backoff_max_seconds: float, *, is_numbered: bool = True
    ) -> None:
        self.topic = topic
        self._is_numbered = is_numbered
        self._looked_back: set[TopicPartition] = set()
        self.gapped: set[int] = set()
        self._find_gapped = find_gapped
        self._backoff_max_seconds = backoff_max_seconds
        self._backoff_seconds: dict[int, float] = {}
        self._not_before: dict[int, float] = {}

    def note(self, *, gapped: set[int], whole: set[int]) -> None:
        """Take note of what the last chunk found."""
        for partition in gapped - self.gapped:
            log.warning("stream.gapped", topic=self.topic, partition=partition)
            self._not_before.setdefault(partition, monotonic() + BACKOFF_FIRST_SECONDS)
        for partition in whole & self.gapped:
            log.info("stream.healed", topic=self.topic, partition=partition)
            self._backoff_seconds.pop(partition, None)
            self._not_before.pop(partition, None)
        self.gapped = (self.gapped | gapped) - whole
        telemetry.GAPPED.labels(self.topic).set(len(self.gapped))

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Forget what another instance now looks after."""
        self._looked_back -= revoked
        self.note(gapped=set(), whole={tp.partition for tp in revoked} & self.gapped)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Start a partition with a hole at its beginning, wherever the group's offset stands."""
        # the client library swallows what is raised here; the loop below heals then
        self.note(gapped=await self._find_gapped() & {tp.partition for tp in assigned}, whole=set())
        for partition in self.gapped:
            self._not_before[partition] = 0.0

    async def run(self, consumer_of: Callable[[], AIOKafkaConsumer | None]) -> None:
        """Heal for ever."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            consumer = consumer_of()
            if consumer is not None:
                await self._try_to_heal(consumer)

    async def _try_to_heal(self, consumer: AIOKafkaConsumer) -> None:
        try:
            if self._is_numbered:
                await self._look_back(consumer)
            if self.gapped:
                await self._heal(consumer)
        except KafkaError as error:  # the broker is away, or the topic is being made anew
            log.warning("stream.not-healed", topic=self.topic, error=type(error).__name__)

    async def _look_back(self, consumer: AIOKafkaConsumer) -> None:
        # the group's offset may stand ahead of the positions, which are those of an older copy of the database: the
        # last record that the group read tells its number, also when nothing new ever comes
        for tp in consumer.assignment() - self._looked_back:
            position = await consumer.position(tp)
            if position > 0:
                consumer.seek(tp, position - 1)
            self._looked_back.add(tp)

    async def _heal(self, consumer: AIOKafkaConsumer) -> None:
        for tp in consumer.assignment():
            if tp.topic != self.topic or tp.partition not in self.gapped:
                continue
            if monotonic() >= self._not_before.get(tp.partition, 0.0) and await _at_end(consumer, tp):
                await self._read_again(consumer, tp)

    async def _read_again(self, consumer: AIOKafkaConsumer, tp: TopicPartition) -> None:
        if tp.partition in self._backoff_seconds:
            await report_hole(consumer, tp)
        backoff = min(self._backoff_max_seconds, 2 * self._backoff_seconds.get(tp.partition, BACKOFF_FIRST_SECONDS / 2))
        self._backoff_seconds[tp.partition] = backoff
        self._not_before[tp.partition] = monotonic() + backoff
        log.warning("stream.read-again", topic=self.topic, partition=tp.partition, seconds=backoff)
        await consumer.seek_to_beginning(tp)


async def _at_end(consumer: AIOKafkaConsumer, tp: TopicPartition) -> bool:
    ends = await consumer.end_offsets([tp])
    return bool(await consumer.position(tp) >= ends[tp])
