"""Which state of the public record is shown."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class Position:
    """The state of the projection, under a name that no other state has, and the newest event in it."""

    state: str
    newest_event_id: UUID | None


FIND_POSITION = "SELECT state, newest_event_id FROM public_position"


async def find_position(tx: Transaction) -> Position:
    """Name the state of the public record. Asked before the rows, it never names more than they hold."""
    row = await tx.fetchrow(FIND_POSITION)
    if row is None or row["state"] is None:
        return Position("empty", None)
    return Position(row["state"], row["newest_event_id"])
