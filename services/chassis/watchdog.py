"""Sees whether the readers go on: lag for those who watch, and the end of the process when nothing moves."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.chassis import telemetry
from services.chassis.log import get_logger
from services.chassis.stream import Subscription

CHECK_SECONDS = 2.0

log = get_logger()


class Stalled(Exception):
    """The broker's end moved and ours did not: the consumer may be out of its group without a sign."""


@dataclass(slots=True)
class Progress:
    """Where the group stood when it last moved."""

    committed: int = -1
    moved_at: float = field(default_factory=time.monotonic)
    lag: int = 0

    def note(self, committed: int, end: int, *, excused: bool) -> None:
        """Take note of the group's offset and the log's end."""
        self.lag = max(0, end - committed)
        if committed != self.committed or self.lag == 0 or excused:
            self.committed, self.moved_at = committed, time.monotonic()

    @property
    def stalled_seconds(self) -> float:
        """For how long records wait and nothing moves."""
        return time.monotonic() - self.moved_at if self.lag else 0.0


class Watchdog:
    """Watches one process's subscriptions by what the group has committed, whichever instance did it."""

    def __init__(self, subscriptions: Sequence[Subscription], stall_seconds: float) -> None:
        self._subscriptions = subscriptions
        self._stall_seconds = stall_seconds
        self.progress: dict[TopicPartition, Progress] = {}

    async def run(self, halted: Callable[[], Mapping[str, str]]) -> None:
        """Watch for ever. ``halted`` says who stands still on purpose.

        Raises:
            Stalled: a partition did not move for the time set.
        """
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for subscription in self._subscriptions:
                if subscription.consumer is not None:
                    await self._look(subscription, subscription.consumer, halted())

    async def _look(self, subscription: Subscription, consumer: AIOKafkaConsumer, halted: Mapping[str, str]) -> None:
        partitions = consumer.partitions_for_topic(subscription.topic) or ()
        tps = [TopicPartition(subscription.topic, partition) for partition in partitions]
        try:
            ends = await consumer.end_offsets(tps)
            committed = {tp: await consumer.committed(tp) for tp in tps}
        except KafkaError as error:
            log.warning("watchdog.blind", topic=subscription.topic, error=type(error).__name__)
            return
        for tp in tps:
            excused = subscription.hears.topic.name in halted or tp.partition in subscription.healer.gapped
            progress = self.progress.setdefault(tp, Progress())
            progress.note(committed[tp] or 0, ends[tp], excused=excused)
            _tell(tp, progress, subscription.last_timestamps.get(tp.partition))
            if progress.stalled_seconds > self._stall_seconds:
                raise Stalled(f"{tp.topic}[{tp.partition}]: {progress.lag} records wait")


def _tell(tp: TopicPartition, progress: Progress, last_timestamp_ms: int | None) -> None:
    telemetry.LAG_RECORDS.labels(tp.topic, tp.partition).set(progress.lag)
    behind = progress.lag > 0 and last_timestamp_ms is not None
    age = time.time() - last_timestamp_ms / 1000 if behind and last_timestamp_ms else progress.stalled_seconds
    telemetry.LAG_SECONDS.labels(tp.topic, tp.partition).set(age)
