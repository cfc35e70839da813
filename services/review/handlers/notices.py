"""Hears `notices`: how many letters about each decision were sent, failed or held."""

from collections.abc import Sequence

from contracts.event import Event
from contracts.notices import NoticeEvent
from contracts.topics import NOTICES
from services.chassis.reading.hears import hears
from services.chassis.transaction import Transaction
from services.review.domain.letters import tally_letters
from services.review.store import letters


@hears(NOTICES)
async def on_notices(events: Sequence[Event[NoticeEvent]], tx: Transaction) -> None:
    """Count the letters about each decision, by kind and by what became of them."""
    await letters.add_counts(tx, tally_letters(event.data for event in events))
