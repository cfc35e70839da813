"""What stands of all that was said of a reform: the last word, on the milestone it was meant for, and its age."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from contracts.evaluations import AssessmentPublished, MilestoneUpdated
from contracts.submissions import Milestone
from services.publish.domain.progress import (
    STAGES,
    MilestoneStanding,
    Progress,
    Said,
    freshness_of,
    match_milestones,
    names_of,
    progress_of,
)
from tests.controls.evaluations import CONFIRMED_AT, assessment_pending, assessment_published, award_given
from tests.controls.evaluations import milestone_updated as updated

LAW, PORTAL = Milestone(title="A law", due=date(2027, 6, 30)), Milestone(title="A portal", due=date(2028, 6, 30))
PLANNED = (LAW, PORTAL)
TODAY = date(2027, 7, 1)
LINK = "https://example.org/awards/2026"
ZONE = ZoneInfo("UTC")


def stand(*updates: MilestoneUpdated, on: date = TODAY) -> list[MilestoneStanding]:
    """Say how milestones stand after these updates."""
    return list(progress_of(PLANNED, Said(updates), on, ZONE).milestones)


def test_milestones_of_which_nobody_spoke_stand_as_planned() -> None:
    """They have no status, and no age."""
    assert stand() == [
        MilestoneStanding(number=1, title="A law", due=LAW.due),
        MilestoneStanding(number=2, title="A portal", due=PORTAL.due),
    ]


def test_last_word_on_a_milestone_stands() -> None:
    """All of it: an evidence or a barrier that it does not repeat is gone."""
    later = updated(title="A law", status="complete", evidence=None, barrier=None, by="irm")
    law, portal = stand(updated(title="A law"), updated(title="A portal", milestone=2, status="limited"), later)
    assert (law.status, law.evidence, law.barrier, law.said_by) == ("complete", None, None, "irm")
    assert (portal.status, portal.barrier) == ("limited", updated().barrier)


def test_milestone_is_found_again_by_its_title() -> None:
    """A correction may renumber them, or change their spaces and capitals; of two alike the number tells which."""
    first = Milestone(title="A study", due=LAW.due)
    assert list(match_milestones((first, *PLANNED), [updated(title="A law", milestone=1)])[0]) == [2]
    assert list(match_milestones(PLANNED, [updated(title="a  LAW", milestone=2)])[0]) == [1]
    assert list(match_milestones((LAW, LAW), [updated(title="A law", milestone=2)])[0]) == [2]


def test_what_was_said_of_a_milestone_that_is_gone_stands_on_no_other() -> None:
    """Only the last word of each, apart: neither whose number another has now, nor which of two it was, is guessed."""
    said = [updated(title="A study", status="limited"), updated(title="A study", status="complete")]
    progress = progress_of(PLANNED, Said(said), TODAY, ZONE)
    assert (list(progress.milestones), progress.former_milestones) == (stand(), (said[-1],))
    gone = updated(title="A law", milestone=7)
    assert match_milestones((LAW, LAW), [gone]) == ({}, [gone])


def renamed(milestone: Milestone, title: str) -> Milestone:
    """Give the same milestone under another title."""
    return replace(milestone, title=title)


def test_milestone_whose_title_alone_was_changed_keeps_what_was_said() -> None:
    """Through any number of such changes, and says under which name; a later word under the new name stands."""
    twice = renamed(LAW, "A bill"), renamed(LAW, "An act")
    names = names_of([PLANNED, (twice[0], PORTAL), (twice[1], PORTAL)])
    said = updated(title="A  law", status="complete")
    act, portal = progress_of((twice[1], PORTAL), Said([said], names=names), TODAY, ZONE).milestones
    assert (act.title, act.status, act.said_under, portal.status) == ("An act", "complete", "A  law", None)
    later = updated(title="An act", status="limited")
    (act, _) = progress_of((twice[1], PORTAL), Said([said, later], names=names), TODAY, ZONE).milestones
    assert (act.status, act.said_under) == ("limited", None)


@pytest.mark.parametrize(
    "after",
    [
        (renamed(LAW, "A bill"),),
        (renamed(LAW, "A bill"), PORTAL, renamed(PORTAL, "A study")),
        (PORTAL, renamed(LAW, "A bill")),
        (replace(LAW, title="A bill", due=PORTAL.due), PORTAL),
        (PORTAL, LAW),
        (renamed(LAW, "A portal"), PORTAL),
        (PORTAL, PORTAL),
        PLANNED,
    ],
)
def test_milestone_of_which_more_than_its_title_changed_is_another(after: tuple[Milestone, ...]) -> None:
    """Another day, another place, one more or fewer, a name that is or was another's: nothing leads to it."""
    names = names_of([PLANNED, after])
    assert names == {}
    if all(one.title != LAW.title for one in after):
        gone = updated(title="A law", status="complete")
        assert match_milestones(after, [gone], names) == ({}, [gone])


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2027, 6, 15), "fresh"),
        (date(2028, 6, 14), "fresh"),
        (date(2028, 6, 15), "amber"),
        (date(2029, 6, 14), "amber"),
        (date(2029, 6, 15), "red"),
    ],
)
def test_confirmation_ages(on: date, said: str) -> None:
    """Amber after twelve months, red after twenty-four, counted on the day that is asked about."""
    (law, _) = stand(updated(title="A law", confirmed_at=CONFIRMED_AT), on=on)
    assert law.freshness == said


def test_complete_milestone_does_not_age() -> None:
    """What is done needs nobody to confirm it again."""
    (law, _) = stand(updated(title="A law", status="complete"), on=date(2040, 1, 1))
    assert law.freshness == "fresh"


def test_leap_day_ages_on_the_first_of_march() -> None:
    """There is no 29 February a year later."""
    leap = date(2028, 2, 29)
    assert freshness_of(leap, date(2029, 2, 28)) == "fresh"
    assert freshness_of(leap, date(2029, 3, 1)) == "amber"


def test_days_are_those_of_the_declared_zone() -> None:
    """Late in the evening of Greenwich it is the next day in Auckland."""
    told = updated(title="A law", confirmed_at=datetime(2027, 6, 15, 23, 0, tzinfo=UTC))
    found = progress_of(PLANNED, Said([told]), date(2028, 6, 15), ZoneInfo("Pacific/Auckland"))
    assert found.milestones[0].freshness == "fresh"


def test_newest_assessment_of_each_stage_stands() -> None:
    """In the order of the stages, whatever came first."""
    end, design = assessment_published(), assessment_pending()
    looked_at = replace(design, verifiable="no")
    assert progress_of((), Said((), [end, design, looked_at]), TODAY, ZONE).assessments == (looked_at, end)


def test_award_that_is_told_again_is_one() -> None:
    """The later word on it; another round's is another."""
    first, again = award_given(link=None), award_given()
    other = award_given(award_round="2029-americas")
    assert progress_of((), Said((), (), [first, other, again]), TODAY, ZONE).awards == (again, other)


def test_award_without_a_round_is_known_by_its_day() -> None:
    """Given on two days it is two, whatever the zone's days are; told twice of one day it is one."""
    days = [datetime(2026, 12, day, 23, tzinfo=UTC) for day in (5, 5, 20)]
    told = [
        award_given(award_round=None, given_at=day, link=link)
        for day, link in zip(days, (None, LINK, None), strict=True)
    ]
    assert progress_of((), Said((), (), told), TODAY, ZONE).awards == (told[1], told[2])
    midnight = award_given(award_round=None, given_at=datetime(2026, 12, 6, 3, tzinfo=UTC))
    said = Said((), (), [told[0], midnight])
    assert len(progress_of((), said, TODAY, ZONE).awards) == 2
    assert len(progress_of((), said, TODAY, ZoneInfo("America/New_York")).awards) == 1
    assert progress_of((), Said(), TODAY, ZONE) == Progress()


def test_stages_are_those_of_the_contract() -> None:
    """None is forgotten in the order in which they are shown."""
    assert set(STAGES) == set(get_args(AssessmentPublished.__annotations__["stage"]))
