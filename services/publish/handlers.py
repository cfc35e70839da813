"""What publish does with what it hears."""

from collections.abc import Sequence

from contracts.decisions import DecisionEvent, ReformEncouraged, StoryReleased
from contracts.event import Event
from contracts.topics import DECISIONS
from services.chassis.database import Transaction
from services.chassis.reading.hears import hears
from services.publish.domain.reforms import fold
from services.publish.domain.stories import sort_out
from services.publish.store import encouragements, reforms, stories


@hears(DECISIONS)
async def on_decisions(
    events: Sequence[Event[DecisionEvent | ReformEncouraged | StoryReleased]], tx: Transaction
) -> None:
    """Enter released decisions and stories into the public record, and tell what changed of its reforms."""
    told = sort_out(events)
    await stories.insert_stories(tx, told.stories)
    await encouragements.save_encouragements(tx, told.encouragements)
    standings = await reforms.find_standings(tx, told.decisions)
    entries, facts = fold(standings, told.decisions)
    await reforms.insert_entries(tx, entries)
    tx.emit(facts)
