"""Rows into states and back: an item's state is its row, its batch's state and its hold, seen together."""

from typing import Any, NamedTuple

from contracts.reviews import SubmissionAssessed
from contracts.vocabulary import Area
from services.chassis.codec import decode, encode_text
from services.chassis.database import Record
from services.review.domain.commands import BatchAdvanced
from services.review.domain.evolution import OUTCOME_WORDS, evolve, ruling_of, stored_word
from services.review.domain.items import (
    Acceptance,
    Accepted,
    Asked,
    Assessed,
    Decided,
    Decline,
    Declined,
    Encouragement,
    Entered,
    HeldBack,
    HeldOver,
    Hold,
    Holdable,
    Item,
    ItemState,
    Question,
    Releasable,
    Retracted,
    Retraction,
    Ruling,
    Unanswered,
    Withdrawn,
)

_RULINGS: dict[str, Any] = {
    "accepted": Ruling[Acceptance],
    "declined": Ruling[Decline],
    "clarification": Ruling[Question],
    "retracted": Ruling[Retraction],
}


class ItemColumns(NamedTuple):
    """The columns of an item that change with its state; no ``assessment`` where the last one stays."""

    state: str
    assessment: str | None
    outcome: str | None
    ruling: str | None
    hold: str | None
    encouragement: str | None
    answer_by: object


def read_state(row: Record) -> ItemState:
    """Make the state of a row that has the item's columns, and its batch's state as ``batch``."""
    state = _bare(row)
    if row["batch"] != "open":
        state = evolve(state, BatchAdvanced("sealed"))
    if row["hold"] is not None:
        hold: Hold = decode(Hold, row["hold"])
        state = HeldBack(state.item, _holdable(state), hold)
    if row["batch"] in {"releasing", "released"}:
        state = evolve(state, BatchAdvanced("releasing"))
    return state


def write_state(state: ItemState) -> ItemColumns:
    """Give the columns of a state."""
    inner = state.within if isinstance(state, HeldBack | HeldOver) else state
    basis = inner.basis if isinstance(inner, Decided) else inner
    ruling = ruling_of(inner)
    return ItemColumns(
        state=stored_word(inner),
        assessment=encode_text(basis.assessment) if isinstance(basis, Assessed) else None,
        outcome=OUTCOME_WORDS[type(ruling.outcome)] if ruling else None,
        ruling=encode_text(ruling) if ruling else None,
        hold=encode_text(state.hold) if isinstance(state, HeldBack | HeldOver) else None,
        encouragement=_encouragement_text(inner),
        answer_by=inner.answer_by if isinstance(inner, Asked) else None,
    )


def _bare(row: Record) -> ItemState:
    item = Item(str(row["submission_id"]), row["round"], row["month"], row["version"], Area(row["declared_area"]))
    match row["state"]:
        case "entered":
            return Unanswered(item) if row["unanswered"] else Entered(item)
        case "withdrawn":
            return Withdrawn(item)
        case "assessed":
            return _assessed(item, row)
        case _:
            return _with_ruling(item, row, decode(_RULINGS[row["outcome"]], row["ruling"]))


def _assessed(item: Item, row: Record) -> Assessed:
    return Assessed(item, decode(SubmissionAssessed, row["assessment"]), row["unanswered"])


def _with_ruling(item: Item, row: Record, ruling: Any) -> ItemState:
    match row["state"]:
        case "accepted":
            return Accepted(item, ruling, _encouragement(row))
        case "declined":
            return Declined(item, ruling, _encouragement(row))
        case "asked":
            return Asked(item, ruling, row["answer_by"])
        case "retracted":
            return Retracted(item, ruling, _encouragement(row))
        case _:
            return _decided(item, row, ruling)


def _decided(item: Item, row: Record, ruling: Releasable) -> Decided:
    basis = _assessed(item, row) if row["assessment"] is not None else Unanswered(item)
    return Decided(item, basis, ruling)


def _encouragement(row: Record) -> Encouragement | None:
    text = row["encouragement"]
    return None if text is None else decode(Encouragement, text)


def _encouragement_text(state: ItemState) -> str | None:
    told = state.encouragement if isinstance(state, Accepted | Declined | Retracted) else None
    return None if told is None else encode_text(told)


def _holdable(state: ItemState) -> Holdable:
    assert isinstance(state, Holdable)  # noqa: S101 - the table's check says so
    return state
