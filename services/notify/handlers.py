"""What notify does when it hears something: it writes the ledger rows of the letters that follow."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.batches import BatchReported
from contracts.event import Cause, Event
from contracts.reforms import ReformEvent
from contracts.topics import DECISIONS, REFORMS, REVIEWS, SUBMISSIONS
from services.chassis.reading.hears import Hears, hears
from services.chassis.transaction import Transaction
from services.notify.domain.delays import find_released
from services.notify.domain.planning import Plan, Told, plan
from services.notify.domain.reports import find_subscribers, reports_for
from services.notify.domain.searches import find_changes, find_shown, letters_of_searches
from services.notify.domain.standing import note
from services.notify.domain.timing import Timetable, Timing, next_weekly, read_timetable
from services.notify.store.campaigns import cancel_requests
from services.notify.store.ledger import cancel_letters, cancel_reminders, insert_letters, release_letters
from services.notify.store.reviews import save_released
from services.notify.store.searches import cancel_found, find_words, list_searches
from services.notify.store.standings import save_standings
from services.notify.store.subscribers import list_subscribers, save_reported, save_subscribers

LETTERS_AT_ONCE = 1000
PLANNED_AT_ONCE = 250
"""So many events of a chunk are written while the next ones are planned: what is heard is applied in its order."""
SEARCHES_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """What is done with each topic heard."""

    on_submissions: Hears
    on_decisions: Hears
    on_reviews: Hears
    on_reforms: Hears


def make_handlers(timetable: Timetable) -> Handlers:
    """Make the handlers; the timetable says when letters go that do not go at once."""

    @hears(SUBMISSIONS)
    async def on_submissions(events: Sequence[Event[Told]], tx: Transaction) -> None:
        """Owe a receipt to each who sent something in; inform others of it as soon as the address is confirmed."""
        await _owe(events, tx, timetable)
        await save_subscribers(tx, find_subscribers(events))

    @hears(DECISIONS)
    async def on_decisions(events: Sequence[Event[Told]], tx: Transaction) -> None:
        """Owe each submitter the outcome or the question; cancel what a correction overtakes before it was sent."""
        await _owe(events, tx, timetable)

    @hears(REVIEWS)
    async def on_reviews(events: Sequence[Event[Told]], tx: Transaction) -> None:
        """Owe each who asked to withdraw the answer, and subscribers a report; note which batches are released."""
        await save_released(tx, find_released(events))
        await _owe(events, tx, timetable)
        for event in events:
            if isinstance(event.data, BatchReported):
                await _owe_report(event.data, event.cause, tx)

    @hears(REFORMS)
    async def on_reforms(events: Sequence[Event[ReformEvent]], tx: Transaction) -> None:
        """Owe each who saved a search what it finds, with the next digest; take back what has changed since."""
        unsaid = await cancel_found(tx, find_changes(events))
        last, due_at, shown = "", next_weekly(timetable, tx.now), find_shown(events)
        while searches := await list_searches(tx, last, SEARCHES_AT_ONCE):
            has_words = await find_words(tx, shown, searches)
            await insert_letters(tx, letters_of_searches(events, searches, has_words, unsaid, due_at))
            last = searches[-1].subscription_id

    return Handlers(
        on_submissions=on_submissions, on_decisions=on_decisions, on_reviews=on_reviews, on_reforms=on_reforms
    )


async def _owe(events: Sequence[Event[Told]], tx: Transaction, timetable: Timetable) -> None:
    timing = read_timetable(timetable, tx.now)
    standings = await save_standings(tx, note(events))
    # while Postgres writes what some events mean, what the next ones mean is thought out
    writing = asyncio.create_task(asyncio.sleep(0))
    try:
        for begin in range(0, len(events), PLANNED_AT_ONCE):
            planned = plan(events[begin : begin + PLANNED_AT_ONCE], standings, timing)
            await writing
            writing = asyncio.create_task(_write(tx, planned, timing))
            await asyncio.sleep(0)
    finally:
        await writing


async def _write(tx: Transaction, planned: Plan, timing: Timing) -> None:
    await cancel_letters(tx, planned.superseded)
    await cancel_reminders(tx, planned.opened)
    await cancel_requests(tx, planned.ended)
    await release_letters(tx, planned.confirmed, timing.next_digest)
    await insert_letters(tx, planned.letters)


async def _owe_report(told: BatchReported, cause: Cause, tx: Transaction) -> None:
    if not await save_reported(tx, told.month, cause.event_id):
        return
    last = ""
    while subscribers := await list_subscribers(tx, told.reported_at, last, LETTERS_AT_ONCE):
        await insert_letters(tx, reports_for(told, cause, subscribers))
        last = subscribers[-1].subscription_id
