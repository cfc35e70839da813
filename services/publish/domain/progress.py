"""How far a reform has come: what stands of all that was said of it, and how long ago that was confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from contracts.evaluations import AssessmentPublished, AwardGiven, MilestoneStatus, MilestoneUpdated
from contracts.submissions import Milestone

Freshness = Literal["fresh", "amber", "red"]
AMBER_MONTHS = 12
RED_MONTHS = 24
STAGES = ("design", "mid-term", "end-term")


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneStanding:
    """A milestone as it stands; without ``status`` nobody has said anything of it yet.

    ``freshness`` says how long ago somebody last confirmed it: amber after 12 months, red after 24. What is complete
    stays so, and does not age.
    """

    number: int
    title: str
    due: date
    status: MilestoneStatus | None = None
    evidence: str | None = None
    barrier: str | None = None
    said_by: str | None = None
    confirmed_at: datetime | None = None
    freshness: Freshness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What became of a reform: its milestones as it lists them, the newest assessment of each stage, its awards.

    ``former_milestones`` is the last that was said of each milestone that is gone, or renamed.
    """

    milestones: tuple[MilestoneStanding, ...] = ()
    former_milestones: tuple[MilestoneUpdated, ...] = ()
    assessments: tuple[AssessmentPublished, ...] = ()
    awards: tuple[AwardGiven, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """All that was said of a reform, each kind from the oldest to the newest."""

    updates: Sequence[MilestoneUpdated] = ()
    assessments: Sequence[AssessmentPublished] = ()
    awards: Sequence[AwardGiven] = ()


def progress_of(planned: Sequence[Milestone], said: Said, on: date, zone: ZoneInfo) -> Progress:
    """Say how a reform stands on a day of the declared zone. The last that was said of each thing counts."""
    newest, former = match_milestones(planned, said.updates)
    stages = {told.stage: told for told in said.assessments}
    awards = {_award_of(told, zone): told for told in said.awards}
    return Progress(
        milestones=tuple(_stand(number, one, newest.get(number), on, zone) for number, one in enumerate(planned, 1)),
        former_milestones=tuple(former),
        assessments=tuple(stages[stage] for stage in STAGES if stage in stages),
        awards=tuple(awards.values()),
    )


def match_milestones(
    planned: Sequence[Milestone], updates: Sequence[MilestoneUpdated]
) -> tuple[Mapping[int, MilestoneUpdated], Sequence[MilestoneUpdated]]:
    """Give the last update of each milestone, by its number now; and of each that is no longer among them.

    What was said holds for the milestone of that title, however it is numbered now, and for no other: what
    was said under a title that no milestone bears now stands apart. Where several bear it, the number tells which.
    """
    titles = [_folded(milestone.title) for milestone in planned]
    newest: dict[int, MilestoneUpdated] = {}
    former: dict[tuple[int, str], MilestoneUpdated] = {}
    for told in updates:
        number = _number_of(told, titles)
        if number is None:
            former[told.milestone, _folded(told.title)] = told
        else:
            newest[number] = told
    return newest, list(former.values())


def _award_of(told: AwardGiven, zone: ZoneInfo) -> tuple[str, str, str | date]:
    return told.award, told.given_by, told.award_round or told.given_at.astimezone(zone).date()


def freshness_of(confirmed: date, on: date) -> Freshness:
    """Say how long ago a day is, in whole months."""
    months = (on.year - confirmed.year) * 12 + on.month - confirmed.month - (on.day < confirmed.day)
    if months >= RED_MONTHS:
        return "red"
    return "amber" if months >= AMBER_MONTHS else "fresh"


def _number_of(told: MilestoneUpdated, titles: Sequence[str]) -> int | None:
    bearing = [number for number, title in enumerate(titles, 1) if title == _folded(told.title)]
    if len(bearing) == 1 or told.milestone in bearing:
        return bearing[0] if len(bearing) == 1 else told.milestone
    return None


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


def _stand(
    number: int, planned: Milestone, told: MilestoneUpdated | None, on: date, zone: ZoneInfo
) -> MilestoneStanding:
    if told is None:
        return MilestoneStanding(number=number, title=planned.title, due=planned.due)
    aged = freshness_of(told.confirmed_at.astimezone(zone).date(), on)
    return MilestoneStanding(
        number=number,
        title=planned.title,
        due=planned.due,
        status=told.status,
        evidence=told.evidence,
        barrier=told.barrier,
        said_by=told.by,
        confirmed_at=told.confirmed_at,
        freshness="fresh" if told.status == "complete" else aged,
    )
