"""Applies the chunks of one topic: positions, effects and outgoing events in one transaction."""

from collections.abc import Awaitable, Callable, Sequence

from contracts.topics import Topic
from services.chassis import telemetry
from services.chassis.database import Database
from services.chassis.errors import is_data_error
from services.chassis.failpoint import reach
from services.chassis.reading.careful import Chunk, Handler, apply_each
from services.chassis.reading.decoding import EventDecoder
from services.chassis.reading.parking import PARKING_ALLOWED, RESUME, Breaker, ToPark, find_parked_subjects, park_events
from services.chassis.reading.position import Heard, Position, Record, Unnumbered, judge, read_record
from services.chassis.transaction import Transaction

ENSURE_POSITIONS = """
INSERT INTO stream_position (source_topic, partition) SELECT $1, generate_series(0, $2::integer - 1)
ON CONFLICT DO NOTHING
"""

OPEN_CHUNK = "SELECT part, seq, event_id, has_hole, now, parking, halted FROM open_chunk($1, $2::integer[])"

SAVE_POSITIONS = """
UPDATE stream_position p SET last_seq = s.last_seq, last_event_id = s.last_event_id, gapped = s.gapped
FROM unnest($2::integer[], $3::bigint[], $4::uuid[], $5::boolean[]) AS s (partition, last_seq, last_event_id, gapped)
WHERE p.source_topic = $1 AND p.partition = s.partition
"""


class Halted(Exception):
    """The reader stands still until a person acts."""


class Reader:
    """One service's reader of one topic."""

    def __init__(self, database: Database, topic: Topic, handler: Handler) -> None:
        self.database = database
        self.topic = topic
        self.handler = handler
        self.decoder = EventDecoder(topic, database.service)
        self.breaker = Breaker()
        self._highest: dict[int, int] = {}

    async def open(self) -> None:
        """Make the rows of the positions."""
        async with self.database.transaction() as tx:
            await tx.execute(ENSURE_POSITIONS, self.topic.name, self.topic.partitions)

    async def apply(self, records: Sequence[Record]) -> dict[int, Position]:
        """Apply what is next among these records; park what cannot be; give the positions after them.

        Raises:
            Halted: a person must act first.
            Fork: the log contradicts what was applied.
            BreakerOpen: too much fails at once; nothing was applied.
        """
        read = [read_record(record) for record in records]
        try:
            return await self._apply(read, self._apply_all)
        except Exception as error:
            if not is_data_error(error):
                raise
        return await self._apply(read, self._apply_each)

    async def _apply(
        self, read: Sequence[Heard | Unnumbered], how: Callable[[Chunk, Transaction], Awaitable[None]]
    ) -> dict[int, Position]:
        with telemetry.chunk_of(self.topic.name):
            async with self.database.transaction(read_clock=False) as tx:
                chunk = await self._open_chunk(read, tx)
                await how(chunk, tx)
                if chunk.parking_allowed:  # for this chunk, whether it was needed or not
                    await tx.execute(RESUME, self.topic.name)
                await park_events(tx, self.topic.name, chunk.to_park)
                await self._save_positions(chunk.positions, tx)
                reach("before_commit")
        telemetry.APPLIED.labels(self.topic.name).inc(len(chunk.fresh))
        telemetry.SKIPPED.labels(self.topic.name, "not-next").inc(len(read) - chunk.judged_fresh)
        return chunk.positions

    async def _apply_all(self, chunk: Chunk, tx: Transaction) -> None:
        events = self.decoder.decode_all(chunk.fresh)
        if events:
            await self.handler(events, tx)
            self.breaker.note_applied(len(events))

    async def _apply_each(self, chunk: Chunk, tx: Transaction) -> None:
        breaker = Breaker(opens=False) if chunk.parking_allowed else self.breaker
        await apply_each(chunk, tx, self.decoder, self.handler, breaker)

    async def _open_chunk(self, read: Sequence[Heard | Unnumbered], tx: Transaction) -> Chunk:
        rows = await tx.fetch(OPEN_CHUNK, self.topic.name, sorted({record.partition for record in read}))
        state = rows[0]
        if state["halted"] not in {None, PARKING_ALLOWED}:
            raise Halted(self.topic.name)
        tx.now = state["now"]
        positions = {row["part"]: Position(row["seq"], row["event_id"], row["has_hole"]) for row in rows}
        fresh, after = judge(positions, (r for r in read if isinstance(r, Heard)), self._highest)
        tx.known_partitions = self.decoder.partitions_of(fresh)
        chunk = Chunk(fresh, after, _foreign(read), len(fresh), parking_allowed=state["halted"] == PARKING_ALLOWED)
        if state["parking"]:
            chunk.divert(await find_parked_subjects(tx, self.topic.name, {record.subject for record in fresh}))
        return chunk

    async def _save_positions(self, positions: dict[int, Position], tx: Transaction) -> None:
        await tx.execute(
            SAVE_POSITIONS,
            self.topic.name,
            list(positions),
            [position.last_seq for position in positions.values()],
            [position.last_event_id for position in positions.values()],
            [position.gapped for position in positions.values()],
        )


def _foreign(read: Sequence[Heard | Unnumbered]) -> list[ToPark]:
    return [
        ToPark(r.partition, r.place, None, None, r.subject, "unnumbered", r.raw, "no relay wrote this record")
        for r in read
        if isinstance(r, Unnumbered)
    ]
