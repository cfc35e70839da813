"""One command carried out on one item: the state after it, what happened, what is told."""

from dataclasses import dataclass

from contracts.event import Fact
from services.review.domain.commands import ItemCommand, ItemEvent
from services.review.domain.evolution import evolve, told_as
from services.review.domain.items import ItemState
from services.review.domain.transitions import decide


@dataclass(frozen=True, slots=True)
class Done:
    """What a command came to."""

    state: ItemState
    events: tuple[ItemEvent, ...]
    facts: tuple[Fact, ...]


def carry_out(state: ItemState, command: ItemCommand) -> Done:
    """Decide and evolve.

    Raises:
        Refusal: it cannot be done; nothing has changed.
    """
    events = decide(state, command)
    after = state
    for event in events:
        after = evolve(after, event)
    told = [data for data in (told_as(state, event) for event in events) if data is not None]
    return Done(after, tuple(events), tuple(Fact(subject=state.item.submission_id, data=data) for data in told))
