"""Confirms addresses, a group in one transaction: whoever follows a link twice is told the same twice."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.event import Cause, Fact
from contracts.submissions import ContactConfirmed
from services.chassis.transaction import Transaction
from services.intake.domain.calendar import Moment
from services.intake.domain.confirming import Address, Confirmation, confirm
from services.intake.domain.problems import refused
from services.intake.reception.outcome import Confirmed, Outcomes
from services.intake.store.confirmations import find_addresses, save_confirmed


async def confirm_addresses(tx: Transaction, confirmations: Sequence[Confirmation], moment: Moment) -> Outcomes:
    """Confirm the addresses of these submissions, which are locked, and tell of each once."""
    if not confirmations:
        return {}
    addresses = await find_addresses(tx, (it.submission_id for it in confirmations))
    outcomes: Outcomes = {}
    for it in confirmations:
        address = addresses.get(it.submission_id)
        if address is None:
            outcomes[it.event_id] = refused("unknown-submission")
            continue
        events = confirm(address, moment)
        tx.emit(_fact(it, event, address) for event in events)
        addresses[it.submission_id] = replace(address, confirmed_at=address.confirmed_at or moment.at)
        outcomes[it.event_id] = Confirmed(reference=address.reference, is_new=bool(events))
    await save_confirmed(tx, sorted(addresses), moment.at)
    return outcomes


def _fact(confirmation: Confirmation, event: ContactConfirmed, address: Address) -> Fact:
    return Fact(
        subject=str(confirmation.submission_id),
        data=event,
        cause=Cause(event_id=address.story_id, correlation_id=address.story_id),
        event_id=confirmation.event_id,
        traceparent=confirmation.traceparent,
    )
