"""Each channel has its own rules: who may use it, when, and what is refused or only flagged."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.submissions import Milestone, NominationReceived, StoryShared, SubmissionClarified, SubmissionReceived
from contracts.vocabulary import Channel, MemberType
from services.chassis.doors.auth import Principal
from services.intake.domain.application import Application
from services.intake.domain.dossier import Amend, Answer, Asked, decide
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.reading import read_submission
from services.intake.domain.receiving import receive
from services.intake.domain.rules import Known, check_rules
from services.intake.reception.edge import ENTER_ANY, apply
from tests.controls.envelope import ANSWER_BY, MOMENT
from tests.controls.intake import (
    ALL_FORMS,
    application,
    as_body,
    award_round,
    colombia,
    dossier,
    known,
    moment,
    nomination_form,
    plan_amendment_form,
    plan_book,
    recognition_form,
    standalone_form,
    story_form,
)
from tests.controls.proposals import proposal_in_french
from tests.controls.stories import AWARD_ROUND, nomination, story

REFERENCE = "OGC-2026-000007"
SENEGAL = colombia(code="SN", country="SN", name="Senegal")
UKRAINE = colombia(code="UA", country="UA", name="Ukraine")
CAMEROON = colombia(code="CM", country="CM", name="Cameroon", status="not-a-member")


def asked_by(make: Any, **overrides: Any) -> Application:
    """Read an example form with other fields."""
    return application(1, make(**overrides))


def issues_of(asked: Application, registry: Known, **when: Any) -> tuple[Issue, ...]:
    """Give what the rules say against an application."""
    try:
        check_rules(asked, registry, moment(**when))
    except Refused as refusal:
        return refusal.issues
    return ()


def on(day: str) -> datetime:
    """Noon of a day."""
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


# who may


def right_of(channel: str, scopes: set[str] | None, **overrides: Any) -> str | None:
    """Say with which code a form is refused for want of a right; without scopes there is no token."""
    principal = None if scopes is None else Principal("someone", frozenset(scopes))
    form = read_submission(as_body(ALL_FORMS[channel](**overrides)))
    try:
        apply(form, principal, source="someone", external_id="form-1", traceparent=None)
    except Refused as refusal:
        return refusal.code
    return None


RIGHTS = [
    ("standalone", None, None),
    ("story", None, None),
    ("award-nomination", None, None),
    ("action-plan", None, "unauthorized"),
    ("plan-amendment", None, "unauthorized"),
    ("recognition", None, "unauthorized"),
    ("action-plan", {"submit:SN"}, None),
    ("plan-amendment", {"submit:SN"}, None),
    ("recognition", {"submit:UA"}, None),
    ("action-plan", {"submit:UA"}, "not-your-member"),
    ("plan-amendment", {"submit:UA"}, "not-your-member"),
    ("recognition", {"submit:SN"}, "not-your-member"),
    ("recognition", {ENTER_ANY}, None),
    ("story", {ENTER_ANY}, None),
    ("action-plan", {ENTER_ANY}, "not-your-member"),
    ("plan-amendment", {ENTER_ANY}, "not-your-member"),
]


@pytest.mark.parametrize(("channel", "scopes", "code"), RIGHTS)
def test_right_to_a_channel(channel: str, scopes: set[str] | None, code: str | None) -> None:
    """Plans need the member's token; staff may enter a recognition or a story for someone; the rest is open."""
    assert right_of(channel, scopes) == code


@pytest.mark.parametrize("make", [recognition_form, story_form])
def test_who_enters_it_for_someone_is_recorded(make: Any) -> None:
    """And vouches for the address; what comes without a token waits for its owner to follow a link."""
    registry = known()
    entered = receive(application(1, make(), "support-unit"), registry, moment(), REFERENCE)
    assert (entered.entered_by, entered.contact_confirmed) == ("support-unit", True)
    open_door = receive(application(1, make()), registry, moment(), REFERENCE)
    assert (open_door.entered_by, open_door.contact_confirmed) == (None, False)


# plans


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-08-31", (Issue("window-closed", "/proposal/plan"),)),
        ("2026-09-01", ()),
        ("2026-11-30", ()),
        ("2026-12-01", (Issue("window-closed", "/proposal/plan"),)),
    ],
)
def test_plan_takes_amendments_inside_its_window(day: str, expected: tuple[Issue, ...]) -> None:
    """Both days count, in the declared zone; the plan is found by the commitment or by its code."""
    by_commitment = asked_by(plan_amendment_form)
    by_code = asked_by(plan_amendment_form, proposal__commitment_id=None, proposal__plan="SN-2025-2028")
    registry = known(SENEGAL, plans=plan_book())
    assert issues_of(by_commitment, registry, at=on(day)) == expected
    assert issues_of(by_code, registry, at=on(day)) == expected


def test_only_plan_amendments_have_a_window() -> None:
    """A plan's own commitments come when the plan comes."""
    asked = asked_by(ALL_FORMS["action-plan"])
    assert issues_of(asked, known(SENEGAL, plans=plan_book()), at=on("2027-06-01")) == ()


def test_a_plan_that_nobody_knows_is_taken_and_flagged() -> None:
    """Our list is not complete: the reviewer decides."""
    asked = asked_by(plan_amendment_form)
    assert issues_of(asked, known(SENEGAL)) == ()
    told = receive(asked, known(SENEGAL), moment(), REFERENCE)
    assert isinstance(told, SubmissionReceived)
    assert told.channel is Channel.PLAN_AMENDMENT
    assert told.flags == ("plan-unregistered", "commitment-unregistered")
    assert receive(asked, known(SENEGAL, plans=plan_book()), moment(), REFERENCE).flags == ()


@pytest.mark.parametrize("channel", ["action-plan", "plan-amendment", "recognition"])
def test_locality_that_is_no_member_uses_the_standalone_form(channel: str) -> None:
    """No other way in is for it."""
    asked = asked_by(ALL_FORMS[channel], proposal__member_type="other-local")
    assert issues_of(asked, known()) == (Issue("must-use-standalone", "/channel"),)


@pytest.mark.parametrize("channel", ["action-plan", "plan-amendment", "recognition"])
def test_only_a_standalone_action_extends(channel: str) -> None:
    """It goes beyond a plan's commitment; what is in a plan is that commitment."""
    beyond = {"proposal__extends": "UA0107"}
    assert issues_of(asked_by(ALL_FORMS[channel], **beyond), known()) == (Issue("unknown-field", "/proposal/extends"),)
    assert issues_of(asked_by(standalone_form, **beyond), known(colombia())) == ()


@pytest.mark.parametrize("channel", ["standalone", "action-plan", "plan-amendment", "recognition"])
def test_a_country_that_is_declared_no_member_tells_stories_only(channel: str) -> None:
    """Whatever is reviewed is for members."""
    asked = asked_by(ALL_FORMS[channel])
    assert Issue("stories-only", "/member") in issues_of(asked, known(CAMEROON, plans=plan_book()))


# afterwards


def amendment(channel: Channel, **changed: Any) -> tuple[Issue, ...]:
    """Say what is refused when a submission of Senegal's plan is amended after the window."""
    text = proposal_in_french()
    before = dossier(channel=channel, member_code="SN", proposal=text)
    command = Amend(
        proposal=replace(text, **changed), member=SENEGAL, plans=plan_book(window_closes_on=date(2026, 11, 1))
    )
    try:
        decide(before, command, moment())
    except Refused as refusal:
        return refusal.issues
    return ()


def test_amendment_keeps_the_rules_of_its_channel() -> None:
    """What could not come in, does not come in by an amendment."""
    plan, alone = Channel.ACTION_PLAN, Channel.STANDALONE
    assert amendment(plan, member_type=MemberType.OTHER_LOCAL) == (Issue("must-use-standalone", "/channel"),)
    assert amendment(plan, extends="SN0014") == (Issue("unknown-field", "/proposal/extends"),)
    assert amendment(alone, extends="SN0014") == ()
    assert amendment(plan, milestones=(Milestone(title="Vote", due=date(2027, 6, 30)),)) == ()


def test_amendment_may_not_move_to_a_plan_whose_window_is_closed() -> None:
    """The text may still be changed, when the window has closed meanwhile."""
    late = (Issue("window-closed", "/proposal/plan"),)
    assert amendment(Channel.PLAN_AMENDMENT, title="Adopter la loi sur l’accès à l’information") == ()
    assert amendment(Channel.PLAN_AMENDMENT, plan="SN-2025-2028", commitment_id=None) == late
    assert amendment(Channel.ACTION_PLAN, plan="SN-2025-2028", commitment_id=None) == ()


def test_answer_without_a_text_is_flagged_as_its_text_stands() -> None:
    """The plan that the text names is looked up, though the answer does not name it."""
    asked = dossier(
        channel=Channel.ACTION_PLAN, member_code="SN", proposal=proposal_in_french(), standing=Asked(1, "?", ANSWER_BY)
    )
    [told] = decide(asked, Answer(answer="Oui.", proposal=None, member=SENEGAL, plans=plan_book()), moment())
    assert isinstance(told, SubmissionClarified)
    assert told.flags == ()


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
    registry = known(open_rounds=(award_round(code="2026-all", closes_on=date(2026, 11, 30)), award_round()))
    named, unnamed = asked_by(nomination_form), asked_by(nomination_form, award_round=None)
    told = receive(named, registry, moment(), REFERENCE)
    assert isinstance(told, NominationReceived)
    assert (told.award_round, told.nomination, told.flags) == (AWARD_ROUND, nomination(), ("member-unregistered",))
    assert told.member is not None
    assert told.member.name == "Costa Rica"
    first = receive(unnamed, registry, moment(), REFERENCE)
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
    registry = known(open_rounds=(award_round(closes_on=date(2030, 1, 1)),))
    assert issues_of(asked_by(nomination_form), registry, at=datetime(2029, 1, 1, tzinfo=UTC)) == (
        Issue("challenge-closed"),
    )
