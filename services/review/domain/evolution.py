"""How what happened changes an item: the state after an event, given the state before."""

from dataclasses import replace
from typing import assert_never, cast

from contracts.decisions import (
    ClarificationRequested,
    DecisionCorrected,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionRetracted,
)
from contracts.event import EventData
from contracts.reviews import (
    AreaReassigned,
    DecisionRecorded,
    SubmissionAssessed,
    WithdrawalAccepted,
    WithdrawalRefused,
)
from services.review.domain.commands import BatchAdvanced, HoldPlaced, ItemEvent, RulingMade
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
    HeldBack,
    HeldOver,
    Hold,
    Holdable,
    InReview,
    ItemState,
    Question,
    Retracted,
    Ruling,
    Unanswered,
    Withdrawn,
)
from services.review.domain.transitions import ADVANCES, Phase

OUTCOME_WORDS = {Acceptance: "accepted", Decline: "declined", Question: "clarification"}
"""How the contracts name an outcome."""


def evolve(state: ItemState, event: ItemEvent) -> ItemState:
    """Give the state after an event that `decide` gave in this state."""
    if isinstance(state, HeldBack | HeldOver) and isinstance(event, SubmissionAssessed | RulingMade):
        return replace(state, within=cast("Holdable", evolve(state.within, event)))
    after = state
    match event:
        case SubmissionAssessed():
            after = Assessed(state.item, event, unanswered=_came_unanswered(state))
        case RulingMade(ruling=ruling):
            after = _ruled(state, ruling)
        case HoldPlaced():
            after = HeldBack(state.item, cast("Holdable", state), Hold(event.reason, event.by, event.at))
        case BatchAdvanced(to=to):
            after = _advanced(state, to)
        case WithdrawalAccepted():
            after = Withdrawn(state.item)
        case SubmissionAccepted() | SubmissionDeclined() | ClarificationRequested():
            after = _released(state, event)
        case SubmissionRetracted():
            after = Retracted(state.item, cast("Accepted", state).ruling)
        case AreaReassigned() | WithdrawalRefused() | DecisionCorrected():
            pass
        case _:
            assert_never(event)
    return after


def told_as(state: ItemState, event: ItemEvent) -> EventData | None:
    """Give the event as the contracts tell it; None for what is told to nobody."""
    if isinstance(event, HoldPlaced | BatchAdvanced):
        return None
    if isinstance(event, RulingMade):
        return _decision_recorded(state, event.ruling)
    return event


def ruling_of(state: ItemState) -> AnyRuling | None:
    """Give the decision that stands on an item, released or not."""
    match state:
        case Decided(ruling=ruling) | Departing(ruling=ruling):
            return ruling
        case Accepted(ruling=accepted) | Retracted(ruling=accepted):
            return accepted
        case Declined(ruling=declined):
            return declined
        case Asked(ruling=asked):
            return asked
        case HeldBack(within=within) | HeldOver(within=within):
            return ruling_of(within)
        case _:
            return None


def _ruled(state: ItemState, ruling: AnyRuling) -> ItemState:
    if isinstance(state, Accepted | Declined):
        return _standing(state, ruling)
    return Decided(state.item, _basis(state), ruling)


def _standing(state: ItemState, ruling: AnyRuling) -> Accepted | Declined:
    if isinstance(ruling.outcome, Acceptance):
        return Accepted(state.item, ruling)
    return Declined(state.item, cast("Ruling[Decline]", ruling))


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


def _decision_recorded(state: ItemState, ruling: AnyRuling) -> DecisionRecorded:
    return DecisionRecorded(
        decision_id=ruling.decision_id,
        month=state.item.month,
        round=state.item.round,
        outcome=OUTCOME_WORDS[type(ruling.outcome)],  # type: ignore[arg-type]  # its values are the literals
        decided_by=ruling.by,
        decided_at=ruling.at,
    )
