"""What decisions would have come to under other criteria."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reference import Criteria, Criterion, criteria
from contracts.vocabulary import Verdict
from services.review.domain.whatif import Change, Past, Summary, changes_between, run_again
from tests.controls.envelope import reference_of, submission_id
from tests.controls.reviews import CRITERIA, findings

IN_FORCE = criteria("2025-11")
NEW = Criterion(code="collaboration", en="Someone takes part.", fr="Quelqu’un participe.", es="Alguien participa.")
ADDED = replace(IN_FORCE, version="draft", criteria=(*IN_FORCE.criteria, NEW))
DROPPED = replace(IN_FORCE, version="draft", criteria=tuple(one for one in IN_FORCE.criteria if one.code != "timing"))
REWORDED = replace(
    IN_FORCE,
    version="draft",
    criteria=tuple(replace(one, en="Later.") if one.code == "timing" else one for one in IN_FORCE.criteria),
)
RENAMED_GATE = replace(IN_FORCE, gates=(), criteria=(*reversed(IN_FORCE.criteria), *IN_FORCE.gates))


def past(outcome: str = "accepted", codes: tuple[str, ...] = (), **verdicts: Verdict) -> Past:
    """A decision by what is in force: everything met, unless told otherwise."""
    return Past(
        submission_id=str(submission_id()),
        round=1,
        reference=reference_of(),
        title="Courts",
        outcome=outcome,
        findings=findings(**verdicts),
        reason_codes=codes,
        criteria_version=IN_FORCE.version,
    )


DECLINED = past("declined", ("no-future-milestones",), timing=Verdict.NOT_MET)


@pytest.mark.parametrize(
    ("was", "draft", "assumed", "outcome", "comparison"),
    [
        (past(), IN_FORCE, {}, "accepted", "same"),
        (past(), RENAMED_GATE, {}, "accepted", "same"),
        (past(), ADDED, {}, "open", "look-again"),
        (past(), ADDED, {"collaboration": Verdict.MET}, "accepted", "same"),
        (past(), ADDED, {"collaboration": Verdict.NOT_MET}, "declined", "differs"),
        (past(), DROPPED, {}, "accepted", "same"),
        (past(), REWORDED, {}, "accepted", "look-again"),
        (past(), REWORDED, {"timing": Verdict.NOT_MET}, "declined", "differs"),
        (DECLINED, ADDED, {}, "declined", "same"),
        (DECLINED, DROPPED, {}, "accepted", "differs"),
        (DECLINED, REWORDED, {}, "declined", "look-again"),
        (DECLINED, REWORDED, {"timing": Verdict.MET}, "accepted", "differs"),
        (past("clarification", timing=Verdict.UNCLEAR), IN_FORCE, {}, "open", "same"),
        (past("clarification", timing=Verdict.UNCLEAR), DROPPED, {}, "accepted", "differs"),
        (replace(past("declined", ("no-answer",)), findings=()), ADDED, {}, "declined", "same"),
    ],
)
def test_outcome_follows_from_what_was_found(
    was: Past, draft: Criteria, assumed: dict[str, Verdict], outcome: str, comparison: str
) -> None:
    """Verdicts stand; what nobody was asked is open; what is worded otherwise is looked at again."""
    rerun = run_again(was, IN_FORCE, draft, assumed)
    assert (rerun.outcome, rerun.comparison) == (outcome, comparison)
    assert rerun.comparison == "same" or rerun.why


def test_reasons_name_the_change_and_both_verdicts() -> None:
    """What was found then, and what counts now."""
    [why] = run_again(DECLINED, IN_FORCE, DROPPED, {}).why
    assert why == (Change("timing", "dropped"), Verdict.NOT_MET, None)
    [why] = run_again(past(), IN_FORCE, ADDED, {"collaboration": Verdict.NOT_MET}).why
    assert why == (Change("collaboration", "added"), None, Verdict.NOT_MET)


@given(st.dictionaries(st.sampled_from(CRITERIA), st.sampled_from(Verdict)), st.sampled_from(["accepted", "declined"]))
def test_what_is_in_force_changes_nothing(verdicts: dict[str, Verdict], outcome: str) -> None:
    """Whatever was found, as long as the decision follows from it."""
    found = findings(**{code.replace("-", "_"): verdict for code, verdict in verdicts.items()})
    was = replace(past(outcome), findings=found)
    rerun = run_again(was, IN_FORCE, IN_FORCE, {})
    assert changes_between(IN_FORCE, IN_FORCE) == ()
    assert rerun.why == ()
    assert rerun.comparison == "same" or rerun.outcome != outcome


def test_summary_counts_everything_and_lists_what_is_not_the_same() -> None:
    """By outcome before and after."""
    summary = Summary()
    summary.add(run_again(was, IN_FORCE, DROPPED, {}) for was in (past(), DECLINED, past()))
    assert summary.counts == {"same": 2, "differs": 1, "look-again": 0}
    assert summary.flows == {("accepted", "accepted"): 2, ("declined", "accepted"): 1}
    assert [one.past for one in summary.listed] == [DECLINED]
