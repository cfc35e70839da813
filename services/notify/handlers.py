"""What notify does when it hears something: it writes the ledger rows of the letters that follow."""

from collections.abc import Sequence

from contracts.decisions import DecisionEvent
from contracts.event import Event
from contracts.submissions import SubmissionReceived
from contracts.topics import DECISIONS, SUBMISSIONS
from services.chassis.reading.hears import hears
from services.chassis.transaction import Transaction
from services.notify import store
from services.notify.domain.letters import plan


@hears(SUBMISSIONS)
async def on_submissions(events: Sequence[Event[SubmissionReceived]], tx: Transaction) -> None:
    """Owe each submitter a receipt, and inform the points of contact of standalone submissions."""
    await store.insert_letters(tx, plan(events).letters)


@hears(DECISIONS)
async def on_decisions(events: Sequence[Event[DecisionEvent]], tx: Transaction) -> None:
    """Owe each submitter the outcome or the question; cancel what a correction overtakes before it was sent."""
    planned = plan(events)
    await store.cancel_letters(tx, planned.superseded)
    await store.insert_letters(tx, planned.letters)
