"""Sees whether the readers go on: lag for those who watch, and the end of the process when nothing moves."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from contracts.topics import Topic
from services.chassis import telemetry
from services.chassis.log import get_logger
from services.chassis.reading.progress import Progress
from services.chassis.reading.stream import Subscription

CHECK_SECONDS = 2.0
LOOK_TIMEOUT_SECONDS = 10.0

IsThere = Callable[[Topic], Awaitable[bool]]
"""Tells through a connection of its own whether the broker has a topic."""

CanRead = Callable[[Topic, int, int], Awaitable[bool]]
"""Tells through a connection of its own whether a topic's partition can be read from an offset on."""

Halt = Callable[[str, str, str], Awaitable[None]]
"""Lets a reader stand still: its topic, why, and the detail."""

Excused = Collection[tuple[str, int]]
"""Partitions, by their topic's short name, that stand still for a reason."""

log = get_logger()


class Stalled(Exception):
    """The broker's end moved and ours did not: the consumer may be out of its group without a sign."""


class Blind(Exception):
    """The consumer cannot be asked how far it is."""


class Watchdog:
    """Watches one process's subscriptions by what the group has committed, whichever instance did it."""

    def __init__(
        self,
        subscriptions: Sequence[Subscription],
        stall_seconds: float,
        *,
        halt: Halt,
        is_there: IsThere,
        can_read: CanRead,
    ) -> None:
        self._subscriptions = subscriptions
        self._halt = halt
        self._is_there = is_there
        self._can_read = can_read
        self._stall_seconds = stall_seconds
        self._blind_since: dict[str, float] = {}
        self._lost_since: dict[str, float] = {}
        self.progress: dict[TopicPartition, Progress] = {}

    def list_blind(self, seconds: float) -> list[str]:
        """Name the topics whose consumers could not be asked for so long."""
        return [topic for topic, since in self._blind_since.items() if time.monotonic() - since > seconds]

    async def run(self, excused: Callable[[], Excused]) -> None:
        """Watch for ever. ``excused`` names the partitions that stand still for a reason: a hole, a halt.

        Raises:
            Stalled: a partition of ours did not move for the time set, or its consumer could not be asked for as long
                while the broker had the topic. A foreign one that we read, and that does not move, holds what the
                client library cannot read: its reader alone is halted.
        """
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for subscription in self._subscriptions:
                await self.look(subscription, excused())

    async def look(self, subscription: Subscription, excused: Excused) -> None:
        """Look once at one topic.

        Raises:
            Stalled: as above.
        """
        consumer = subscription.consumer
        if consumer is None:
            return
        try:
            async with asyncio.timeout(LOOK_TIMEOUT_SECONDS):
                waiting = await _measure(consumer, subscription.topic)
        except (KafkaError, TimeoutError, Blind) as error:
            log.warning("watchdog.blind", topic=subscription.topic, error=type(error).__name__)
            await self._look_elsewhere(subscription)
            return
        for since in (self._blind_since, self._lost_since):
            since.pop(subscription.topic, None)
        for tp, (committed, end) in waiting.items():
            progress = self.progress.setdefault(tp, Progress())
            is_excused = (subscription.hears.topic.name, tp.partition) in excused
            progress.note(committed=committed, end=end, excused=is_excused)
            _tell(tp, progress, subscription.last_timestamps.get(tp.partition))
            if progress.stalled_seconds > self._stall_seconds:
                await self._stalled(subscription, tp, committed)

    async def _look_elsewhere(self, subscription: Subscription) -> None:
        # a client can lose its way to the broker for good, and say nothing; a broker that is away is another thing
        self._blind_since.setdefault(subscription.topic, time.monotonic())
        if not await self._is_there(subscription.hears.topic):
            self._lost_since.pop(subscription.topic, None)
        elif time.monotonic() - self._lost_since.setdefault(subscription.topic, time.monotonic()) > self._stall_seconds:
            raise Stalled(f"{subscription.topic}: the broker has it, and our consumer does not find it")

    async def _stalled(self, subscription: Subscription, tp: TopicPartition, committed: int) -> None:
        told = f"{tp.topic}[{tp.partition}]: nothing moves from offset {committed}"
        consumer = subscription.consumer
        if not subscription.hears.raw or consumer is None or tp not in consumer.assignment():
            raise Stalled(told)
        if await self._can_read(subscription.hears.topic, tp.partition, committed):  # so it is we who do not
            raise Stalled(told)
        await self._halt(subscription.hears.topic.name, "unreadable", f"{told}; see `challenge forms skip`")


async def _measure(consumer: AIOKafkaConsumer, topic: str) -> dict[TopicPartition, tuple[int, int]]:
    tps = [TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic) or ()]
    if not tps:
        raise Blind(topic)
    starts, ends = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
    return {tp: (max(await consumer.committed(tp) or 0, starts[tp]), ends[tp]) for tp in tps}


def _tell(tp: TopicPartition, progress: Progress, last_timestamp_ms: int | None) -> None:
    telemetry.LAG_RECORDS.labels(tp.topic, tp.partition).set(progress.lag)
    # what waits came after the last record applied; and not before anything began to wait, if that was seen
    ages = [progress.behind_seconds]
    if progress.lag and last_timestamp_ms is not None:
        ages.append(time.time() - last_timestamp_ms / 1000)
    telemetry.LAG_SECONDS.labels(tp.topic, tp.partition).set(min(ages))
