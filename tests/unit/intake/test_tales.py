"""Stories and nominations are open to all: what little is refused of them, and what the reviewer is told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.submissions import NominationReceived, StoryShared
from services.intake.domain.problems import Issue
from services.intake.domain.receiving import receive
from tests.controls.envelope import MOMENT
from tests.controls.intake import (
    award_round,
    known,
    moment,
    nomination_form,
    story_form,
)
from tests.controls.stories import AWARD_ROUND, nomination, story
from tests.unit.intake.ruled import CAMEROON, REFERENCE, SENEGAL, asked_by, issues_of, on

# stories


def test_story_is_shared_with_what_the_registry_knows() -> None:
    """It has a reference and a moment, and is in no month."""
    asked = asked_by(story_form)
    assert issues_of(asked, known()) == ()
    assert receive(asked, known(), moment(), REFERENCE) == StoryShared(
        reference=REFERENCE,
        shared_at=MOMENT,
        source="web",
        external_id="story-000005",
        story=story(),
        contact_ref=str(asked.submitter.contact_ref),
        contact_confirmed=False,
    )


def test_story_may_come_at_any_time_until_the_end() -> None:
    """Also from before the Challenge; after its end nothing is taken."""
    asked = asked_by(story_form)
    assert issues_of(asked, known(), at=on("2022-05-01")) == ()
    assert issues_of(asked, known(), at=on("2029-01-01")) == (Issue("challenge-closed"),)


WRONG_TYPE = (Issue("member-type", "/story/member_type"),)
TYPES = [
    (CAMEROON, "non-member", ()),
    (CAMEROON, "national", WRONG_TYPE),
    (SENEGAL, "national", ()),
    (SENEGAL, "other-local", ()),
    (SENEGAL, "non-member", WRONG_TYPE),
    (SENEGAL, "local", WRONG_TYPE),
    (replace(SENEGAL, kind="local"), "local", ()),
    (replace(SENEGAL, kind="local"), "national", WRONG_TYPE),
    (None, "non-member", ()),
]


@pytest.mark.parametrize(("member", "declared", "expected"), TYPES)
def test_member_type_of_a_story(member: Any, declared: str, expected: tuple[Issue, ...]) -> None:
    """Refused where the registry is sure; who is not registered may be anyone."""
    asked = asked_by(story_form, member=member.code if member else "XX", story__member_type=declared)
    assert issues_of(asked, known(member)) == expected


TALE_FLAGS: list[tuple[dict[str, Any], Any, tuple[str, ...]]] = [
    ({"member": "XX"}, None, ()),
    ({"member": "XX", "story__member_type": "national"}, None, ("member-unregistered",)),
    ({"member": "SN", "story__member_type": "national"}, replace(SENEGAL, status="inactive"), ("member-not-active",)),
    ({"member": "CM"}, CAMEROON, ()),
    ({"story__author": "Ré\u200bseau"}, None, ("zero-width",)),
    ({"story__text": "Un \u202esod\u202c"}, None, ("bidi",)),
    ({"story__title": "Minist\u0435rio"}, None, ("mixed-script",)),
]


@pytest.mark.parametrize(("form", "member", "flags"), TALE_FLAGS)
def test_what_is_in_doubt_about_a_story_is_flagged(form: dict[str, Any], member: Any, flags: tuple[str, ...]) -> None:
    """A country that is no member is not in doubt: it is welcome."""
    assert receive(asked_by(story_form, **form), known(member), moment(), REFERENCE).flags == flags


def test_story_names_the_member_that_it_is_about() -> None:
    """By the registry's name, or by the form's where the registry does not know it."""
    asked = asked_by(story_form, member="CM")
    unknown, registered = (receive(asked, known(member), moment(), REFERENCE).member for member in (None, CAMEROON))
    assert unknown is not None
    assert (unknown.name, unknown.status) == ("Bafoussam, Cameroun", "unregistered")
    assert registered is not None
    assert (registered.name, registered.status) == ("Cameroon", "unregistered")


# nominations


def test_nomination_is_taken_in_an_open_round() -> None:
    """The one that it names, or the one that closes first."""
    registered = known(open_rounds=(award_round(code="2026-all", closes_on=date(2026, 11, 30)), award_round()))
    named, unnamed = asked_by(nomination_form), asked_by(nomination_form, award_round=None)
    told = receive(named, registered, moment(), REFERENCE)
    assert isinstance(told, NominationReceived)
    assert (told.award_round, told.nomination, told.flags) == (AWARD_ROUND, nomination(), ("member-unregistered",))
    assert told.member is not None
    assert told.member.name == "Costa Rica"
    first = receive(unnamed, registered, moment(), REFERENCE)
    assert isinstance(first, NominationReceived)
    assert first.award_round == "2026-all"


def test_nomination_outside_of_a_round_is_refused() -> None:
    """None is open; or not the one that it names."""
    named, unnamed = asked_by(nomination_form), asked_by(nomination_form, award_round=None)
    assert issues_of(named, known()) == (Issue("no-open-round", "/award_round"),)
    assert issues_of(unnamed, known()) == (Issue("no-open-round"),)
    another = known(open_rounds=(award_round(code="2026-all"),))
    assert issues_of(named, another) == (Issue("no-open-round", "/award_round"),)
    assert issues_of(unnamed, another) == ()


def test_nothing_is_nominated_after_the_end() -> None:
    """Though a round were open."""
    registered = known(open_rounds=(award_round(closes_on=date(2030, 1, 1)),))
    assert issues_of(asked_by(nomination_form), registered, at=datetime(2029, 1, 1, tzinfo=UTC)) == (
        Issue("challenge-closed"),
    )
