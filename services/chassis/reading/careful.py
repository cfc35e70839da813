"""A chunk that failed on data, applied again piece by piece: the culprit is parked, all others flow."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import msgspec

from contracts.event import Event
from services.chassis.errors import Refusal, Undecodable, Unlisted, describe, is_data_error
from services.chassis.log import get_logger
from services.chassis.reading.decoding import EventDecoder
from services.chassis.reading.parking import Breaker, ToPark
from services.chassis.reading.position import Heard, Position
from services.chassis.transaction import Transaction

Handler = Callable[[Sequence[Event[Any]], Transaction], Awaitable[None]]

log = get_logger()


@dataclass(slots=True)
class Chunk:
    """What one poll gave, judged: what is fresh, what must be parked, and the positions after it."""

    fresh: list[Heard]
    positions: dict[int, Position]
    to_park: list[ToPark]
    judged_fresh: int
    parking_allowed: bool = False
    parked_subjects: set[str] = field(default_factory=set)

    def divert(self, subjects: Collection[str]) -> None:
        """Let events of these subjects queue behind what is parked of them."""
        self.parked_subjects |= set(subjects)
        self.to_park += [_behind(record) for record in self.fresh if record.subject in self.parked_subjects]
        self.fresh = [record for record in self.fresh if record.subject not in self.parked_subjects]


async def apply_each(chunk: Chunk, tx: Transaction, decoder: EventDecoder, handler: Handler, breaker: Breaker) -> None:
    """Apply a partition at a time, and one record at a time in a partition that fails.

    Raises:
        BreakerOpen: too many different subjects fail; the caller's transaction must not commit.
    """
    for records in _by_partition(chunk.fresh):
        try:
            await _apply(records, tx, decoder, handler)
        except Exception as error:
            if not is_data_error(error):
                raise
            await _apply_singly(records, chunk, tx, decoder, handler, breaker)
        else:
            breaker.note_applied(len(records))


async def _apply_singly(
    records: Iterable[Heard],
    chunk: Chunk,
    tx: Transaction,
    decoder: EventDecoder,
    handler: Handler,
    breaker: Breaker,
) -> None:
    for record in records:
        if record.subject in chunk.parked_subjects:
            chunk.to_park.append(_behind(record))
            continue
        try:
            await _apply([record], tx, decoder, handler)
            breaker.note_applied(1)
        except Exception as error:
            if not is_data_error(error):
                raise
            chunk.to_park.append(_culprit(record, error))
            chunk.parked_subjects.add(record.subject)
            breaker.note_failed(record.subject)


async def _apply(records: Sequence[Heard], tx: Transaction, decoder: EventDecoder, handler: Handler) -> None:
    async with tx.savepoint():
        events = decoder.decode_all(records)
        if events:
            await handler(events, tx)


def _by_partition(records: Sequence[Heard]) -> list[list[Heard]]:
    groups: dict[int, list[Heard]] = {}
    for record in records:
        groups.setdefault(record.partition, []).append(record)
    return list(groups.values())


def _behind(record: Heard) -> ToPark:
    return _parked(record, "behind", "an earlier event of this subject is parked")


def _culprit(record: Heard, error: Exception) -> ToPark:
    log.error("event.parked", type=record.type, event_id=str(record.event_id), seq=record.seq, reason=reason_of(error))
    return _parked(record, reason_of(error), describe(error)[:2000])


def _parked(record: Heard, reason: str, error: str) -> ToPark:
    return ToPark(record.partition, record.seq, record.event_id, record.type, record.subject, reason, record.raw, error)


def reason_of(error: BaseException) -> str:
    """Name why an event is parked (the table's closed list)."""
    match error:
        case Unlisted():
            return "unlisted"
        case Undecodable() | msgspec.DecodeError():
            return "undecodable"
        case Refusal():
            return "refused"
        case asyncpg.PostgresError() | asyncpg.InterfaceError():
            return "data"
        case _:
            raise TypeError(type(error).__name__)
