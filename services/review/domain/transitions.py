"""The transition table of an item, declared once: in every state each command is a transition or a named refusal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from contracts.decisions import (
    ClarificationRequested,
    DecisionCorrected,
    ReformEncouraged,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.reviews import (
    AreaReassigned,
    SubmissionAssessed,
    SubmissionHeldBack,
    SubmissionUnheld,
    WithdrawalAccepted,
    WithdrawalRefused,
)
from services.review.domain import departures, rulings
from services.review.domain.commands import (
    Assess,
    Correct,
    Decide,
    Encourage,
    HoldBack,
    ItemCommand,
    ItemEvent,
    Reinstate,
    Release,
    Retract,
    RulingMade,
    Unhold,
    Withdraw,
)
from services.review.domain.items import (
    Accepted,
    Asked,
    Assessed,
    Decided,
    Declined,
    Departing,
    Entered,
    HeldBack,
    HeldOver,
    InReview,
    ItemState,
    Retracted,
    Unanswered,
    Withdrawn,
)
from services.review.domain.refused import refused


@dataclass(frozen=True, slots=True)
class Transition:
    """What a command does in a state: its rule, the events that the rule may give, the states it may lead to."""

    rule: Callable[[Any, Any], list[ItemEvent]]
    tells: tuple[type[Any], ...]
    leads_to: tuple[type[Any], ...]


def decide(state: ItemState, command: ItemCommand) -> list[ItemEvent]:
    """Say what follows from a command.

    Raises:
        Refusal: it cannot be done in this state, or its content does not hold.
    """
    cell = TABLE[type(state)][type(command)]
    if isinstance(cell, str):
        raise refused(cell)
    return cell.rule(state, command)


def _hold(state: ItemState, command: HoldBack) -> list[ItemEvent]:
    item = state.item
    return [
        SubmissionHeldBack(
            month=item.month, round=item.round, reason=command.reason, held_by=command.by, held_at=command.at
        )
    ]


def _unhold(state: HeldBack, command: Unhold) -> list[ItemEvent]:
    item = state.item
    return [
        SubmissionUnheld(
            month=item.month, round=item.round, reason=command.reason, unheld_by=command.by, unheld_at=command.at
        )
    ]


def _within(state: HeldBack | HeldOver, command: ItemCommand) -> list[ItemEvent]:
    return decide(state.within, command)


_RELEASED = (Accepted, Declined, Asked)
_RELEASES = (SubmissionAccepted, SubmissionDeclined, ClarificationRequested)
_RULINGS = (RulingMade, AreaReassigned)
_ASSESSMENTS = (SubmissionAssessed, AreaReassigned)

_assess = Transition(rulings.assess, _ASSESSMENTS, (Assessed,))
_decide = Transition(rulings.rule, _RULINGS, (Decided,))
_place_hold = Transition(_hold, (SubmissionHeldBack,), (HeldBack,))
_take_hold_off = Transition(_unhold, (SubmissionUnheld,), (InReview, Unanswered, Assessed, Decided))
_withdraw = Transition(departures.withdraw, (WithdrawalAccepted,), (Withdrawn,))
_release = Transition(departures.release, _RELEASES, _RELEASED)
_correct = Transition(departures.correct, (RulingMade, DecisionCorrected), (Accepted, Declined))
_retract = Transition(departures.retract, (RulingMade, SubmissionRetracted), (Retracted,))
_reinstate = Transition(departures.reinstate, (RulingMade, SubmissionReinstated), (Accepted,))
_encourage = Transition(departures.encourage, (ReformEncouraged,), (Accepted,))


def _too_late(state: type[Any]) -> Transition:
    return Transition(departures.refuse_late_withdrawal, (WithdrawalRefused,), (state,))


def _all(code: str, *commands: type[Any]) -> dict[type[Any], str]:
    return dict.fromkeys(commands, code)


Cell = Transition | str
Row = Mapping[type[Any], Cell]

_NOT_RELEASED = _all("not-released", Correct, Retract, Reinstate, Encourage)
_OPEN_FOR_WORK: dict[type[Any], Cell] = {
    Assess: _assess,
    Decide: _decide,
    HoldBack: _place_hold,
    Unhold: "not-held-back",
    Withdraw: _withdraw,
    Release: "batch-not-released",
    **_NOT_RELEASED,
}
_WORK = (Assess, Decide, HoldBack, Unhold)
_GONE = _all("already-released", *_WORK, Release)

TABLE: Mapping[type[Any], Row] = MappingProxyType(
    {
        Entered: {**_all("batch-not-sealed", *_WORK, Release), Withdraw: _withdraw, **_NOT_RELEASED},
        InReview: {**_OPEN_FOR_WORK, Decide: "not-assessed"},
        Unanswered: _OPEN_FOR_WORK,
        Assessed: _OPEN_FOR_WORK,
        Decided: _OPEN_FOR_WORK,
        HeldBack: {
            **_OPEN_FOR_WORK,
            Assess: Transition(_within, _ASSESSMENTS, (HeldBack,)),
            Decide: Transition(_within, _RULINGS, (HeldBack,)),
            HoldBack: "already-held-back",
            Unhold: _take_hold_off,
        },
        HeldOver: {
            **_OPEN_FOR_WORK,
            Assess: Transition(_within, _ASSESSMENTS, (HeldOver,)),
            Decide: Transition(_within, _RULINGS, (HeldOver,)),
            HoldBack: "already-held-back",
            Unhold: "held-over",
            Release: _release,
        },
        Departing: {
            **_all("already-released", *_WORK),
            Release: _release,
            Withdraw: _too_late(Departing),
            **_NOT_RELEASED,
        },
        Withdrawn: {
            **_all("withdrawn", *_WORK, Release, Correct, Retract, Reinstate, Encourage),
            Withdraw: Transition(departures.refuse_second_withdrawal, (WithdrawalRefused,), (Withdrawn,)),
        },
        Accepted: {
            **_GONE,
            Withdraw: _too_late(Accepted),
            Correct: _correct,
            Retract: _retract,
            Reinstate: "not-retracted",
            Encourage: _encourage,
        },
        Declined: {
            **_GONE,
            Withdraw: _too_late(Declined),
            Correct: _correct,
            **_all("not-accepted", Retract, Encourage),
            Reinstate: "not-retracted",
        },
        Asked: {
            **_GONE,
            Withdraw: _too_late(Asked),
            Correct: "round-ended-with-question",
            **_all("not-accepted", Retract, Encourage),
            Reinstate: "not-retracted",
        },
        Retracted: {
            **_all("already-retracted", *_WORK, Release, Correct, Retract, Encourage),
            Withdraw: _too_late(Retracted),
            Reinstate: _reinstate,
        },
    }
)
"""State to command to transition, or to the code of the refusal. Total: a test walks it all."""

Phase = Literal["sealed", "releasing"]
ADVANCES: Mapping[tuple[type[Any], Phase], type[Any]] = MappingProxyType(
    {
        (Entered, "sealed"): InReview,
        (Decided, "releasing"): Departing,
        (HeldBack, "releasing"): HeldOver,
    }
)
"""How items go along when their batch is sealed, or its release ordered; all others stay what they are."""
