"""Assessing, deciding, releasing, correcting: given a state, when a command, then these events."""

from datetime import timedelta

import pytest

from contracts.decisions import (
    ClarificationRequested,
    DecisionCorrected,
    Reform,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.reviews import AreaReassigned, SubmissionAssessed, WithdrawalAccepted, WithdrawalRefused
from contracts.vocabulary import Area, Effect, Verdict
from services.chassis.errors import Refusal
from services.review.domain.acting import carry_out
from services.review.domain.commands import ItemCommand, Retagging, RulingMade
from services.review.domain.departures import ANSWER_WITHIN
from services.review.domain.items import Acceptance, Accepted, Decided, Decline, Departing, ItemState, Retracted
from services.review.domain.transitions import decide
from tests.controls import review
from tests.controls.decisions import decision, reform_encouraged
from tests.controls.envelope import DECIDED_AT, RELEASED_AT
from tests.controls.proposals import proposal
from tests.controls.reviews import area_reassigned, findings, submission_assessed, tagging

STATES = review.states()
COMMANDS = review.commands()


def refused(state: ItemState, command: ItemCommand) -> tuple[str, str]:
    """The code and the field of a refusal."""
    with pytest.raises(Refusal) as refusal:
        decide(state, command)
    return refusal.value.code, refusal.value.field


def test_assessing_in_another_area_tells_both() -> None:
    """The findings, and the re-tagging with its reason."""
    assert decide(STATES["InReview"], review.assess()) == [
        submission_assessed(),
        area_reassigned(reassigned_by="data-team:1"),
    ]


def test_assessing_in_the_declared_area_tells_the_findings_alone() -> None:
    """No re-tagging where the area is the declared one."""
    told = decide(STATES["InReview"], review.assess(area=Area.JUSTICE, area_reason=None))
    assert told == [submission_assessed(proposed_area=Area.JUSTICE, area_reason=None)]


def test_assessing_back_to_the_declared_area_tells_that_too() -> None:
    """A second assessment supersedes the first, its area included."""
    told = decide(STATES["Assessed"], review.assess(area=Area.JUSTICE, area_reason=None))
    assert [type(event) for event in told] == [SubmissionAssessed, AreaReassigned]
    assert isinstance(told[1], AreaReassigned)
    assert told[1].assigned_area == Area.JUSTICE


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (findings()[1:], "findings-incomplete"),
        ((*findings(), findings()[0]), "finding-twice"),
        ((), "findings-incomplete"),
    ],
)
def test_an_assessment_speaks_of_everything_once(said: tuple[object, ...], code: str) -> None:
    """One finding for each gate and criterion."""
    assert refused(STATES["InReview"], review.assess(findings=said)) == (code, "findings")


def test_another_area_needs_a_reason() -> None:
    """Both areas are kept for ever, with the reason."""
    assert refused(STATES["InReview"], review.assess(area_reason=None)) == ("area-reason-missing", "area_reason")
    tagged = review.decide(tagging=Retagging(area=Area.ANTI_CORRUPTION))
    assert refused(STATES["Assessed"], tagged) == ("area-reason-missing", "area_reason")


def test_deciding_rests_on_the_assessment() -> None:
    """The decision carries the findings, the versions and the area of the assessment."""
    assert decide(STATES["Assessed"], review.decide()) == [RulingMade(review.ruling())]


def test_the_support_unit_tags_otherwise() -> None:
    """Its area is final, and told."""
    said = Retagging(area=Area.ANTI_CORRUPTION, reason="It fights bribes.")
    told = decide(STATES["Assessed"], review.decide(tagging=said))
    assert told == [
        RulingMade(review.ruling(tagging=tagging(area=Area.ANTI_CORRUPTION, reason="It fights bribes."))),
        area_reassigned(assigned_area=Area.ANTI_CORRUPTION, reason="It fights bribes."),
    ]


def test_a_new_assessment_takes_the_decision_back() -> None:
    """What it rested on has changed."""
    after = review.states()["Decided"]
    assert isinstance(after, Decided)
    told = decide(after, review.assess(findings=findings(timing=Verdict.NOT_MET)))
    assert isinstance(told[0], SubmissionAssessed)


@pytest.mark.parametrize(
    ("verdict", "outcome", "code"),
    [
        (Verdict.UNCLEAR, Acceptance("x"), "unclear"),
        (Verdict.NOT_MET, Acceptance("x"), "not-all-met"),
        (Verdict.UNCLEAR, Decline(("no-future-milestones",)), "unclear"),
        (Verdict.MET, Decline(("no-future-milestones",)), "nothing-not-met"),
    ],
)
def test_an_outcome_follows_from_the_findings(verdict: Verdict, outcome: object, code: str) -> None:
    """Accept when and only when all is met; decline when something is not; nothing while something is unclear."""
    state = review.assessment(assessment=submission_assessed(findings=findings(timing=verdict)))
    assert refused(state, review.decide(outcome)) == (code, "outcome")


@pytest.mark.parametrize(
    ("codes", "code"),
    [((), "reason-missing"), (("unheard-of",), "unknown-reason-code"), (("no-answer",), "not-unanswered")],
)
def test_a_decline_names_reasons_from_the_closed_list(codes: tuple[str, ...], code: str) -> None:
    """No reason, an unknown one, or one that is not true."""
    state = review.assessment(assessment=submission_assessed(findings=findings(timing=Verdict.NOT_MET)))
    assert refused(state, review.decide(Decline(codes))) == (code, "reason_codes")


def test_release_of_an_acceptance() -> None:
    """Everything leaves with it: the text as reviewed, both areas, findings, versions."""
    assert decide(STATES["Departing"], COMMANDS["Release"]) == [
        SubmissionAccepted(
            decision=decision(),
            reform=Reform(
                published_title=review.TITLE,
                assigned_area=Area.ACCESS_TO_INFORMATION,
                area_reason=submission_assessed().area_reason,
                proposal=proposal(),
            ),
        )
    ]


def test_release_of_a_decline() -> None:
    """The reasons leave, and the findings."""
    ruling = review.decline_ruling()
    assert decide(Departing(review.item(), ruling), COMMANDS["Release"]) == [
        SubmissionDeclined(decision=decision(findings=ruling.findings), reason_codes=("no-future-milestones",))
    ]


def test_release_of_a_question() -> None:
    """It says until when an answer is waited for: 90 days from the release."""
    ruling = review.question_ruling()
    assert decide(Departing(review.item(), ruling), COMMANDS["Release"]) == [
        ClarificationRequested(
            decision=decision(findings=ruling.findings),
            question="How will citizens take part?",
            answer_by=RELEASED_AT + timedelta(days=90),
        )
    ]
    assert timedelta(days=90) == ANSWER_WITHIN


def test_correcting_keeps_what_is_not_named() -> None:
    """A new title; area, findings and versions stay. The new decision says which one it supersedes."""
    told = decide(STATES["Accepted"], review.correct(findings=None))
    assert [type(event) for event in told] == [RulingMade, DecisionCorrected]
    corrected = told[1]
    assert isinstance(corrected, DecisionCorrected)
    assert corrected.reform is not None
    assert corrected.reform.published_title == "Reduce the Backlog of Cases in Courts"
    assert corrected.reform.assigned_area == Area.ACCESS_TO_INFORMATION
    assert (corrected.supersedes, corrected.outcome) == (review.ruling().decision_id, "accepted")
    assert corrected.decision.findings == review.ruling().findings


def test_correcting_to_a_decline_needs_findings_that_say_so() -> None:
    """A correction keeps the rules of a decision."""
    outcome = Decline(("no-future-milestones",))
    assert refused(STATES["Accepted"], review.correct(outcome=outcome, findings=None)) == ("nothing-not-met", "outcome")
    said = findings(timing=Verdict.NOT_MET)
    told = decide(STATES["Accepted"], review.correct(outcome=outcome, findings=said, effect=Effect.CORRECTION))[1]
    assert isinstance(told, DecisionCorrected)
    assert (told.reform, told.outcome, told.reason_codes) == (None, "declined", ("no-future-milestones",))


def test_retracting_names_the_decision_that_it_takes_back() -> None:
    """The page stays, and says so."""
    told = decide(STATES["Accepted"], review.retract())
    assert told[0] == RulingMade(review.retraction_ruling())
    assert len(told) == 2
    assert isinstance(told[1], SubmissionRetracted)
    assert told[1].supersedes == review.ruling().decision_id


def test_reinstating_names_the_retraction_that_it_takes_back() -> None:
    """On the findings on which it was accepted, under its title or another."""
    for title in (None, "Courts, on time"):
        made, told = decide(STATES["Retracted"], review.reinstate(published_title=title))
        assert isinstance(made, RulingMade)
        assert isinstance(told, SubmissionReinstated)
        assert (told.supersedes, told.why) == (review.retraction_ruling().decision_id, "It goes on after all.")
        assert told.reform.published_title == (title or review.TITLE)
        assert (made.ruling.findings, made.ruling.tagging) == (review.ruling().findings, review.ruling().tagging)
        assert told.decision.decision_id == made.ruling.decision_id == review.reinstate().decision_id


def test_praise_is_told_when_it_changes_something() -> None:
    """All of it each time; what stands so already is refused, unmarking what never was marked included."""
    accepted = STATES["Accepted"]
    assert decide(accepted, review.encourage()) == [reform_encouraged()]
    praised = carry_out(accepted, review.encourage()).state
    assert refused(praised, review.encourage()) == ("nothing-changed", "")
    assert refused(accepted, review.encourage(promising=False, support=(), why=None)) == ("nothing-changed", "")
    assert len(decide(praised, review.encourage(support=()))) == 1


def test_praise_stays_whatever_is_decided_later() -> None:
    """Corrected, retracted, reinstated."""
    state = carry_out(STATES["Accepted"], review.encourage()).state
    for command in (review.correct(), review.retract(), review.reinstate()):
        state = carry_out(state, command).state
        assert isinstance(state, Accepted | Retracted)
        assert state.encouragement is not None
        assert state.encouragement.support == reform_encouraged().support


def test_a_hold_is_taken_off_where_it_was_placed() -> None:
    """The item is what it was before, with the work that went on meanwhile."""
    for name in ("InReview", "Unanswered", "Assessed", "Decided"):
        held = carry_out(STATES[name], COMMANDS["HoldBack"]).state
        assert carry_out(held, COMMANDS["Unhold"]).state == STATES[name]


def test_withdrawal_in_time() -> None:
    """Until its release the submitter may take it back."""
    for name in ("Entered", "InReview", "Unanswered", "Assessed", "Decided", "HeldBack", "HeldOver"):
        assert decide(STATES[name], COMMANDS["Withdraw"]) == [WithdrawalAccepted(round=1, accepted_at=DECIDED_AT)]


def test_withdrawal_too_late() -> None:
    """From the order of release on it is refused, by an event that intake hears."""
    for name in ("Departing", "Accepted", "Declined", "Asked", "Retracted"):
        refusal = WithdrawalRefused(code="already-released", refused_at=DECIDED_AT)
        assert decide(STATES[name], COMMANDS["Withdraw"]) == [refusal]
    again = decide(STATES["Withdrawn"], COMMANDS["Withdraw"])
    assert again == [WithdrawalRefused(code="already-withdrawn", refused_at=DECIDED_AT)]
