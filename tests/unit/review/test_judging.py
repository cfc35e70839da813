"""What the Support Unit finds otherwise: the final verdict counts, the first one is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reviews import Finding, Judgement
from contracts.vocabulary import Verdict
from services.chassis.errors import Refusal
from services.review.domain.commands import Judging, RulingMade
from services.review.domain.items import Acceptance, Accepted, Decline
from services.review.domain.judging import judge, judgement_of, verdict_of
from services.review.domain.transitions import decide
from tests.controls import review
from tests.controls.reviews import finding, findings, overruled_relevance, relevance, submission_assessed

FINAL = finding(reason="The third milestone, of 2027, lies ahead.")
LATE = finding(verdict=Verdict.NOT_MET, reason="No milestone lies ahead.")
verdicts = st.sampled_from(Verdict)


def found(timing: Finding) -> Judgement:
    """All criteria met, but for this finding."""
    told = tuple(timing if one.code == timing.code else one for one in relevance().findings)
    return judgement_of(told, [one.code for one in told])


def test_an_overrule_keeps_both_verdicts() -> None:
    """With both reasons."""
    assert judge(found(LATE), Judging(overrules=(FINAL,)), "relevance") == overruled_relevance()


def test_going_back_to_the_first_verdict_leaves_no_overrule() -> None:
    """A correction may find that the first verdict was right."""
    again = finding(verdict=Verdict.NOT_MET, reason="That milestone was dropped.")
    after = judge(overruled_relevance(), Judging(overrules=(again,)), "relevance")
    assert (after.overrules, after.verdict) == ((), Verdict.NOT_MET)
    assert again in after.findings


def test_overruling_twice_keeps_the_first_verdict() -> None:
    """The first one is the Data Team's, however often it is looked at."""
    unclear = finding(verdict=Verdict.UNCLEAR, reason="Its date is in doubt.")
    (overrule,) = judge(overruled_relevance(), Judging(overrules=(unclear,)), "relevance").overrules
    assert (overrule.verdict, overrule.first_verdict) == (Verdict.UNCLEAR, Verdict.NOT_MET)


@given(st.lists(verdicts, min_size=5, max_size=5), st.lists(st.tuples(verdicts, verdicts), max_size=3))
def test_final_and_first_verdicts_never_get_lost(first: list[Verdict], later: list[tuple[Verdict, Verdict]]) -> None:
    """Whatever is overruled, and again: each finding is the last said, and what was first found can be told."""
    before = tuple(Finding(code=f"c{n}", verdict=verdict, reason="first") for n, verdict in enumerate(first))
    state, final = judgement_of(before, [one.code for one in before]), dict(enumerate(first))
    for pair in later:
        said = {n: verdict for n, verdict in enumerate(pair) if final[n] is not verdict}
        told = tuple(Finding(code=f"c{n}", verdict=verdict, reason="final") for n, verdict in said.items())
        state, final = judge(state, Judging(overrules=told), "relevance"), final | said
    assert [one.verdict for one in state.findings] == list(final.values())
    kept = {one.code: one.first_verdict for one in state.overrules}
    assert [kept.get(one.code, one.verdict) for one in state.findings] == first
    assert state.verdict is verdict_of(state.findings)


@pytest.mark.parametrize(
    ("verdict", "said", "outcome", "allowed"),
    [
        (Verdict.NOT_MET, Verdict.MET, Acceptance("x"), True),
        (Verdict.UNCLEAR, Verdict.MET, Acceptance("x"), True),
        (Verdict.MET, Verdict.NOT_MET, Acceptance("x"), False),
        (Verdict.MET, Verdict.NOT_MET, Decline(("no-future-milestones",)), True),
        (Verdict.NOT_MET, Verdict.MET, Decline(("no-future-milestones",)), False),
        (Verdict.NOT_MET, Verdict.UNCLEAR, Decline(("no-future-milestones",)), False),
    ],
)
def test_the_outcome_follows_from_the_final_verdicts(
    verdict: Verdict, said: Verdict, outcome: Acceptance | Decline, *, allowed: bool
) -> None:
    """Not from the first ones."""
    state = review.assessment(assessment=submission_assessed(findings=findings(timing=verdict)))
    command = review.decide(outcome, relevance=Judging(overrules=(finding(verdict=said),)))
    if allowed:
        assert decide(state, command)
        return
    with pytest.raises(Refusal):
        decide(state, command)


def test_an_assessment_by_another_version_is_made_again() -> None:
    """A decision never mixes versions."""
    state = review.assessment(assessment=submission_assessed(criteria_version="2024-01"))
    with pytest.raises(Refusal, match="criteria-changed"):
        decide(state, review.decide())


def test_a_correction_overrules_what_stood() -> None:
    """The superseding decision names the first verdict too."""
    accepted = review.states()["Accepted"]
    late = finding(verdict=Verdict.NOT_MET, reason="It was finished before.")
    told = decide(
        accepted,
        review.correct(findings=None, outcome=Decline(("no-future-milestones",)), relevance=Judging(overrules=(late,))),
    )
    assert isinstance(accepted, Accepted)
    assert isinstance(told[0], RulingMade)
    ruling = told[0].ruling
    assert ruling.supersedes is not None
    assert ruling.supersedes.decision_id == accepted.ruling.decision_id
    assert [one.first_verdict for one in ruling.relevance.overrules] == [Verdict.MET]


def test_nothing_found_can_be_overruled_nowhere() -> None:
    """An unanswered question has no findings: the codes are unknown there."""
    with pytest.raises(Refusal, match="unknown-criterion"):
        decide(review.states()["Unanswered"], review.decide(relevance=Judging(overrules=(FINAL,))))
