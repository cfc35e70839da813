"""All that one process hears: its readers, their subscriptions, and who of them stands still."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from services.chassis.database import Database
from services.chassis.errors import Fork
from services.chassis.log import get_logger
from services.chassis.reading import parking
from services.chassis.reading.broker import make_broker
from services.chassis.reading.foreign import ForeignTopics
from services.chassis.reading.gaps import FindGapped
from services.chassis.reading.hears import Hears
from services.chassis.reading.parking import BreakerOpen
from services.chassis.reading.position import Position, Record
from services.chassis.reading.reader import Halted, Reader
from services.chassis.reading.settle import Settler
from services.chassis.reading.standing import StandingWatch
from services.chassis.reading.stream import Apply, Subscription
from services.chassis.settings import ServiceSettings
from services.chassis.topics.groups import tell_position

FIND_GAPPED = "SELECT partition FROM stream_position WHERE source_topic = $1 AND gapped"
FIND_HALTED = "SELECT why FROM halted_reader WHERE reader = $1"
START_RETRY_SECONDS = 1.0

log = get_logger()


class Hearing:
    """The readers of one process."""

    def __init__(
        self,
        database: Database,
        settings: ServiceSettings,
        handlers: Sequence[Hears],
        *,
        on_fatal: Callable[[BaseException], None],
    ) -> None:
        self.database = database
        self.broker = make_broker(settings, database.service)
        self.standing = StandingWatch(database, [heard.topic for heard in handlers])
        self.readers: dict[str, Reader] = {}
        self.settlers: dict[str, Settler] = {}
        self.subscriptions: dict[str, Subscription] = {}
        for heard in handlers:
            name = heard.topic.name
            apply = self._hear_raw(heard) if heard.raw else self._hear_numbered(heard)
            self.subscriptions[name] = Subscription(
                self.broker,
                settings,
                heard,
                apply,
                service=database.service,
                find_gapped=self._find_gapped(name),
                on_fatal=on_fatal,
            )
        self._foreign = ForeignTopics(settings, database.service, self.subscriptions.values())

    async def open(self) -> None:
        """Make the rows that the readers lock."""
        for reader in self.readers.values():
            await reader.open()

    async def run(self) -> None:
        """Hear for ever, as soon as there is a broker; holes heal, and who stands still is known.

        Raises:
            ExceptionGroup: of TopicReplaced: a foreign topic is another than it was.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.standing.run())
            await self._foreign.settle()
            await self._start()
            tasks.create_task(self._foreign.watch())
            for subscription in self.subscriptions.values():
                tasks.create_task(subscription.heal())
                tasks.create_task(subscription.keep_committing())

    async def close(self) -> None:
        """Leave the consumer groups, after the chunks under way."""
        await self.broker.stop()

    async def _start(self) -> None:
        while True:
            try:
                await self.broker.start()
            except (KafkaError, OSError) as error:  # no broker yet: the doors are open all the same
                log.warning("broker.away", error=type(error).__name__)
                await self.broker.stop()
                await asyncio.sleep(START_RETRY_SECONDS)
            else:
                return

    def _hear_numbered(self, heard: Hears) -> Apply:
        reader = Reader(self.database, heard.topic, heard.handler)
        name = heard.topic.name
        self.readers[name] = reader
        self.settlers[name] = Settler(self.database, name, reader.decoder, heard.handler, heard.on_discarded)

        async def apply(records: Sequence[Record]) -> Mapping[int, OffsetAndMetadata]:
            try:
                return next_offsets(records, await reader.apply(records))
            except Fork as fork:
                await self.halt(name, "fork", str(fork))
            except BreakerOpen:
                await self.halt(name, "breaker", "too many subjects fail at once: see `challenge parked resume`")
            raise Halted(name)

        return apply

    def _hear_raw(self, heard: Hears) -> Apply:
        async def apply(records: Sequence[Record]) -> Mapping[int, OffsetAndMetadata]:
            async with self.database.transaction() as tx:
                if await tx.fetchval(FIND_HALTED, heard.topic.name):
                    raise Halted(heard.topic.name)
                await heard.handler(records, tx)
            return {record.partition: OffsetAndMetadata(record.offset + 1, "") for record in records}

        return apply

    async def halt(self, reader: str, why: str, detail: str) -> None:
        """Let a reader stand still, in every instance, until a person acts."""
        log.critical("reader.halted", reader=reader, reason=why, error=detail)
        async with self.database.transaction() as tx:
            await parking.halt(tx, reader, why, detail)

    def _find_gapped(self, topic: str) -> FindGapped:
        async def find() -> set[int]:
            async with self.database.transaction() as tx:
                return {row["partition"] for row in await tx.fetch(FIND_GAPPED, topic)}

        return find


def next_offsets(records: Sequence[Record], positions: Mapping[int, Position]) -> dict[int, OffsetAndMetadata]:
    """Give the offset to read next of each partition that has no hole, with how far it is applied."""
    offsets = {record.partition: record.offset + 1 for record in records}
    return {
        partition: OffsetAndMetadata(offsets[partition], tell_position(position.last_seq, position.last_event_id))
        for partition, position in positions.items()
        if not position.gapped
    }
