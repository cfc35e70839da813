"""Who is told that the review of a month takes longer than it should: everybody who waits for it, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

from contracts.batches import BatchReleased
from contracts.event import Cause, Event
from contracts.vocabulary import Month
from services.notify.domain.letters import DELAY, SUBMITTER, Letter, delivery_id_of, language_of
from services.notify.domain.standing import Standing
from services.notify.domain.telling import about_words


def find_released(events: Sequence[Event[Any]]) -> list[Month]:
    """Name the months whose batch is released, as a chunk tells it."""
    return sorted({event.data.month for event in events if isinstance(event.data, BatchReleased)})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission that waits for the review of its month: how it stands, and the event by which it was received."""

    standing: Standing
    received: Cause


@dataclass(frozen=True, slots=True)
class Heard:
    """How far a partition was heard: its newest event's number and time, and whether its reader stands still."""

    seq: int
    at: datetime | None
    stands_still: bool


@dataclass(slots=True)
class Hearing:
    """What shows that a release which is not heard has not been told: later events, or silence for long enough."""

    quiet_seconds: float
    _seen: dict[int, tuple[int, float]] = field(default_factory=dict)

    def is_heard_until(self, due: datetime, partitions: Mapping[int, Heard], seconds: float) -> bool:
        """Say whether all that was told until then is heard by now; ``seconds`` are of a clock that never goes back.

        Who catches up hears events that are older, one after the other: neither is so. It is asked again and again.
        """
        for partition, heard in partitions.items():
            if self._seen.get(partition, (None, 0.0))[0] != heard.seq:
                self._seen[partition] = heard.seq, seconds
        return all(self._is_heard(due, heard, seconds - self._seen[at][1]) for at, heard in partitions.items())

    def _is_heard(self, due: datetime, heard: Heard, quiet_for: float) -> bool:
        if heard.stands_still:
            return False
        return (heard.at is not None and heard.at >= due) or quiet_for >= self.quiet_seconds


def late_from(month: Month, zone: ZoneInfo, after: timedelta) -> datetime:
    """Say from when on the review of a month is late: so long after its last moment."""
    year, number = map(int, month.split("-"))
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone).astimezone(UTC) + after


def last_late_month(now: datetime, zone: ZoneInfo, after: timedelta) -> Month:
    """Name the newest month whose review is late by now: one that ended so long ago."""
    local = (now - after).astimezone(zone)
    return f"{local.year - 1:04d}-12" if local.month == 1 else f"{local.year:04d}-{local.month - 1:02d}"


def delays_of(month: Month, waiting: Mapping[str, Waiting]) -> list[Letter]:
    """Owe a notice to each submission that waits for the review of a month; the same month gives the same letters."""
    return [_delay(month, submission_id, each.standing, each.received) for submission_id, each in waiting.items()]


def _delay(month: Month, submission_id: str, standing: Standing, received: Cause) -> Letter:
    # that time goes by is no event: what waits is told by its receipt, for each month in which it waits
    own = uuid5(received.event_id, month)
    return Letter(
        delivery_id=delivery_id_of(own, SUBMITTER, DELAY),
        kind=DELAY,
        recipient=SUBMITTER,
        contact_ref=str(standing.about["contact_ref"]),
        submission_id=submission_id,
        decision_id=None,
        cause=received,
        language=language_of(str(standing.about["language"])),
        words={**about_words(standing), "month": month},
    )
