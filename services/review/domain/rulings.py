"""The rules of assessing and deciding one item: what must be said, what follows from it, what is refused."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from contracts.reviews import AreaReassigned, Attribution, Finding, SubmissionAssessed, Tagging
from contracts.vocabulary import Area, Verdict
from services.review.domain.attributing import attribute
from services.review.domain.commands import Assess, Decide, ItemEvent, Retagging, RulingMade, Yardstick
from services.review.domain.items import (
    Acceptance,
    Assessed,
    Basis,
    Decided,
    Decline,
    InReview,
    Item,
    Outcome,
    Question,
    Releasable,
    Ruling,
    Unanswered,
)
from services.review.domain.judging import check_findings, judge, judgement_of
from services.review.domain.refused import refuse_any, refused

NO_ANSWER = "no-answer"
"""The reason code of a question that went unanswered."""


def assess(state: InReview | Unanswered | Assessed | Decided, command: Assess) -> list[ItemEvent]:
    """Note the findings, and the new area where it differs from the one so far."""
    check_findings(command.findings, command.yardstick)
    check_area_reason(state.item, command.area, command.area_reason)
    told = SubmissionAssessed(
        month=state.item.month,
        round=state.item.round,
        findings=command.findings,
        proposed_area=command.area,
        area_reason=command.area_reason,
        criteria_version=command.yardstick.criteria_version,
        areas_version=command.yardstick.areas_version,
        assessed_by=command.by,
        assessed_at=command.at,
        question=command.question,
    )
    return [told, *retag(state.item, area_so_far(state), command.area, command.area_reason, command.by)]


def rule(state: Unanswered | Assessed | Decided, command: Decide) -> list[ItemEvent]:
    """Note the decision, and the area where the Support Unit tags otherwise. A new one supersedes the one before."""
    basis = state.basis if isinstance(state, Decided) else state
    so_far = state.ruling.attribution if isinstance(state, Decided) else None
    ruling = _ruling(basis, command, attribute(so_far, command.attribution))
    check_outcome(ruling.outcome, ruling.findings, command.yardstick, unanswered=_is_unanswered(basis))
    return [
        RulingMade(ruling),
        *retag(state.item, area_so_far(state), ruling.area, ruling.tagging.reason, command.by),
    ]


def check_area_reason(item: Item, area: Area, reason: str | None) -> None:
    """Insist on a reason where the area is not the declared one.

    Raises:
        Refusal: ``area-reason-missing``.
    """
    if area != item.declared_area and not reason:
        raise refused("area-reason-missing", f"{item.declared_area} was declared", field="area_reason")


def check_outcome(outcome: Outcome, findings: Sequence[Finding], yardstick: Yardstick, *, unanswered: bool) -> None:
    """Insist that the outcome follows from the final findings.

    Raises:
        Refusal: with a code that says what stands against it.
    """
    match outcome:
        case Acceptance():
            _check_acceptance(findings)
        case Decline():
            _check_decline(outcome, findings, yardstick, unanswered=unanswered)
        case Question():
            return
        case _:
            assert_never(outcome)


def area_so_far(state: InReview | Unanswered | Assessed | Decided) -> Area:
    """Say to which area the item belongs until now."""
    match state:
        case Decided(ruling=ruling):
            return ruling.area
        case Assessed(assessment=assessment):
            return assessment.proposed_area
        case InReview(item=item) | Unanswered(item=item):
            return item.declared_area
        case _:
            assert_never(state)


def retag(item: Item, before: Area, after: Area, reason: str | None, by: str) -> list[ItemEvent]:
    """Tell of a change of area, if there is one."""
    if after == before:
        return []
    told = AreaReassigned(
        month=item.month,
        round=item.round,
        declared_area=item.declared_area,
        assigned_area=after,
        reason=reason or "The declared area was right.",
        reassigned_by=by,
    )
    return [told]


def tag(item: Item, so_far: Tagging, said: Retagging) -> Tagging:
    """Apply what the Support Unit says of the area to how it stood so far.

    Raises:
        Refusal: ``area-reason-missing``.
    """
    area = said.area or so_far.area
    reason = said.reason or (so_far.reason if area == so_far.area else None)
    check_area_reason(item, area, reason)
    return replace(so_far, area=area, reason=reason if area != item.declared_area else None)


def _ruling(basis: Basis, command: Decide, attribution: Attribution | None) -> Releasable:
    yardstick, found = command.yardstick, _findings_of(basis, command.yardstick)
    return Ruling(  # type: ignore[return-value]  # a ruling on a union is a union of rulings
        decision_id=command.decision_id,
        outcome=command.outcome,
        eligibility=judge(judgement_of(found, yardstick.gates), command.eligibility, "eligibility"),
        relevance=judge(judgement_of(found, yardstick.criteria), command.relevance, "relevance"),
        tagging=tag(basis.item, _tagging_of(basis), command.tagging),
        criteria_version=yardstick.criteria_version,
        areas_version=yardstick.areas_version,
        reasons_version=yardstick.reasons_version,
        note=command.note,
        by=command.by,
        at=command.at,
        attribution=attribution,
    )


def _findings_of(basis: Basis, yardstick: Yardstick) -> tuple[Finding, ...]:
    if isinstance(basis, Unanswered):
        return ()
    if basis.assessment.criteria_version != yardstick.criteria_version:
        raise refused("criteria-changed", f"assessed by {basis.assessment.criteria_version}")
    return basis.assessment.findings


def _tagging_of(basis: Basis) -> Tagging:
    area, declared = area_so_far(basis), basis.item.declared_area
    reason = basis.assessment.area_reason if isinstance(basis, Assessed) else None
    return Tagging(declared_area=declared, proposed_area=area, area=area, reason=reason)


def _check_acceptance(findings: Sequence[Finding]) -> None:
    if not findings:
        raise refused("not-assessed", "nothing was found of any criterion")
    refuse_any([f.code for f in findings if f.verdict is Verdict.UNCLEAR], "unclear", "outcome")
    refuse_any([f.code for f in findings if f.verdict is not Verdict.MET], "not-all-met", "outcome")


def _check_decline(outcome: Decline, findings: Sequence[Finding], yardstick: Yardstick, *, unanswered: bool) -> None:
    codes = outcome.reason_codes
    if not codes:
        raise refused("reason-missing", "a decline names its reasons", field="reason_codes")
    refuse_any([code for code in codes if code not in yardstick.reason_codes], "unknown-reason-code", "reason_codes")
    if NO_ANSWER in codes:
        return _check_no_answer(unanswered=unanswered)
    refuse_any([f.code for f in findings if f.verdict is Verdict.UNCLEAR], "unclear", "outcome")
    if not any(finding.verdict is Verdict.NOT_MET for finding in findings):
        raise refused("nothing-not-met", "a decline needs a gate or criterion that is not met", field="outcome")
    return None


def _check_no_answer(*, unanswered: bool) -> None:
    if not unanswered:
        raise refused("not-unanswered", "no question of this submission went unanswered", field="reason_codes")


def _is_unanswered(basis: Basis) -> bool:
    return isinstance(basis, Unanswered) or basis.unanswered
