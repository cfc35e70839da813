"""One life of the relay: copies rows round by round, until the log is lost or forked or in trouble."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from contracts.topics import Topic
from services.chassis import telemetry
from services.chassis.failpoint import reach
from services.chassis.log import get_logger
from services.chassis.relay.ahead import ReadAhead
from services.chassis.relay.check import LogCheck
from services.chassis.relay.halt import find_halt, resume_relay
from services.chassis.relay.hole_reports import HoleReports
from services.chassis.relay.kafka_log import RelayLog
from services.chassis.relay.lease import Lease
from services.chassis.relay.lost_log import LogLost
from services.chassis.relay.producer import Sent
from services.chassis.relay.vouching import vouch
from services.chassis.settings import ServiceSettings

log = get_logger()


class RelayLife:
    """Copies with one producer, begun at what is recorded. After any trouble another life begins."""

    def __init__(self, lease: Lease, kafka: RelayLog, settings: ServiceSettings, topics: Sequence[Topic]) -> None:
        self._lease = lease
        self._kafka = kafka
        self._settings = settings
        self._topics = {topic.name: topic for topic in topics}
        self._check = LogCheck(lease, kafka, topics)
        self._outbox = ReadAhead(lease, settings.relay_chunk_records, settings.relay_gathering_seconds)
        self._reports = HoleReports(lease, kafka.topics, settings, topics)

    async def begin(self) -> None:
        """See that the topics are there, as the catalogue says, and hold what they acknowledged.

        Raises:
            RuntimeError: a topic is not as the catalogue says.
            Fork, LogLost: as LogCheck.check.
        """
        await self._check.open()
        await self._check.check()
        for topic in self._topics.values():
            await self._kafka.topics.verify(topic)
        await vouch(self._lease)

    async def audit(self) -> None:
        """Read the whole log, as ordered, and when all of it is there, say that the order is carried out."""
        for topic in self._topics.values():
            await self._check.audit(topic)
        await resume_relay(self._lease)

    async def copy(self, woken: asyncio.Event) -> None:
        """Copy until there is something that a person has to say, or has said."""
        while True:
            if self._check.is_due:
                await self._look_around()
                if await find_halt(self._lease):
                    return
            woken.clear()
            if not await self._copy_chunk():
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._settings.relay_poll_seconds):
                        await woken.wait()

    async def write_anew(self, lost: LogLost) -> None:
        """Make lost topics anew and forget what was copied to them, so that all of it is sent again.

        In this order: after a crash in between the same loss is found again.

        Raises:
            Fork: what is left of a topic holds what the outbox does not; nothing is deleted then.
        """
        for topic in (self._topics[name] for name in sorted(lost.topics)):
            await self._assert_unforked(topic)
            await self._kafka.topics.remake(topic)
            reach("after_remake_before_reset")
            await self._lease.reset_cursors(topic.name)
            telemetry.LOG_REWRITTEN.labels(topic.name).inc()
            log.warning("relay.log-written-anew", topic=topic.name, reason=str(lost))

    async def _look_around(self) -> None:
        await self._check.check()
        for topic in await self._reports.find():
            await self._check.audit(topic)

    async def _copy_chunk(self) -> bool:
        cursors = self._check.cursors
        chunk = await self._outbox.read(cursors)
        if not chunk:
            return False
        sent = await self._outbox.during(self._kafka.producer.send(chunk), cursors, chunk)
        moved = self._check.note_sent(sent)
        reach("after_send_before_cursor")
        await self._lease.save_cursors(moved)
        _count(sent)
        return True

    async def _assert_unforked(self, topic: Topic) -> None:
        if topic.name in await self._kafka.topics.identify([topic]):
            with suppress(LogLost):  # that is known
                await self._check.audit(topic)


def _count(sent: Sequence[Sent]) -> None:
    for (topic, _), records, _ in sent:
        telemetry.RELAYED.labels(topic).inc(records)
