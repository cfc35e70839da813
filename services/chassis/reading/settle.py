"""What a person does with parked events: replay them, or discard the culprit with a reason."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from services.chassis.database import Database
from services.chassis.errors import Refusal, describe, is_data_error
from services.chassis.reading.careful import Handler
from services.chassis.reading.decoding import EventDecoder
from services.chassis.reading.position import Heard
from services.chassis.transaction import Transaction

LOCK_SUBJECT_POSITIONS = """
SELECT FROM stream_position p WHERE source_topic = $1 AND partition IN (
    SELECT partition FROM parked_event
    WHERE source_topic = $1 AND subject = $2 AND settled_at IS NULL AND seq > 0)
ORDER BY partition FOR UPDATE
"""

LIST_QUEUE = """
SELECT partition, seq, event_id, type, subject, reason, raw FROM parked_event
WHERE source_topic = $1 AND subject = $2 AND settled_at IS NULL AND seq > 0 ORDER BY partition, seq
"""

SETTLE = """
UPDATE parked_event e SET settled_at = $4, settlement = $5, settled_reason = $6
FROM unnest($2::integer[], $3::bigint[]) AS s (partition, seq)
WHERE e.source_topic = $1 AND e.partition = s.partition AND e.seq = s.seq
"""


FIND_FORK = "SELECT EXISTS (SELECT FROM halted_reader WHERE reader IN ($1, 'relay') AND why = 'fork')"


class Parked(NamedTuple):
    """A parked event, as a person settles it."""

    partition: int
    seq: int
    event_id: UUID
    type: str
    subject: str
    reason: str
    raw: bytes | None


OnDiscarded = Callable[[Parked, str, Transaction], Awaitable[None]]


class _DryRun(Exception):
    pass


class Settler:
    """Settles the parked events of one topic, a subject's whole queue at a time, in one transaction."""

    def __init__(
        self, database: Database, topic: str, decoder: EventDecoder, handler: Handler, on_discarded: OnDiscarded | None
    ) -> None:
        self._database = database
        self._topic = topic
        self._decoder = decoder
        self._handler = handler
        self._on_discarded = on_discarded

    async def replay(self, subject: str, *, dry_run: bool) -> int:
        """Apply what waits of this subject, in order; with ``dry_run`` see whether that would go well.

        Returns:
            How many events.

        Raises:
            Refusal: nothing of this subject waits; or it still fails, and nothing has changed.
        """
        return await self._settle(subject, discards=lambda _: False, why=None, dry_run=dry_run)

    async def discard(self, subject: str, why: str, *, whole_queue: bool = False) -> int:
        """Give up the culprit (or the whole queue), and apply what waited behind it.

        Returns:
            How many events were settled.

        Raises:
            Refusal: as replay.
        """
        return await self._settle(
            subject, discards=lambda parked: whole_queue or parked.reason != "behind", why=why, dry_run=False
        )

    async def _settle(self, subject: str, *, discards: Callable[[Parked], bool], why: str | None, dry_run: bool) -> int:
        queue: list[Parked] = []
        with suppress(_DryRun):
            async with self._database.transaction() as tx:
                queue = await self._lock_queue(subject, tx)
                await self._discard([parked for parked in queue if discards(parked)], why or "", tx)
                await self._replay_or_say([parked for parked in queue if not discards(parked)], tx)
                _undo_if(dry_run=dry_run)
        return len(queue)

    async def _lock_queue(self, subject: str, tx: Transaction) -> list[Parked]:
        await tx.fetch(LOCK_SUBJECT_POSITIONS, self._topic, subject)
        queue = [Parked(*row) for row in await tx.fetch(LIST_QUEUE, self._topic, subject)]
        if not queue:
            raise Refusal("nothing-parked", f"nothing of {subject} is parked on {self._topic}", status=404)
        if await tx.fetchval(FIND_FORK, self._topic):
            raise Refusal("forked", "nothing is settled while the reader stands at a fork")
        return queue

    async def _discard(self, parked: Sequence[Parked], why: str, tx: Transaction) -> None:
        await self._mark(parked, "discarded", why, tx)
        for one in parked:
            if self._on_discarded is not None:
                await self._on_discarded(one, why, tx)

    async def _replay_or_say(self, parked: Sequence[Parked], tx: Transaction) -> None:
        try:
            await self._replay(parked, tx)
        except Exception as error:
            if not is_data_error(error):
                raise
            raise Refusal("still-fails", describe(error)) from error

    async def _replay(self, parked: Sequence[Parked], tx: Transaction) -> None:
        await self._mark(parked, "replayed", None, tx)
        events = self._decoder.decode_all(_as_heard(one) for one in parked)
        if events:
            await self._handler(events, tx)

    async def _mark(self, parked: Sequence[Parked], how: str, why: str | None, tx: Transaction) -> None:
        if parked:
            partitions, seqs = [one.partition for one in parked], [one.seq for one in parked]
            await tx.execute(SETTLE, self._topic, partitions, seqs, tx.now, how, why)


def _undo_if(*, dry_run: bool) -> None:
    if dry_run:
        raise _DryRun


def _as_heard(parked: Parked) -> Heard:
    return Heard(parked.partition, -1, parked.seq, parked.event_id, parked.type, parked.subject, parked.raw)
