"""What leaves the house: the released decision with everything it rests on, and what is said of it afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, assert_never

from contracts.decisions import (
    ClarificationRequested,
    Decision,
    DecisionCorrected,
    Reform,
    ReformEncouraged,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.reviews import Supersession, WithdrawalAccepted, WithdrawalRefused
from services.review.domain.attributing import attribute, attributed
from services.review.domain.commands import (
    Correct,
    Dossier,
    Encourage,
    ItemEvent,
    Reinstate,
    Release,
    Retract,
    RulingMade,
    Withdraw,
)
from services.review.domain.items import (
    Acceptance,
    Accepted,
    AnyRuling,
    Asked,
    Decided,
    Decline,
    Declined,
    Departing,
    Encouragement,
    Entered,
    HeldBack,
    HeldOver,
    Holdable,
    Item,
    Question,
    Releasable,
    Retracted,
    Retraction,
    Ruling,
    Withdrawn,
)
from services.review.domain.judging import check_findings, judge, judgement_of
from services.review.domain.refused import refused
from services.review.domain.rulings import NO_ANSWER, check_outcome, tag

ANSWER_WITHIN = timedelta(days=90)
"""How long a question waits for its answer, from its release."""

UNRELEASED = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the moment of the release in events that are written before it. Nothing of ours is as old."""


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
    unanswered = isinstance(state, Declined) and NO_ANSWER in state.ruling.outcome.reason_codes
    check_outcome(command.outcome, ruling.findings, command.yardstick, unanswered=unanswered)
    outcome = command.outcome
    told = DecisionCorrected(
        decision=_decision(state.item, ruling, command.dossier, command.at),
        supersedes=state.ruling.decision_id,
        outcome="accepted" if isinstance(outcome, Acceptance) else "declined",
        effect=command.effect,
        why=command.why,
        reform=_reform(ruling, outcome, command.dossier) if isinstance(outcome, Acceptance) else None,
        reason_codes=outcome.reason_codes if isinstance(outcome, Decline) else (),
    )
    return [RulingMade(ruling), told]


def retract(state: Accepted, command: Retract) -> list[ItemEvent]:
    """Take the reform out of the public record."""
    ruling = _superseding(state.ruling, command, Retraction(state.ruling.outcome.published_title))
    told = SubmissionRetracted(
        decision=_decision(state.item, ruling, command.dossier, command.at),
        supersedes=state.ruling.decision_id,
        effect=command.effect,
        why=command.why,
    )
    return [RulingMade(ruling), told]


def reinstate(state: Retracted, command: Reinstate) -> list[ItemEvent]:
    """Put the reform back into the public record, on the findings on which it was accepted."""
    outcome = Acceptance(command.published_title or state.ruling.outcome.published_title)
    ruling = replace(_superseding(state.ruling, command, outcome), note=command.note)
    told = SubmissionReinstated(
        decision=_decision(state.item, ruling, command.dossier, command.at),
        supersedes=state.ruling.decision_id,
        effect=command.effect,
        why=command.why,
        reform=_reform(ruling, outcome, command.dossier),
    )
    return [RulingMade(ruling), told]


def encourage(state: Accepted, command: Encourage) -> list[ItemEvent]:
    """Note whether the reform is promising, and what support and awards it was given.

    Raises:
        Refusal: ``nothing-changed``.
    """
    before = state.encouragement or Encouragement(promising=False, support=(), why=None, by="", at=command.at)
    if (before.promising, before.support, before.why) == (command.promising, command.support, command.why):
        raise refused("nothing-changed", "it stands so already")
    told = ReformEncouraged(
        reference=command.reference,
        promising=command.promising,
        support=command.support,
        why=command.why,
        encouraged_by=command.by,
        encouraged_at=command.at,
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


def _ruling_to_release(state: Departing | HeldOver) -> Releasable:
    if isinstance(state, Departing):
        return state.ruling
    if isinstance(state.within, Decided):
        return state.within.ruling
    raise refused("not-decided", "it is held back undecided")


def _corrected(state: Accepted | Declined, command: Correct) -> AnyRuling:
    before = _found_again(state.ruling, command)
    yardstick = command.yardstick
    return replace(
        _superseding(before, command, command.outcome),
        eligibility=judge(before.eligibility, command.eligibility, "eligibility"),
        relevance=judge(before.relevance, command.relevance, "relevance"),
        tagging=tag(state.item, before.tagging, command.tagging),
        reasons_version=yardstick.reasons_version,
        note=command.note,
        attribution=attribute(before.attribution, command.attribution),
    )


def _found_again(before: AnyRuling, command: Correct) -> AnyRuling:
    if command.findings is None:
        return before
    yardstick = command.yardstick
    check_findings(command.findings, yardstick)
    return replace(
        before,
        eligibility=judgement_of(command.findings, yardstick.gates),
        relevance=judgement_of(command.findings, yardstick.criteria),
        criteria_version=yardstick.criteria_version,
        areas_version=yardstick.areas_version,
    )


def _superseding(before: AnyRuling, command: Correct | Retract | Reinstate, outcome: Any) -> Ruling[Any]:
    kept: Ruling[Any] = before
    return replace(
        kept,
        decision_id=command.decision_id,
        outcome=outcome,
        by=command.by,
        at=command.at,
        supersedes=Supersession(decision_id=before.decision_id, effect=command.effect, why=command.why),
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
        member=ruling.attribution.member if ruling.attribution else receipt.member,
        title=proposal.title,
        language=proposal.language,
        contact_ref=receipt.contact_ref,
        eligibility=ruling.eligibility.verdict,
        relevance=ruling.relevance.verdict,
        findings=ruling.findings,
        criteria_version=ruling.criteria_version,
        areas_version=ruling.areas_version,
        reasons_version=ruling.reasons_version,
        received_at=receipt.received_at,
        decided_at=ruling.at,
        released_at=released_at,
        note=ruling.note,
    )


def _reform(ruling: AnyRuling, acceptance: Acceptance, dossier: Dossier) -> Reform:
    return Reform(
        published_title=acceptance.published_title,
        assigned_area=ruling.area,
        area_reason=ruling.tagging.reason,
        proposal=attributed(dossier.proposal, ruling.attribution),
        locality=ruling.attribution.locality if ruling.attribution else None,
    )
