"""What the readers of a service's topics say about them: of a hole, and of what they have applied."""

from collections.abc import Sequence
from time import monotonic

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from contracts.topics import Topic
from services.chassis.errors import Fork
from services.chassis.log import get_logger
from services.chassis.relay.lease import Lease
from services.chassis.relay.lost_log import Stream
from services.chassis.settings import ServiceSettings
from services.chassis.topics.groups import HOLE, group_of, read_position_told
from services.chassis.topics.keeper import BrokerTrouble, TopicKeeper, broker_trouble

LOOK_SECONDS = 5.0
AGAIN_SECONDS = 60.0
"""A report that was looked into stays until its reader has read on; it is not looked into again at once."""

log = get_logger()


class HoleReports:
    """Looks now and then into the offsets of those who hear a service's topics."""

    def __init__(self, lease: Lease, keeper: TopicKeeper, settings: ServiceSettings, topics: Sequence[Topic]) -> None:
        self._lease = lease
        self._keeper = keeper
        self._settings = settings
        self._topics = topics
        self._look_at = monotonic() + LOOK_SECONDS
        self._again_at: dict[str, float] = {}

    async def find(self) -> list[Topic]:
        """Name the topics in which a reader has found a hole.

        Raises:
            Fork: a reader has applied what the outbox does not hold.
        """
        now = monotonic()
        if now < self._look_at:
            return []
        self._look_at = now + LOOK_SECONDS
        due = [topic for topic in self._topics if self._again_at.get(topic.name, 0) <= now]
        reported = [topic for topic in due if await self._is_reported(topic)]
        self._again_at |= {topic.name: now + AGAIN_SECONDS for topic in reported}
        return reported

    async def _is_reported(self, topic: Topic) -> bool:
        return any([await self._reports(topic, group_of(self._settings, reader, topic)) for reader in topic.readers])

    async def _reports(self, topic: Topic, group: str) -> bool:
        try:
            with broker_trouble():
                offsets = await self._keeper.admin.list_consumer_group_offsets(group)
        except BrokerTrouble:  # no such group yet, or its coordinator is not to be found now
            return False
        for tp, offset in offsets.items():
            await self._assert_ours(Stream(topic.name, tp.partition), offset, group)
        return any(_tells_hole(tp, offset, group) for tp, offset in offsets.items())

    async def _assert_ours(self, stream: Stream, offset: OffsetAndMetadata, group: str) -> None:
        told = read_position_told(offset.metadata)
        if told is None:
            return
        seq, event_id = told
        ours = (await self._lease.find_ids(stream, [seq])).get(seq)
        if ours != event_id:
            raise Fork(f"{stream}: {group} has applied {event_id} as number {seq}, which is {ours} in the outbox")


def _tells_hole(tp: TopicPartition, offset: OffsetAndMetadata, group: str) -> bool:
    if offset.metadata == HOLE:
        log.warning("relay.hole-reported", topic=tp.topic, partition=tp.partition, reader=group)
    return bool(offset.metadata == HOLE)
