"""What an action on many items would do to each, shown before it is done and done only as it was shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import msgspec

from services.review.domain.evolution import OUTCOME_WORDS, assessment_of, ruling_of
from services.review.domain.items import Acceptance, HeldBack, HeldOver, ItemState, word_of

ITEMS_MAX = 300
"""So many items one plan may be about: more than anyone looks through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An item in a few words: what a plan shows of it before and after."""

    state: str
    area: str
    outcome: str | None = None
    published_title: str | None = None
    reason_codes: tuple[str, ...] = ()
    held: str | None = None
    assessor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """What would happen to one item: ``after`` where the action goes on, else the code of the refusal and why."""

    submission_id: str
    round: int
    revision: int | None = None
    reference: str = ""
    title: str = ""
    before: Outline | None = None
    after: Outline | None = None
    refusal: str | None = None
    detail: str = ""


class Changed(NamedTuple):
    """A line that is no longer as it was shown; None where it was not there, or is not any more."""

    shown: PlanLine | None
    now: PlanLine | None


def hash_plan(action: str, lines: Iterable[PlanLine]) -> str:
    """Give what says that a plan is the one that was shown: over the action's JSON, and each item as it stands."""
    return sha256(msgspec.json.encode([action, list(lines)])).hexdigest()


def changes(shown: Sequence[PlanLine], now: Sequence[PlanLine]) -> list[Changed]:
    """List what differs between a plan as it was shown and as it would be made now."""
    before, after = ({(line.submission_id, line.round): line for line in lines} for lines in (shown, now))
    return [
        Changed(before.get(key), after.get(key))
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    ]


def outline(state: ItemState, assessor: str | None = None) -> Outline:
    """Put an item in a few words."""
    held = state if isinstance(state, HeldBack | HeldOver) else None
    ruling, assessment = ruling_of(state), assessment_of(state)
    outcome = ruling.outcome if ruling else None
    return Outline(
        state=word_of(held.within if held else state),
        area=ruling.area if ruling else assessment.proposed_area if assessment else state.item.declared_area,
        outcome=OUTCOME_WORDS[type(outcome)] if outcome else None,
        published_title=outcome.published_title if isinstance(outcome, Acceptance) else None,
        reason_codes=getattr(outcome, "reason_codes", ()),
        held=held.hold.reason if held else None,
        assessor=assessor,
    )
