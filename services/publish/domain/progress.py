"""How far a reform has come: what stands of all that was said of it, and how long ago that was confirmed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from types import MappingProxyType
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
    stays so, and does not age. ``said_under`` is the title that it had when it was spoken of, where that was another.
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
    said_under: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What became of a reform: its milestones as it lists them, the newest assessment of each stage, its awards.

    ``former_milestones`` is the last that was said of each milestone that is gone, or became another.
    """

    milestones: tuple[MilestoneStanding, ...] = ()
    former_milestones: tuple[MilestoneUpdated, ...] = ()
    assessments: tuple[AssessmentPublished, ...] = ()
    awards: tuple[AwardGiven, ...] = ()


Names = Mapping[str, str]
"""Titles that milestones had to those that the same ones have now, both as they are compared: see ``names_of``."""
NO_NAMES: Names = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Said:
    """All that was said of a reform, each kind from the oldest to the newest; and earlier names of its milestones."""

    updates: Sequence[MilestoneUpdated] = ()
    assessments: Sequence[AssessmentPublished] = ()
    awards: Sequence[AwardGiven] = ()
    names: Names = field(default_factory=dict)


def progress_of(planned: Sequence[Milestone], said: Said, on: date, zone: ZoneInfo) -> Progress:
    """Say how a reform stands on a day of the declared zone. The last that was said of each thing counts."""
    newest, former = match_milestones(planned, said.updates, said.names)
    stages = {told.stage: told for told in said.assessments}
    awards = {_award_of(told, zone): told for told in said.awards}
    return Progress(
        milestones=tuple(_stand(number, one, newest.get(number), on, zone) for number, one in enumerate(planned, 1)),
        former_milestones=tuple(former),
        assessments=tuple(stages[stage] for stage in STAGES if stage in stages),
        awards=tuple(awards.values()),
    )


def match_milestones(
    planned: Sequence[Milestone], updates: Sequence[MilestoneUpdated], names: Names = NO_NAMES
) -> tuple[Mapping[int, MilestoneUpdated], Sequence[MilestoneUpdated]]:
    """Give the last update of each milestone, by its number now; and of each that is no longer among them.

    What was said holds for the milestone of that title, however it is numbered now, or of the one that had it before
    its title alone was changed, and for no other: what was said under a title that leads to no milestone now stands
    apart. Where several bear it, the number tells which.
    """
    titles = [_folded(milestone.title) for milestone in planned]
    newest: dict[int, MilestoneUpdated] = {}
    former: dict[tuple[int, str], MilestoneUpdated] = {}
    for told in updates:
        number = _number_of(told, titles, names)
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


def names_of(versions: Sequence[Sequence[Milestone]]) -> Names:
    """Follow what milestones were called, from version to version of a reform, the oldest first.

    One is the same under another name where its place, its day and the number of milestones stayed as they were, and
    neither name is that of another: then its title alone was changed. Whatever else changed makes another milestone.
    """
    names: dict[str, str] = {}
    for before, after in pairwise(versions):
        renamed = dict(_renamed(before, after))
        names = {old: renamed.get(now, now) for old, now in names.items()} | renamed
    return names


def _renamed(before: Sequence[Milestone], after: Sequence[Milestone]) -> Iterator[tuple[str, str]]:
    were, are = Counter(_folded(one.title) for one in before), Counter(_folded(one.title) for one in after)
    for was, now in zip(before, after, strict=True) if len(before) == len(after) else ():
        old, new = _folded(was.title), _folded(now.title)
        if was.due == now.due and (were[old], were[new], are[old], are[new]) == (1, 0, 0, 1):
            yield old, new


def _number_of(told: MilestoneUpdated, titles: Sequence[str], names: Names) -> int | None:
    said = _folded(told.title)
    wanted = said if said in titles else names.get(said)
    bearing = [number for number, title in enumerate(titles, 1) if title == wanted]
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
        said_under=None if _folded(told.title) == _folded(planned.title) else told.title,
    )
