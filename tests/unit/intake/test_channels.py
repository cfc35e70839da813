"""Each channel has its own rules: who may use it, when, and what is refused or only flagged."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.submissions import Milestone, SubmissionClarified, SubmissionReceived
from contracts.vocabulary import Channel, MemberType
from services.chassis.doors.auth import Principal
from services.intake.domain.dossier import Amend, Answer, Asked, decide
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.reading import read_submission
from services.intake.domain.receiving import receive
from services.intake.reception.edge import ENTER_ANY, apply
from tests.controls.envelope import ANSWER_BY
from tests.controls.intake import (
    ALL_FORMS,
    application,
    as_body,
    colombia,
    dossier,
    known,
    moment,
    plan_amendment_form,
    plan_book,
    recognition_form,
    standalone_form,
    story_form,
)
from tests.controls.proposals import proposal_in_french
from tests.unit.intake.ruled import CAMEROON, REFERENCE, SENEGAL, asked_by, issues_of, on

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
    registered = known()
    entered = receive(application(1, make(), "support-unit"), registered, moment(), REFERENCE)
    assert (entered.entered_by, entered.contact_confirmed) == ("support-unit", True)
    open_door = receive(application(1, make()), registered, moment(), REFERENCE)
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
    registered = known(SENEGAL, plans=plan_book())
    assert issues_of(by_commitment, registered, at=on(day)) == expected
    assert issues_of(by_code, registered, at=on(day)) == expected


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
