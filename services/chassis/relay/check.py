"""Compares the log with the outbox: on start, before what follows a pause, every second, and whole when asked to."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from time import monotonic

from contracts.topics import Topic
from services.chassis.log import get_logger
from services.chassis.relay.kafka_log import RelayLog
from services.chassis.relay.lease import Lease
from services.chassis.relay.lost_log import Bounds, Cursor, LogLost, Stream, compare, find_lost, follow
from services.chassis.relay.producer import Sent

CHECK_SECONDS = 1.0

log = get_logger()


class LogCheck:
    """Knows how far the log is copied, and up to where it was compared with the outbox, in one life of the log."""

    def __init__(self, lease: Lease, log: RelayLog, topics: Sequence[Topic]) -> None:
        self.cursors: dict[Stream, Cursor] = {}
        self._topics = topics
        self._lease = lease
        self._log = log
        self._compared: dict[Stream, int] = {}
        self._checked_at = float("-inf")

    async def open(self) -> None:
        """Begin at what is recorded; the record at each cursor's offset will be looked at again."""
        self.cursors = await self._lease.read_cursors(streams_of(self._topics))
        self._compared = {stream: max(cursor.kafka_offset, 0) for stream, cursor in self.cursors.items()}

    @property
    def is_due(self) -> bool:
        """Whether a second has gone by since the last check."""
        return monotonic() - self._checked_at >= CHECK_SECONDS

    async def check(self) -> None:
        """Compare what is new in the log with the outbox, and see that nothing is gone.

        Raises:
            Fork: the log holds what the outbox does not.
            LogLost: it no longer holds what it acknowledged.
        """
        await self._find_topics()
        bounds = await self._log.find_bounds(list(self.cursors))
        await self._follow(bounds)
        if lost := find_lost(self.cursors, bounds):
            raise LogLost(lost, "the log ends before what it acknowledged, or has lost its beginning")
        self._checked_at = monotonic()

    def note_sent(self, sent: Sequence[Sent]) -> dict[Stream, Cursor]:
        """Move the cursors over what was acknowledged, and give those that moved.

        Raises:
            LogLost: an offset was acknowledged that had been acknowledged before.
        """
        if lost := {each.stream.topic for each in sent if each.first_offset <= self.cursors[each.stream].kafka_offset}:
            raise LogLost(lost, "an offset was acknowledged a second time")
        moved = {}
        for stream, records, first_offset in sent:
            moved[stream] = Cursor(self.cursors[stream].relayed_seq + records, first_offset + records - 1)
            if first_offset == self._compared[stream]:  # else somebody wrote in between: the next check looks at it
                self._compared[stream] += records
        self.cursors |= moved
        return moved

    async def audit(self, topic: Topic) -> None:
        """Read the whole log of a topic.

        Raises:
            Fork: the log holds what the outbox does not.
            LogLost: a number is missing.
        """
        bounds = await self._log.find_bounds(streams_of([topic]))
        present = {stream: bytearray(self.cursors[stream].relayed_seq + 1) for stream in bounds}
        async with aclosing(self._log.read(bounds)) as pages:
            async for page in pages:
                compare(page, await self._lease.find_ids(page.stream, {record.seq for record in page.records}))
                for record in page.records:
                    present[page.stream][record.seq : record.seq + 1] = b"1"
        for stream, seen in present.items():
            hole = seen.find(0, 1)
            if hole >= 0:
                raise LogLost({topic.name}, f"{stream}: number {hole} is missing")

    async def _find_topics(self) -> None:
        """Make the topics that are missing, if nothing was ever written to them."""
        found = await self._log.topics.identify(self._topics)
        missing = {topic.name: topic for topic in self._topics if topic.name not in found}
        if lost := missing.keys() & {stream.topic for stream, cursor in self.cursors.items() if cursor.relayed_seq}:
            raise LogLost(lost, "the topic is missing")
        for topic in missing.values():
            if await self._log.topics.make(topic):
                log.info("topic.made", topic=topic.name)

    async def _follow(self, bounds: Mapping[Stream, Bounds]) -> None:
        recorded = dict(self.cursors)
        spans = {stream: Bounds(self._compared[stream], end) for stream, (_, end) in bounds.items()}
        async with aclosing(self._log.read(spans)) as pages:
            async for page in pages:
                known = await self._lease.find_ids(page.stream, {record.seq for record in page.records})
                self.cursors[page.stream] = follow(self.cursors[page.stream], page, known)
                self._compared[page.stream] = page.end
        if moved := {stream: cursor for stream, cursor in self.cursors.items() if cursor != recorded[stream]}:
            log.info("relay.found-own-sends", count=len(moved))
            await self._lease.save_cursors(moved)


def streams_of(topics: Iterable[Topic]) -> list[Stream]:
    """Give every partition of these topics."""
    return [Stream(topic.name, partition) for topic in topics for partition in range(topic.partitions)]
