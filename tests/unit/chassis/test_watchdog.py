"""The watchdog ends a process whose readers stand still without a reason, and no other."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaTimeoutError
from prometheus_client import REGISTRY

from contracts.topics import Topic
from services.chassis.reading import progress, watchdog
from services.chassis.reading.progress import Progress
from services.chassis.reading.watchdog import Stalled, Watchdog

TP = TopicPartition("t.submissions", 0)


class FakeConsumer:
    """What the broker says of one partition."""

    def __init__(self, *, start: int = 0, end: int = 0, committed: int | None = None) -> None:
        self.start, self.end, self.offset = start, end, committed
        self.knows_topic = self.answers = self.is_there = True

    def partitions_for_topic(self, _: str) -> set[int] | None:
        """One partition."""
        return {0} if self.knows_topic else None

    async def beginning_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Where the log begins."""
        if not self.answers:
            raise KafkaTimeoutError
        return dict.fromkeys(tps, self.start)

    async def end_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Where the log ends."""
        return dict.fromkeys(tps, self.end)

    def assignment(self) -> set[TopicPartition]:
        """Ours."""
        return {TP}

    async def committed(self, _: TopicPartition) -> int | None:
        """What the group has committed."""
        return self.offset


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that a test moves."""
    now = SimpleNamespace(at=1000.0)
    for module in (watchdog, progress):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now.at, time=lambda: now.at))
    return now


HALTED: list[str] = []


async def halt(topic: str, why: str, _: str) -> None:
    """Note who is halted."""
    HALTED.append(f"{topic}: {why}")


def watching(
    consumer: FakeConsumer, last_ms: int | None = None, *, raw: bool = False, readable: bool = False
) -> tuple[Watchdog, Any]:
    """A watchdog on one subscription; ``readable`` is what the broker says of the topic to others."""
    HALTED.clear()
    subscription: Any = SimpleNamespace(
        topic=TP.topic,
        consumer=consumer,
        hears=SimpleNamespace(topic=SimpleNamespace(name="submissions"), raw=raw),
        last_timestamps={} if last_ms is None else {0: last_ms},
    )

    async def is_there(_: Topic) -> bool:
        return consumer.is_there

    async def can_read(*_: object) -> bool:
        return readable

    return Watchdog([subscription], 60, halt=halt, is_there=is_there, can_read=can_read), subscription


async def look_for_a_minute(clock: SimpleNamespace, dog: Watchdog, subscription: Any) -> None:
    """Look every ten seconds."""
    for _ in range(6):
        await dog.look(subscription, frozenset())
        clock.at += 10
    clock.at += 1


async def test_records_that_wait_while_nothing_moves_end_the_process(clock: SimpleNamespace) -> None:
    """The consumer fell out of its group without a sign: after a minute the process ends."""
    dog, subscription = watching(FakeConsumer(end=5, committed=3))
    await look_for_a_minute(clock, dog, subscription)
    with pytest.raises(Stalled, match="nothing moves from offset 3"):
        await dog.look(subscription, frozenset())


@pytest.mark.parametrize("lost", ["knows_topic", "answers"])
async def test_a_consumer_that_lost_its_way_ends_the_process(clock: SimpleNamespace, lost: str) -> None:
    """The broker is back and has the topic, and the consumer does not notice: after a minute the process ends."""
    consumer = FakeConsumer(end=5, committed=3)
    setattr(consumer, lost, False)
    dog, subscription = watching(consumer)
    await dog.look(subscription, frozenset())
    clock.at += 61
    with pytest.raises(Stalled, match="does not find it"):
        await dog.look(subscription, frozenset())


async def test_a_broker_that_is_away_ends_no_process(clock: SimpleNamespace) -> None:
    """Doors stay open for as long as there is no broker; once it is back, the minute begins anew."""
    consumer = FakeConsumer()
    consumer.answers = consumer.is_there = False
    dog, subscription = watching(consumer)
    for _ in range(5):
        await dog.look(subscription, frozenset())
        clock.at += 61
    consumer.is_there = True
    await dog.look(subscription, frozenset())
    clock.at += 59
    await dog.look(subscription, frozenset())
    clock.at += 2
    with pytest.raises(Stalled):
        await dog.look(subscription, frozenset())


async def test_blindness_is_told(clock: SimpleNamespace) -> None:
    """Without a broker no figure moves: whoever asks is told that none was seen."""
    consumer = FakeConsumer()
    consumer.answers = consumer.is_there = False
    dog, subscription = watching(consumer)
    await dog.look(subscription, frozenset())
    clock.at += 20
    await dog.look(subscription, frozenset())
    assert (dog.list_blind(15), dog.list_blind(30)) == ([TP.topic], [])
    consumer.answers = True
    await dog.look(subscription, frozenset())
    assert dog.list_blind(0) == []


async def test_a_short_blindness_is_forgotten(clock: SimpleNamespace) -> None:
    """What counts is a minute without a break."""
    consumer = FakeConsumer()
    dog, subscription = watching(consumer)
    for _ in range(5):
        consumer.answers = not consumer.answers
        await dog.look(subscription, frozenset())
        clock.at += 61


async def test_progress_of_another_instance_is_progress(clock: SimpleNamespace) -> None:
    """What counts is the group's offset, whoever has the partition."""
    consumer = FakeConsumer(end=5, committed=3)
    dog, subscription = watching(consumer)
    for _ in range(5):
        await dog.look(subscription, frozenset())
        clock.at += 40
        consumer.offset, consumer.end = (consumer.offset or 0) + 1, consumer.end + 1


async def test_a_gap_or_a_halt_is_a_reason_to_stand_still(clock: SimpleNamespace) -> None:
    """A partition with a hole, in whichever instance, and a halted reader are excepted."""
    dog, subscription = watching(FakeConsumer(end=5, committed=3))
    for _ in range(5):
        await dog.look(subscription, frozenset({("submissions", 0)}))
        clock.at += 61


async def test_a_foreign_topic_that_cannot_be_read_halts_its_reader_alone(clock: SimpleNamespace) -> None:
    """The process lives, and its HTTP doors with it."""
    dog, subscription = watching(FakeConsumer(end=5, committed=3), raw=True)
    await look_for_a_minute(clock, dog, subscription)
    await dog.look(subscription, frozenset())
    assert HALTED == ["submissions: unreadable"]


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize("sees", [True, False])
async def test_what_waits_after_an_outage_is_not_stalled(clock: SimpleNamespace, *, raw: bool, sees: bool) -> None:
    """The broker was away for an hour (or this process was frozen), and at the first look something waits already."""
    consumer = FakeConsumer(end=3, committed=3)
    dog, subscription = watching(consumer, raw=raw)
    await dog.look(subscription, frozenset())
    if sees:
        consumer.answers = consumer.is_there = False
        for _ in range(60):
            clock.at += 60
            await dog.look(subscription, frozenset())
        consumer.answers = consumer.is_there = True
    clock.at += 60.5
    consumer.end = 5
    await dog.look(subscription, frozenset())
    assert HALTED == []


async def test_a_foreign_topic_that_others_can_read_ends_the_process(clock: SimpleNamespace) -> None:
    """The consumer is stuck, or the database: nothing in the topic has to be skipped, and nobody has to be called."""
    dog, subscription = watching(FakeConsumer(end=5, committed=3), raw=True, readable=True)
    await look_for_a_minute(clock, dog, subscription)
    with pytest.raises(Stalled):
        await dog.look(subscription, frozenset())
    assert HALTED == []


async def test_a_log_that_has_expired_is_not_a_backlog(clock: SimpleNamespace) -> None:
    """A foreign topic keeps a week: where everything has gone, nothing waits, whatever was committed."""
    dog, subscription = watching(FakeConsumer(start=9, end=9))
    for _ in range(3):
        await dog.look(subscription, frozenset())
        clock.at += 61


def lag_seconds() -> float | None:
    """What Prometheus is told."""
    return REGISTRY.get_sample_value("challenge_lag_seconds", {"topic": TP.topic, "partition": "0"})


async def test_lag_in_seconds_is_the_age_of_what_waits(clock: SimpleNamespace) -> None:
    """A fresh record after three idle days is no lag of three days; a backlog from before is as old as it is."""
    consumer = FakeConsumer(end=5, committed=5)
    dog, subscription = watching(consumer, last_ms=int((clock.at - 3 * 86400) * 1000))
    await dog.look(subscription, frozenset())
    assert lag_seconds() == 0
    consumer.end = 6
    clock.at += 2
    await dog.look(subscription, frozenset())
    clock.at += 2
    await dog.look(subscription, frozenset())
    assert lag_seconds() == 2


def test_progress_starts_where_the_group_is() -> None:
    """A process that has just begun has not stalled."""
    progress = Progress()
    progress.note(committed=0, end=100, excused=False)
    assert progress.stalled_seconds < 1
