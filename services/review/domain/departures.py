"""What leaves the house: the released decision with everything it rests on, its correction, its retraction."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from contracts.decisions import (
    ClarificationRequested,
    Decision,
    DecisionCorrected,
    Reform,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionRetracted,
)
from contracts.reviews import WithdrawalAccepted, WithdrawalRefused
from services.review.domain.commands import Correct, Dossier, ItemEvent, Release, Retract, RulingMade, Withdraw
from services.review.domain.items import (
    Acceptance,
    Accepted,
    AnyRuling,
    Asked,
    Decided,
    Decline,
    Declined,
    Departing,
    Entered,
    HeldBack,
    HeldOver,
    Holdable,
    Item,
    Question,
    Retracted,
    Ruling,
    Withdrawn,
)
from services.review.domain.refused import refused
from services.review.domain.rulings import NO_ANSWER, check_area_reason, check_findings, check_outcome

ANSWER_WITHIN = timedelta(days=90)
"""How long a question waits for its answer, from its release."""


def release(state: Departing | HeldOver, command: Release) -> list[ItemEvent]:
    """Let the decision out: acceptance, decline or question."""
    item, ruling = state.item, _ruling_to_release(state)
    decision = _decision(item, ruling, command.dossier, command.at)
    match ruling.outcome:
        case Acceptance():
            return [SubmissionAccepted(decision=decision, reform=_reform(ruling, ruling.outcome, command.dossier))]
        case Decline(reason_codes=codes):
            return [SubmissionDeclined(decision=decision, reason_codes=codes)]
        case Question(question=question):
            answer_by = command.at + ANSWER_WITHIN
            return [ClarificationRequested(decision=decision, question=question, answer_by=answer_by)]
        case _:
            assert_never(ruling.outcome)


def correct(state: Accepted | Declined, command: Correct) -> list[ItemEvent]:
    """Supersede the released decision; the old one is kept."""
    ruling = _corrected(state, command)
    check_area_reason(state.item, ruling.area, ruling.area_reason)
    unanswered = isinstance(state, Declined) and NO_ANSWER in state.ruling.outcome.reason_codes
    check_outcome(command.outcome, ruling.findings, command.yardstick, unanswered=unanswered)
    accepted = isinstance(command.outcome, Acceptance)
    told = DecisionCorrected(
        decision=_decision(state.item, ruling, command.dossier, command.at),
        supersedes=state.ruling.decision_id,
        outcome="accepted" if accepted else "declined",
        effect=command.effect,
        why=command.why,
        reform=_reform(ruling, command.outcome, command.dossier) if isinstance(command.outcome, Acceptance) else None,
        reason_codes=command.outcome.reason_codes if isinstance(command.outcome, Decline) else (),
    )
    return [RulingMade(ruling), told]


def retract(state: Accepted, command: Retract) -> list[ItemEvent]:
    """Take the reform out of the public record."""
    ruling = replace(state.ruling, decision_id=command.decision_id, by=command.by, at=command.at)
    told = SubmissionRetracted(
        decision=_decision(state.item, ruling, command.dossier, command.at),
        supersedes=state.ruling.decision_id,
        effect=command.effect,
        why=command.why,
    )
    return [told]


def withdraw(state: Entered | Holdable | HeldBack | HeldOver, command: Withdraw) -> list[ItemEvent]:
    """Let the submitter take it back: nothing has left the house yet."""
    return [WithdrawalAccepted(round=state.item.round, accepted_at=command.at)]


def refuse_late_withdrawal(
    _: Departing | Accepted | Declined | Asked | Retracted, command: Withdraw
) -> list[ItemEvent]:
    """Tell the submitter that the decision has left."""
    return [WithdrawalRefused(code="already-released", refused_at=command.at)]


def refuse_second_withdrawal(_: Withdrawn, command: Withdraw) -> list[ItemEvent]:
    """Tell the submitter that it is withdrawn already."""
    return [WithdrawalRefused(code="already-withdrawn", refused_at=command.at)]


def _ruling_to_release(state: Departing | HeldOver) -> AnyRuling:
    if isinstance(state, Departing):
        return state.ruling
    if isinstance(state.within, Decided):
        return state.within.ruling
    raise refused("not-decided", "it is held back undecided")


def _corrected(state: Accepted | Declined, command: Correct) -> AnyRuling:
    before: Ruling[Acceptance] | Ruling[Decline] = state.ruling
    after = Ruling(
        decision_id=command.decision_id,
        outcome=command.outcome,
        findings=before.findings,
        criteria_version=before.criteria_version,
        areas_version=before.areas_version,
        area=command.area or before.area,
        area_reason=command.area_reason or (None if command.area else before.area_reason),
        note=command.note,
        by=command.by,
        at=command.at,
    )
    return _with_new_findings(after, command)  # type: ignore[arg-type]  # a ruling on a union is a union of rulings


def _with_new_findings(ruling: AnyRuling, command: Correct) -> AnyRuling:
    if command.findings is None:
        return ruling
    check_findings(command.findings, command.yardstick)
    return replace(
        ruling,
        findings=command.findings,
        criteria_version=command.yardstick.criteria_version,
        areas_version=command.yardstick.areas_version,
    )


def _decision(item: Item, ruling: AnyRuling, dossier: Dossier, released_at: datetime) -> Decision:
    receipt, proposal = dossier.receipt, dossier.proposal
    return Decision(
        decision_id=ruling.decision_id,
        reference=receipt.reference,
        channel=receipt.channel,
        month=item.month,
        round=item.round,
        version=item.version,
        member=receipt.member,
        title=proposal.title,
        language=proposal.language,
        contact_ref=receipt.contact_ref,
        findings=ruling.findings,
        criteria_version=ruling.criteria_version,
        areas_version=ruling.areas_version,
        received_at=receipt.received_at,
        decided_at=ruling.at,
        released_at=released_at,
        note=ruling.note,
    )


def _reform(ruling: AnyRuling, acceptance: Acceptance, dossier: Dossier) -> Reform:
    return Reform(
        published_title=acceptance.published_title,
        assigned_area=ruling.area,
        area_reason=ruling.area_reason,
        proposal=dossier.proposal,
    )
