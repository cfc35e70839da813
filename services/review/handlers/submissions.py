"""Hears `submissions`: enters every round into the batch of its month, and seals the months that are over."""

from collections.abc import Sequence

from contracts.event import Event
from contracts.submissions import MonthClosed, SubmissionEvent
from contracts.topics import SUBMISSIONS
from services.chassis.reading.hears import hears
from services.chassis.reading.settle import Parked
from services.chassis.transaction import Transaction
from services.review.domain.entering import fold, subjects_to_find
from services.review.domain.parked import counts, month_of
from services.review.domain.stories import sort_out
from services.review.handlers.sealing import seal_batches
from services.review.store import batches, contributions, entering


async def exclude_discarded(parked: Parked, why: str, tx: Transaction) -> None:
    """Count a discarded event as excluded, and look whether its month is complete now."""
    if parked.event_id is None or not counts(parked.type):
        return
    month = month_of(parked.raw)
    await entering.insert_excluded(tx, parked.event_id, month, parked.partition, parked.seq, why)
    closed = await batches.list_closed_months(tx, parked.partition)
    await seal_batches(tx, dict.fromkeys(found for found in closed if month in {found, None}))


@hears(SUBMISSIONS, on_discarded=exclude_discarded)
async def on_submissions(events: Sequence[Event[SubmissionEvent]], tx: Transaction) -> None:
    """Enter submissions into the batches of their months, seal the months that are over, and keep the others apart."""
    told = sort_out(events)
    await contributions.insert_stories(tx, told.stories)
    await contributions.insert_nominations(tx, told.nominations)
    if told.reviewed:
        await _enter(told.reviewed, tx)


async def _enter(events: Sequence[Event[SubmissionEvent]], tx: Transaction) -> None:
    closing = {event.data.month: event.cause for event in events if isinstance(event.data, MonthClosed)}
    await batches.lock_batches(tx, list(closing))
    known = await entering.find_standings(tx, subjects_to_find(events))
    entered = fold(known, events, tx.now)
    behind = await entering.save_entered(tx, entered, tx.partition_of)
    await entering.insert_markers(tx, entered.markers)
    tx.emit(entered.facts)
    await seal_batches(tx, dict.fromkeys(behind, events[-1].cause) | closing)
