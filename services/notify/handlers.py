"""What notify does when it hears something: it writes the ledger rows of the letters that follow."""

from collections.abc import Sequence

from contracts.event import Event
from contracts.topics import DECISIONS, SUBMISSIONS
from services.chassis.reading.hears import hears
from services.chassis.transaction import Transaction
from services.notify.domain.planning import Told, find_confirmations, plan
from services.notify.store.confirmations import confirm
from services.notify.store.ledger import cancel_letters, insert_letters, release_letters


@hears(SUBMISSIONS)
async def on_submissions(events: Sequence[Event[Told]], tx: Transaction) -> None:
    """Owe a receipt to each who sent something in; inform others of it as soon as the address is confirmed."""
    await _owe(events, tx)


@hears(DECISIONS)
async def on_decisions(events: Sequence[Event[Told]], tx: Transaction) -> None:
    """Owe each submitter the outcome or the question; cancel what a correction overtakes before it was sent."""
    await _owe(events, tx)


async def _owe(events: Sequence[Event[Told]], tx: Transaction) -> None:
    planned = plan(events, await confirm(tx, find_confirmations(events)))
    await cancel_letters(tx, planned.superseded)
    await release_letters(tx, planned.confirmed)
    await insert_letters(tx, planned.letters)
