"""Which state of the public record is shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class Position:
    """The state of the projection, under a name that no other state has, the newest event in it, and the time."""

    state: str
    newest_event_id: UUID | None
    now: datetime


FIND_POSITION = "SELECT c.now, p.state, p.newest_event_id FROM public_clock c LEFT JOIN public_position p ON true"


async def find_position(tx: Transaction) -> Position:
    """Name the state of the public record. Asked before the rows, it never names more than they hold."""
    (row,) = await tx.fetch(FIND_POSITION)
    return Position(row["state"] or "empty", row["newest_event_id"], row["now"])
