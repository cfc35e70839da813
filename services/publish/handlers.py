"""What publish does with what it hears."""

from collections.abc import Sequence

from contracts.decisions import DecisionEvent
from contracts.event import Event
from contracts.topics import DECISIONS
from services.chassis.database import Transaction
from services.chassis.reading.hears import hears
from services.publish import store
from services.publish.domain import fold


@hears(DECISIONS)
async def on_decisions(events: Sequence[Event[DecisionEvent]], tx: Transaction) -> None:
    """Enter released decisions into the public record, and tell what changed in it."""
    standings = await store.find_standings(tx, events)
    entries, facts = fold(standings, events)
    await store.insert_entries(tx, entries)
    tx.emit(facts)
