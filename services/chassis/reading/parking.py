"""Where events wait that cannot be applied, and what makes a reader stand still instead."""

from collections import deque
from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from services.chassis.transaction import Transaction

PARK = """
INSERT INTO parked_event (source_topic, partition, seq, event_id, type, subject, reason, raw, error, parked_at)
SELECT $1, p.*, $10 FROM unnest($2::integer[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[],
                               $8::bytea[], $9::text[]) AS p
ON CONFLICT DO NOTHING
"""

FIND_PARKED_SUBJECTS = """
SELECT DISTINCT subject FROM parked_event
WHERE source_topic = $1 AND subject = ANY ($2::text[]) AND settled_at IS NULL AND seq > 0
"""

HALT = """
INSERT INTO halted_reader (reader, why, detail, since) VALUES ($1, $2, $3, platform.now())
ON CONFLICT (reader) DO UPDATE SET why = excluded.why, detail = excluded.detail, since = excluded.since
"""

RESUME = "DELETE FROM halted_reader WHERE reader = $1"

RELAY = "relay"
"""The name under which the relay stands still, beside the topics' readers."""

FORK = "fork"
REPAIR_ORDERED = "repair-ordered"
PARKING_ALLOWED = "parking-allowed"
"""A halt row that says: go on, and park what fails in the next chunk."""

BREAKER_IN_A_ROW = 20
BREAKER_WINDOW = 200
BREAKER_SHARE = 0.05


class ToPark(NamedTuple):
    """One event on its way into the parking place, with the reason (see the table's check)."""

    partition: int
    seq: int
    event_id: UUID | None
    type: str | None
    subject: str
    reason: str
    raw: bytes | None
    error: str


class BreakerOpen(Exception):
    """So much fails that it is not the events: nothing is parked, the reader halts."""


class Breaker:
    """Opens at the first failures of 20 different subjects in a row, or of 5 % of the last 200 events."""

    def __init__(self, *, opens: bool = True) -> None:
        self._opens = opens
        self._in_a_row: set[str] = set()
        self._window: deque[bool] = deque(maxlen=BREAKER_WINDOW)

    def note_applied(self, count: int) -> None:
        """So many events went well."""
        self._in_a_row.clear()
        self._window.extend([False] * min(count, BREAKER_WINDOW))

    def note_failed(self, subject: str) -> None:
        """A subject failed for the first time.

        Raises:
            BreakerOpen: too many did.
        """
        self._in_a_row.add(subject)
        self._window.append(True)
        if not self._opens:
            return
        full = len(self._window) == BREAKER_WINDOW
        if len(self._in_a_row) >= BREAKER_IN_A_ROW or (full and sum(self._window) >= BREAKER_SHARE * BREAKER_WINDOW):
            self.reset()
            raise BreakerOpen

    def reset(self) -> None:
        """Forget what was noted."""
        self._in_a_row.clear()
        self._window.clear()


async def park_events(tx: Transaction, topic: str, rows: Sequence[ToPark]) -> None:
    """Put events aside; one that is parked already stays as it is."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        await tx.execute(PARK, topic, *columns, tx.now)


async def find_parked_subjects(tx: Transaction, topic: str, subjects: Collection[str]) -> set[str]:
    """Say which of these subjects have events waiting, so that later ones queue behind."""
    rows = await tx.fetch(FIND_PARKED_SUBJECTS, topic, list(subjects))
    return {row["subject"] for row in rows}


async def halt(tx: Transaction, reader: str, why: str, detail: str) -> None:
    """Let a reader (a topic's name, or ``relay``) stand still until a person acts."""
    await tx.execute(HALT, reader, why, detail)


async def resume(tx: Transaction, reader: str) -> bool:
    """Let a reader go on. Says whether it stood still."""
    return await tx.execute(RESUME, reader) != "DELETE 0"
