"""Confirming that an address is its owner's: told once, however often the link is followed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.submissions import ContactConfirmed
from services.intake.domain.calendar import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Someone followed the link that went to the submitter's address; ``event_id`` is for what may follow."""

    submission_id: UUID
    event_id: UUID
    traceparent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The submitter's address, without the address: whose it is, and since when that is known."""

    submission_id: UUID
    reference: str
    story_id: UUID
    confirmed_at: datetime | None


def confirm(address: Address, moment: Moment) -> list[ContactConfirmed]:
    """Say what follows when the link is followed; nothing where it was before, or a token had vouched for it."""
    return [] if address.confirmed_at else [ContactConfirmed(confirmed_at=moment.at)]
