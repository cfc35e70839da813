"""Who of a service's readers stands still, has a hole or has parked something, in whichever instance."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracts.topics import Topic
from services.chassis import telemetry
from services.chassis.codec import decode
from services.chassis.database import Database
from services.chassis.errors import is_passing
from services.chassis.log import get_logger
from services.chassis.reading.parking import FORK, PARKING_ALLOWED, RELAY, REPAIR_ORDERED

READ_STANDING = """
SELECT jsonb_build_object(
  'halted', (SELECT coalesce(jsonb_object_agg(reader, why), '{}') FROM halted_reader),
  'gapped', (SELECT coalesce(jsonb_agg(jsonb_build_array(source_topic, partition)), '[]')
             FROM stream_position WHERE gapped),
  'parked', (SELECT coalesce(jsonb_object_agg(source_topic, n), '{}')
             FROM (SELECT source_topic, count(*) AS n FROM parked_event WHERE settled_at IS NULL GROUP BY 1) AS p),
  'unrelayed', (SELECT coalesce(jsonb_object_agg(topic, jsonb_build_array(depth, age)), '{}') FROM (
    SELECT s.topic, sum(s.next_seq - 1 - coalesce(c.relayed_seq, 0))::bigint AS depth,
           coalesce(max(extract(epoch FROM clock_timestamp() - uuid_extract_timestamp(o.event_id)))::float, 0) AS age
    FROM outbox_stream s
    LEFT JOIN relay_cursor c USING (topic, partition)
    LEFT JOIN outbox o ON (o.topic, o.partition, o.seq) = (s.topic, s.partition, coalesce(c.relayed_seq, 0) + 1)
    GROUP BY s.topic) AS u)
)::text
"""

LOOK_SECONDS = 2.0
ON_THE_WAY = frozenset({PARKING_ALLOWED, REPAIR_ORDERED})
"""What a person has ordered: nobody stands still for it."""

log = get_logger()


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found: why each stands still, partitions with a hole, how many events are parked of each topic.

    Also how many events of each topic wait for the relay, and for how many seconds the oldest does: the relay cannot
    say so itself while it does not get at the broker.
    """

    halted: Mapping[str, str] = field(default_factory=dict)
    gapped: Collection[tuple[str, int]] = ()
    parked: Mapping[str, int] = field(default_factory=dict)
    unrelayed: Mapping[str, tuple[int, float]] = field(default_factory=dict)


async def read_standing(database: Database) -> Standing:
    """Look once."""
    async with database.transaction(read_clock=False) as tx:
        found = decode(Standing, await tx.fetchval(READ_STANDING))
    halted = {who: why for who, why in found.halted.items() if why not in ON_THE_WAY}
    return replace(found, halted=halted)


class StandingWatch:
    """Keeps looking, tells Prometheus, and knows which partitions stand still for a reason."""

    def __init__(self, database: Database, topics: Sequence[Topic]) -> None:
        self.last = Standing()
        self._database = database
        self._topics = topics

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                self.last = await read_standing(self._database)
            except Exception as error:
                if not is_passing(error):
                    raise
                log.warning("database.away", error=type(error).__name__)
            self._tell()
            await asyncio.sleep(LOOK_SECONDS)

    def excused(self) -> set[tuple[str, int]]:
        """Name the partitions with a hole, and all of a topic whose reader, or whose service, stands still."""
        forked = self.last.halted.get(RELAY) == FORK
        halted = [topic for topic in self._topics if forked or topic.name in self.last.halted]
        return {*self.last.gapped, *((topic.name, p) for topic in halted for p in range(topic.partitions))}

    def _tell(self) -> None:
        gapped = [topic for topic, _ in self.last.gapped]
        telemetry.HALTED.labels(RELAY).set(RELAY in self.last.halted)
        for topic in self._topics:
            telemetry.HALTED.labels(topic.name).set(topic.name in self.last.halted)
            telemetry.GAPPED.labels(topic.name).set(gapped.count(topic.name))
            telemetry.PARKED.labels(topic.name).set(self.last.parked.get(topic.name, 0))
        for name, (depth, age_seconds) in self.last.unrelayed.items():
            telemetry.OUTBOX_DEPTH.labels(name).set(depth)
            telemetry.OUTBOX_AGE.labels(name).set(age_seconds)
