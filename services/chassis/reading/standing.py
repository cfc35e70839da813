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
             FROM (SELECT source_topic, count(*) AS n FROM parked_event WHERE settled_at IS NULL GROUP BY 1) AS p)
)::text
"""

LOOK_SECONDS = 2.0
ON_THE_WAY = frozenset({PARKING_ALLOWED, REPAIR_ORDERED})
"""What a person has ordered: nobody stands still for it."""

log = get_logger()


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found: why each stands still, partitions with a hole, how many events are parked of each topic."""

    halted: Mapping[str, str] = field(default_factory=dict)
    gapped: Collection[tuple[str, int]] = ()
    parked: Mapping[str, int] = field(default_factory=dict)


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
