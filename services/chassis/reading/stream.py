"""The only place where a subscriber is declared: its defaults lose messages (docs/decisions)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic

from aiokafka import AIOKafkaConsumer, OffsetAndMetadata, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from services.chassis.errors import Refusal, is_passing
from services.chassis.failpoint import reach
from services.chassis.log import get_logger
from services.chassis.reading.described import decode_nothing, parse_nothing, payload_of, shown_as
from services.chassis.reading.gaps import FindGapped, GapHealer
from services.chassis.reading.hears import Hears
from services.chassis.reading.position import Record
from services.chassis.reading.reader import Halted
from services.chassis.settings import ServiceSettings
from services.chassis.topics.groups import group_of

COMMIT_SECONDS = 0.5
DAY_MS = 24 * 60 * 60 * 1000

Apply = Callable[[Sequence[Record]], Awaitable[Mapping[int, OffsetAndMetadata]]]
"""Applies records and gives, for each partition without a hole, the offset to read next."""

log = get_logger()


class Subscription:
    """One topic heard by one service: a FastStream subscriber that never loses what it could not apply."""

    def __init__(
        self,
        broker: KafkaBroker,
        settings: ServiceSettings,
        hears: Hears,
        apply: Apply,
        *,
        service: str,
        find_gapped: FindGapped,
        on_fatal: Callable[[BaseException], None],
    ) -> None:
        self.topic = settings.topic_prefix + hears.topic.name
        self.hears = hears
        self.healer = GapHealer(self.topic, find_gapped, settings.gap_backoff_max_seconds, is_numbered=not hears.raw)
        self.last_timestamps: dict[int, int] = {}
        self._apply = apply
        self._uncommitted: dict[int, OffsetAndMetadata] = {}
        self._committed_at = 0.0
        self._on_fatal = on_fatal
        self.subscriber = broker.subscriber(
            self.topic,
            group_id=group_of(settings, service, hears.topic),
            batch=True,
            max_records=settings.chunk_max_records,
            batch_timeout_ms=int(settings.poll_idle_seconds * 1000),
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            session_timeout_ms=int(settings.session_timeout_seconds * 1000),
            heartbeat_interval_ms=int(settings.session_timeout_seconds * 1000 / 3),
            max_poll_interval_ms=DAY_MS,  # a reader that waits on purpose keeps its partitions; a dead one loses them
            listener=self.healer,
            parser=parse_nothing,
            decoder=decode_nothing,
            title=hears.topic.name,
            description=hears.topic.about,
        )
        self.subscriber(shown_as(payload_of(hears, service), self._hear))

    @property
    def consumer(self) -> AIOKafkaConsumer | None:
        """The running consumer, once started: before that it can be asked nothing."""
        return self.subscriber.consumer if self.subscriber.running else None

    async def heal(self) -> None:
        """Heal holes, for ever."""
        await self.healer.run(lambda: self.consumer)

    async def keep_committing(self) -> None:
        """Let the group know how far it is, for ever, also where nothing new comes."""
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            await self.commit_if_due()

    async def commit_if_due(self) -> None:
        """Commit what was applied, now and then: a hint of where to start reading, no more."""
        if self._uncommitted and monotonic() - self._committed_at >= COMMIT_SECONDS:
            offsets, self._uncommitted = self._uncommitted, {}
            self._committed_at = monotonic()
            await self._commit(offsets)

    async def skip(self, partition: int, to_offset: int) -> int:
        """Pass over what cannot be read, and give the offset at which that began.

        Raises:
            Refusal: another instance reads this partition; or there is nothing to skip up to that offset.
        """
        tp = TopicPartition(self.topic, partition)
        consumer = self.consumer
        if consumer is None or tp not in consumer.assignment():
            raise Refusal("not-here", "another instance reads this partition, or none does")
        start, end = await consumer.position(tp), (await consumer.end_offsets([tp]))[tp]
        if not start < to_offset <= end:
            raise Refusal("offset", f"it stands at {start}, and the log ends at {end}", status=422)
        consumer.seek(tp, to_offset)
        await consumer.commit({tp: to_offset})
        return int(start)

    async def _hear(self, records: Sequence[Record]) -> None:
        # FastStream logs what a handler raises and goes on with the next chunk: nothing may leave this frame
        try:
            offsets = await self._apply_until_done(records)
            reach("after_commit_before_offset")
            self._uncommitted |= offsets
            await self.commit_if_due()
            self.healer.note(gapped={record.partition for record in records} - offsets.keys(), whole=set(offsets))
            self.last_timestamps.update({record.partition: record.timestamp for record in records})
        except Exception as error:  # noqa: BLE001 - told to the process, which ends
            self._on_fatal(error)
            await asyncio.Event().wait()

    async def _apply_until_done(self, records: Sequence[Record]) -> Mapping[int, OffsetAndMetadata]:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(lambda error: is_passing(error) or isinstance(error, Halted)),
            wait=wait_exponential_jitter(multiplier=0.05, max=2.0, jitter=0.1),
            before_sleep=self._tell_retry,
        ):
            with attempt:
                return await self._apply(records)
        raise AssertionError("retrying does not end")

    def _tell_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        log.warning("chunk.retried", topic=self.topic, attempt=state.attempt_number, error=type(error).__name__)

    async def _commit(self, offsets: Mapping[int, OffsetAndMetadata]) -> None:
        consumer = self.consumer
        mine = {tp.partition for tp in consumer.assignment()} if consumer is not None else set()
        wanted = {TopicPartition(self.topic, p): offset for p, offset in offsets.items() if p in mine}
        if consumer is None or not wanted:
            return
        try:
            await consumer.commit(wanted)
        except KafkaError as error:  # another has the partition by now, or the broker is away: read again later
            log.warning("offsets.not-committed", topic=self.topic, error=type(error).__name__)
