"""The rules of assessing and deciding one item: what must be said, what follows from it, what is refused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from contracts.reviews import AreaReassigned, Finding, SubmissionAssessed
from contracts.vocabulary import Area, Verdict
from services.review.domain.commands import Assess, Decide, ItemEvent, RulingMade, Yardstick
from services.review.domain.items import (
    Acceptance,
    AnyRuling,
    Assessed,
    Basis,
    Decided,
    Decline,
    InReview,
    Item,
    Outcome,
    Question,
    Ruling,
    Unanswered,
)
from services.review.domain.refused import refused

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
    )
    return [told, *retag(state.item, area_so_far(state), command.area, command.area_reason, command.by)]


def rule(state: Unanswered | Assessed | Decided, command: Decide) -> list[ItemEvent]:
    """Note the decision, and the area where the Support Unit tags otherwise. A new one supersedes the one before."""
    basis = state.basis if isinstance(state, Decided) else state
    ruling = _ruling(basis, command)
    check_outcome(ruling.outcome, ruling.findings, command.yardstick, unanswered=_is_unanswered(basis))
    return [
        RulingMade(ruling),
        *retag(state.item, area_so_far(state), ruling.area, ruling.area_reason, command.by),
    ]


def check_findings(findings: Sequence[Finding], yardstick: Yardstick) -> None:
    """Insist on one finding for each gate and criterion, no more.

    Raises:
        Refusal: ``findings-incomplete``, ``unknown-criterion`` or ``finding-twice``.
    """
    said = Counter(finding.code for finding in findings)
    _refuse_any(sorted(said.keys() - set(yardstick.criteria)), "unknown-criterion", "findings")
    _refuse_any(sorted(set(yardstick.criteria) - said.keys()), "findings-incomplete", "findings")
    _refuse_any(sorted(code for code, times in said.items() if times > 1), "finding-twice", "findings")


def check_area_reason(item: Item, area: Area, reason: str | None) -> None:
    """Insist on a reason where the area is not the declared one.

    Raises:
        Refusal: ``area-reason-missing``.
    """
    if area != item.declared_area and not reason:
        raise refused("area-reason-missing", f"{item.declared_area} was declared", field="area_reason")


def check_outcome(outcome: Outcome, findings: Sequence[Finding], yardstick: Yardstick, *, unanswered: bool) -> None:
    """Insist that the outcome follows from the findings.

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


def _ruling(basis: Basis, command: Decide) -> AnyRuling:
    before = area_so_far(basis)
    area = command.area or before
    reason = command.area_reason or (_reason_of(basis) if area == before else None)
    check_area_reason(basis.item, area, reason)
    bare = Ruling(
        decision_id=command.decision_id,
        outcome=command.outcome,
        findings=(),
        criteria_version=command.yardstick.criteria_version,
        areas_version=command.yardstick.areas_version,
        area=area,
        area_reason=reason if area != basis.item.declared_area else None,
        note=command.note,
        by=command.by,
        at=command.at,
    )
    return _founded(bare, basis)  # type: ignore[arg-type]  # a ruling on a union is a union of rulings


def _founded(ruling: AnyRuling, basis: Basis) -> AnyRuling:
    if isinstance(basis, Unanswered):
        return ruling
    assessment = basis.assessment
    return replace(
        ruling,
        findings=assessment.findings,
        criteria_version=assessment.criteria_version,
        areas_version=assessment.areas_version,
    )


def _check_acceptance(findings: Sequence[Finding]) -> None:
    if not findings:
        raise refused("not-assessed", "nothing was found of any criterion")
    _refuse_any([f.code for f in findings if f.verdict is Verdict.UNCLEAR], "unclear", "outcome")
    _refuse_any([f.code for f in findings if f.verdict is not Verdict.MET], "not-all-met", "outcome")


def _check_decline(outcome: Decline, findings: Sequence[Finding], yardstick: Yardstick, *, unanswered: bool) -> None:
    codes = outcome.reason_codes
    if not codes:
        raise refused("reason-missing", "a decline names its reasons", field="reason_codes")
    _refuse_any([code for code in codes if code not in yardstick.reason_codes], "unknown-reason-code", "reason_codes")
    if NO_ANSWER in codes:
        return _check_no_answer(unanswered=unanswered)
    _refuse_any([f.code for f in findings if f.verdict is Verdict.UNCLEAR], "unclear", "outcome")
    if not any(finding.verdict is Verdict.NOT_MET for finding in findings):
        raise refused("nothing-not-met", "a decline needs a gate or criterion that is not met", field="outcome")
    return None


def _check_no_answer(*, unanswered: bool) -> None:
    if not unanswered:
        raise refused("not-unanswered", "no question of this submission went unanswered", field="reason_codes")


def _reason_of(basis: Basis) -> str | None:
    return basis.assessment.area_reason if isinstance(basis, Assessed) else None


def _is_unanswered(basis: Basis) -> bool:
    return isinstance(basis, Unanswered) or basis.unanswered


def _refuse_any(culprits: Sequence[str], code: str, field: str) -> None:
    if culprits:
        raise refused(code, ", ".join(culprits), field=field)
