"""How what happened changes an item: the state after an event, given the state before."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, assert_never, cast

from contracts.decisions import (
    ClarificationRequested,
    DecisionCorrected,
    ReformEncouraged,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.event import EventData
from contracts.reviews import (
    AreaReassigned,
    DecisionRecorded,
    Outcome,
    SubmissionAssessed,
    SubmissionHeldBack,
    SubmissionUnheld,
    WithdrawalAccepted,
    WithdrawalRefused,
)
from services.review.domain.commands import BatchAdvanced, ItemEvent, RulingMade
from services.review.domain.items import (
    Acceptance,
    Accepted,
    AnyRuling,
    Asked,
    Assessed,
    Basis,
    Decided,
    Decline,
    Declined,
    Departing,
    Encouragement,
    HeldBack,
    HeldOver,
    Hold,
    Holdable,
    InReview,
    ItemState,
    Question,
    Releasable,
    Retracted,
    Retraction,
    Ruling,
    Unanswered,
    Withdrawn,
)
from services.review.domain.transitions import ADVANCES, Phase

OUTCOME_WORDS: Mapping[type[Any], Outcome] = MappingProxyType(
    {Acceptance: "accepted", Decline: "declined", Question: "clarification", Retraction: "retracted"}
)
"""How the contracts name an outcome."""


def evolve(state: ItemState, event: ItemEvent) -> ItemState:
    """Give the state after an event that `decide` gave in this state."""
    if isinstance(state, HeldBack | HeldOver) and isinstance(event, SubmissionAssessed | RulingMade):
        return replace(state, within=cast("Holdable", evolve(state.within, event)))
    return _evolved(state, event)


def _evolved(state: ItemState, event: ItemEvent) -> ItemState:
    after = state
    match event:
        case SubmissionAssessed():
            after = Assessed(state.item, event, unanswered=_came_unanswered(state))
        case RulingMade(ruling=ruling):
            after = _ruled(state, ruling)
        case SubmissionHeldBack() | SubmissionUnheld():
            after = _held(state, event)
        case BatchAdvanced(to=to):
            after = _advanced(state, to)
        case WithdrawalAccepted():
            after = Withdrawn(state.item)
        case SubmissionAccepted() | SubmissionDeclined() | ClarificationRequested():
            after = _released(state, event)
        case ReformEncouraged():
            after = replace(cast("Accepted", state), encouragement=_encouragement(event))
        case (
            AreaReassigned()
            | WithdrawalRefused()
            | DecisionCorrected()
            | SubmissionRetracted()
            | SubmissionReinstated()
        ):
            pass
        case _:
            assert_never(event)
    return after


def told_as(state: ItemState, event: ItemEvent) -> EventData | None:
    """Give the event as the contracts tell it; None for what is told to nobody."""
    if isinstance(event, BatchAdvanced):
        return None
    if isinstance(event, RulingMade):
        return _decision_recorded(state, event.ruling)
    return event


def ruling_of(state: ItemState) -> AnyRuling | None:
    """Give the decision that stands on an item, released or not."""
    match state:
        case Decided() | Departing() | Accepted() | Declined() | Asked() | Retracted():
            return state.ruling
        case HeldBack(within=within) | HeldOver(within=within):
            return ruling_of(within)
        case _:
            return None


def stored_word(state: ItemState) -> str:
    """Name a state as its row does: what follows from the batch or a hold is not in the item's own word."""
    inner = state.within if isinstance(state, HeldBack | HeldOver) else state
    known = _STORED.get(type(inner))
    if known is not None:
        return known
    return "entered" if ruling_of(inner) is None else "decided"


_STORED: Mapping[type[Any], str] = MappingProxyType(
    {
        Withdrawn: "withdrawn",
        Assessed: "assessed",
        Accepted: "accepted",
        Declined: "declined",
        Asked: "asked",
        Retracted: "retracted",
    }
)


def assessment_of(state: ItemState) -> SubmissionAssessed | None:
    """Give the assessment that stands on an item until its release."""
    match state:
        case Assessed(assessment=assessment):
            return assessment
        case Decided(basis=basis):
            return assessment_of(basis)
        case HeldBack(within=within) | HeldOver(within=within):
            return assessment_of(within)
        case _:
            return None


def _held(state: ItemState, event: SubmissionHeldBack | SubmissionUnheld) -> ItemState:
    if isinstance(event, SubmissionUnheld):
        return cast("HeldBack", state).within
    return HeldBack(state.item, cast("Holdable", state), Hold(event.reason, event.held_by, event.held_at))


def _ruled(state: ItemState, ruling: AnyRuling) -> ItemState:
    if isinstance(state, Accepted | Declined | Retracted):
        return _standing(state, ruling, state.encouragement)
    return Decided(state.item, _basis(state), cast("Releasable", ruling))


def _standing(
    state: ItemState, ruling: AnyRuling, encouragement: Encouragement | None = None
) -> Accepted | Declined | Retracted:
    match ruling.outcome:
        case Acceptance():
            return Accepted(state.item, ruling, encouragement)
        case Retraction():
            return Retracted(state.item, ruling, encouragement)
        case _:
            return Declined(state.item, cast("Ruling[Decline]", ruling), encouragement)


def _released(state: ItemState, event: SubmissionAccepted | SubmissionDeclined | ClarificationRequested) -> ItemState:
    ruling = cast("AnyRuling", ruling_of(state))
    if isinstance(event, ClarificationRequested):
        return Asked(state.item, cast("Ruling[Question]", ruling), event.answer_by)
    return _standing(state, ruling)


def _advanced(state: ItemState, to: Phase) -> ItemState:
    following = ADVANCES.get((type(state), to))
    match state:
        case HeldBack() if following is HeldOver:
            return HeldOver(state.item, state.within, state.hold)
        case Decided() if following is Departing:
            return Departing(state.item, state.ruling)
        case _ if following is InReview:
            return InReview(state.item)
        case _:
            return state


def _basis(state: ItemState) -> Basis:
    return state.basis if isinstance(state, Decided) else cast("Basis", state)


def _came_unanswered(state: ItemState) -> bool:
    found = state.basis if isinstance(state, Decided) else state
    return isinstance(found, Unanswered) or (isinstance(found, Assessed) and found.unanswered)


def _encouragement(event: ReformEncouraged) -> Encouragement:
    return Encouragement(event.promising, event.support, event.why, event.encouraged_by, event.encouraged_at)


def _decision_recorded(state: ItemState, ruling: AnyRuling) -> DecisionRecorded:
    outcome = ruling.outcome
    return DecisionRecorded(
        decision_id=ruling.decision_id,
        month=state.item.month,
        round=state.item.round,
        outcome=OUTCOME_WORDS[type(outcome)],
        eligibility=ruling.eligibility,
        relevance=ruling.relevance,
        tagging=ruling.tagging,
        published_title=outcome.published_title if isinstance(outcome, Acceptance | Retraction) else None,
        reason_codes=outcome.reason_codes if isinstance(outcome, Decline) else (),
        question=outcome.question if isinstance(outcome, Question) else None,
        note=ruling.note,
        criteria_version=ruling.criteria_version,
        areas_version=ruling.areas_version,
        reasons_version=ruling.reasons_version,
        supersedes=ruling.supersedes,
        decided_by=ruling.by,
        decided_at=ruling.at,
        attribution=ruling.attribution,
    )
