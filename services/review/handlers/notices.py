"""Hears `notices`: whether the letters about each decision were sent, failed or are held."""

from collections.abc import Sequence

from contracts.event import Event
from contracts.notices import NoticeEvent
from contracts.topics import NOTICES
from services.chassis.reading.hears import hears
from services.chassis.transaction import Transaction
from services.review.domain.letters import read_letters
from services.review.store import letters


@hears(NOTICES)
async def on_notices(events: Sequence[Event[NoticeEvent]], tx: Transaction) -> None:
    """Note what became of the letters about each decision."""
    await letters.save_letters(tx, read_letters(event.data for event in events))
