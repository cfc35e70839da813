"""A reform's way from submission to page: each step with its moment, and the days since the step before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Literal

from services.publish.domain.reforms import Document
from services.publish.domain.rounds import RoundLink

StepKind = Literal[
    "received",
    "closed",
    "asked",
    "answered",
    "decided",
    "published",
    "published-again",
    "corrected",
    "retouched",
    "retracted",
    "letter",
]
"""``closed`` is the end of the month in whose batch it was reviewed; ``retouched`` a correction of spelling alone.

``asked`` is the question that ended a round of review, ``answered`` what opened the next.
"""

_ORDER: tuple[StepKind, ...] = (
    "received", "closed", "asked", "answered", "decided", "published", "published-again", "retouched", "corrected",
    "retracted", "letter",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. ``days`` are those of the calendar in the declared zone, None at the first step.

    ``about`` is why it was taken or, of a letter, its kind; ``role`` to whom it went, and ``became`` what became of it.
    """

    step: StepKind
    at: datetime
    days: int | None = None
    about: str | None = None
    role: str | None = None
    became: str | None = None


def way_of(first: Document, later: Iterable[Step], zone: tzinfo, rounds: Iterable[RoundLink] = ()) -> tuple[Step, ...]:
    """Tell the way of a reform as the record holds it, oldest first.

    ``first`` is what it was when it first appeared: a correction is decided anew, and would hide when that was;
    ``rounds`` are those of its review that ended with a question.
    """
    began = (
        Step(step="received", at=first.received_at),
        *(step for one in rounds for step in _asked(one, zone)),
        Step(step="closed", at=end_of(first.batch, zone)),
        Step(step="decided", at=first.decided_at),
    )
    return tuple(_count(sorted((*began, *later), key=lambda step: (step.at, _ORDER.index(step.step))), zone))


def _asked(link: RoundLink, zone: tzinfo) -> Iterator[Step]:
    yield Step(step="closed", at=end_of(link.month, zone))
    yield Step(step="asked", at=link.asked_at)
    if link.answered_at is not None:
        yield Step(step="answered", at=link.answered_at)


def end_of(month: str, zone: tzinfo) -> datetime:
    """Give the moment at which a month such as 2026-11 is over in a zone."""
    year, number = (int(part) for part in month.split("-"))
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)


def _count(steps: list[Step], zone: tzinfo) -> Iterator[Step]:
    before: datetime | None = None
    for step in steps:
        yield step if before is None else replace(step, days=_days(before, step.at, zone))
        before = step.at


def _days(before: datetime, after: datetime, zone: tzinfo) -> int:
    return (after.astimezone(zone).date() - before.astimezone(zone).date()).days
