"""The transition table of an item, declared once: in every state each command is a transition or a named refusal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from contracts.decisions import (
    ClarificationRequested,
    DecisionCorrected,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionRetracted,
)
from contracts.reviews import AreaReassigned, SubmissionAssessed, WithdrawalAccepted, WithdrawalRefused
from services.review.domain import departures, rulings
from services.review.domain.commands import (
    Assess,
    Correct,
    Decide,
    HoldBack,
    HoldPlaced,
    ItemCommand,
    ItemEvent,
    Release,
    Retract,
    RulingMade,
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


def _hold(_: ItemState, command: HoldBack) -> list[ItemEvent]:
    return [HoldPlaced(command.reason, command.by, command.at)]


def _within(state: HeldBack | HeldOver, command: ItemCommand) -> list[ItemEvent]:
    return decide(state.within, command)


_RELEASED = (Accepted, Declined, Asked)
_RELEASES = (SubmissionAccepted, SubmissionDeclined, ClarificationRequested)
_RULINGS = (RulingMade, AreaReassigned)
_ASSESSMENTS = (SubmissionAssessed, AreaReassigned)

_assess = Transition(rulings.assess, _ASSESSMENTS, (Assessed,))
_decide = Transition(rulings.rule, _RULINGS, (Decided,))
_place_hold = Transition(_hold, (HoldPlaced,), (HeldBack,))
_withdraw = Transition(departures.withdraw, (WithdrawalAccepted,), (Withdrawn,))
_release = Transition(departures.release, _RELEASES, _RELEASED)
_correct = Transition(departures.correct, (RulingMade, DecisionCorrected), (Accepted, Declined))
_retract = Transition(departures.retract, (SubmissionRetracted,), (Retracted,))


def _too_late(state: type[Any]) -> Transition:
    return Transition(departures.refuse_late_withdrawal, (WithdrawalRefused,), (state,))


def _all(code: str, *commands: type[Any]) -> dict[type[Any], str]:
    return dict.fromkeys(commands, code)


Cell = Transition | str
Row = Mapping[type[Any], Cell]

_NOT_RELEASED = _all("not-released", Correct, Retract)
_OPEN_FOR_WORK: dict[type[Any], Cell] = {
    Assess: _assess,
    Decide: _decide,
    HoldBack: _place_hold,
    Withdraw: _withdraw,
    Release: "batch-not-released",
    **_NOT_RELEASED,
}
_GONE = _all("already-released", Assess, Decide, HoldBack, Release)

TABLE: Mapping[type[Any], Row] = MappingProxyType(
    {
        Entered: {**_all("batch-not-sealed", Assess, Decide, HoldBack, Release), Withdraw: _withdraw, **_NOT_RELEASED},
        InReview: {**_OPEN_FOR_WORK, Decide: "not-assessed"},
        Unanswered: _OPEN_FOR_WORK,
        Assessed: _OPEN_FOR_WORK,
        Decided: _OPEN_FOR_WORK,
        HeldBack: {
            **_OPEN_FOR_WORK,
            Assess: Transition(_within, _ASSESSMENTS, (HeldBack,)),
            Decide: Transition(_within, _RULINGS, (HeldBack,)),
            HoldBack: "already-held-back",
        },
        HeldOver: {
            **_OPEN_FOR_WORK,
            Assess: Transition(_within, _ASSESSMENTS, (HeldOver,)),
            Decide: Transition(_within, _RULINGS, (HeldOver,)),
            HoldBack: "already-held-back",
            Release: _release,
        },
        Departing: {
            **_all("already-released", Assess, Decide, HoldBack),
            Release: _release,
            Withdraw: _too_late(Departing),
            **_NOT_RELEASED,
        },
        Withdrawn: {
            **_all("withdrawn", Assess, Decide, HoldBack, Release, Correct, Retract),
            Withdraw: Transition(departures.refuse_second_withdrawal, (WithdrawalRefused,), (Withdrawn,)),
        },
        Accepted: {**_GONE, Withdraw: _too_late(Accepted), Correct: _correct, Retract: _retract},
        Declined: {**_GONE, Withdraw: _too_late(Declined), Correct: _correct, Retract: "not-accepted"},
        Asked: {**_GONE, Withdraw: _too_late(Asked), Correct: "round-ended-with-question", Retract: "not-accepted"},
        Retracted: {
            **_all("already-retracted", Assess, Decide, HoldBack, Release, Correct, Retract),
            Withdraw: _too_late(Retracted),
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
