"""Deterministic ids and times, and the envelope around an example event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from contracts.event import SOURCE_PREFIX, Event, EventData, full_type
from contracts.topics import TOPIC_OF

DataT = TypeVar("DataT", bound=EventData)

MOMENT = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
"""When the example submission is received."""

MONTH = "2026-11"
MONTH_END = datetime(2026, 12, 1, tzinfo=UTC)
SEALED_AT = MONTH_END + timedelta(minutes=10)
ASSESSED_AT = datetime(2026, 12, 3, 14, 5, 9, 250_000, tzinfo=UTC)
DECIDED_AT = datetime(2026, 12, 8, 10, 0, tzinfo=UTC)
RELEASED_AT = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
ANSWER_BY = RELEASED_AT + timedelta(days=90)
ANSWERED_AT = datetime(2027, 1, 14, 8, 45, tzinfo=UTC)

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def id_of(name: str, at: datetime = MOMENT) -> UUID:
    """Derive a UUIDv7 from a name and a moment: the same for ever, ordered by the moment."""
    milliseconds = int(at.timestamp() * 1000)
    chance = int.from_bytes(sha256(name.encode()).digest()[:10], "big")
    return UUID(int=(milliseconds << 80) | (7 << 76) | ((chance >> 66 & 0xFFF) << 64) | (2 << 62) | (chance % 2**62))


def submission_id(number: int = 1) -> UUID:
    """Give the id of the example submission of this number."""
    return id_of(f"submission {number}")


def reference_of(number: int = 1) -> str:
    """Give the public reference of the example submission of this number."""
    return f"OGC-2026-{number:06d}"


def event_of(data: DataT, *, number: int = 1, cause: Event[Any] | None = None, **overrides: Any) -> Event[DataT]:
    """Put an example into its envelope.

    The subject is the batch's month where the event is about a batch, else the example submission ``number``.
    Events of the same type and number have the same id: pass ``id=id_of(...)`` for another.
    """
    subject = _subject_of(data, number)
    own_id = id_of(f"{full_type(type(data))} {subject} {getattr(data, 'partition', '')} {number}")
    event = Event(
        id=own_id,
        type=full_type(type(data)),
        source=f"{SOURCE_PREFIX}{TOPIC_OF[type(data)].writer}",
        subject=subject,
        time=MOMENT,
        correlationid=cause.correlationid if cause else own_id,
        causationid=cause.id if cause else None,
        traceparent=TRACEPARENT,
        data=data,
    )
    return replace(event, **overrides)


def _subject_of(data: EventData, number: int) -> str:
    about_batch = data.TYPE.startswith(("batch.", "month.", "coordination.", "release."))
    return str(getattr(data, "month", "") if about_batch else submission_id(number))
