"""What was said of a reform beyond its decisions, word by word: what is replaced leaves its trace here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from contracts.evaluations import AssessmentPublished, AwardGiven, MilestoneUpdated

TraceKind = Literal["milestone", "assessment", "award", "encouragement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encouraged:
    """What the Support Unit said of a reform beyond its decision, all of it: a later word stands for an earlier one."""

    promising: bool
    support: tuple[str, ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One word on a reform, of the ``kind`` whose field is filled; ``at`` is when the record was told.

    ``event_id`` is that of the event that told it; None where it was told before the record kept it.
    """

    kind: TraceKind
    at: datetime
    event_id: UUID | None
    milestone: MilestoneUpdated | None = None
    assessment: AssessmentPublished | None = None
    award: AwardGiven | None = None
    encouragement: Encouraged | None = None


class Newest(NamedTuple):
    """When the last of such words came, and how many there were."""

    at: datetime
    total: int


def newest_first(traces: Iterable[Trace]) -> tuple[Trace, ...]:
    """Order them as they are shown; those of one moment by their ids, so that the order is always the same."""
    return tuple(sorted(traces, key=lambda one: (one.at, one.kind, str(one.event_id)), reverse=True))


def changed_at(entered_at: datetime, newest: Newest | None) -> datetime:
    """Say when what stands of a reform last changed: its record, or what was said of it."""
    return entered_at if newest is None else max(entered_at, newest.at)


def revision(version: int, newest: Newest | None) -> int:
    """Count what has changed, from 1: the versions of its record, and the words on it."""
    return version if newest is None else version + newest.total
