"""What comes in, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from services.intake.domain.application import Application
from services.intake.domain.confirming import Confirmation
from services.intake.domain.problems import Refused
from services.intake.domain.requests import ChangeRequest

Arrival: TypeAlias = Application | ChangeRequest | Confirmation
"""What comes in; its ``event_id`` tells it from all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The promise: this submission stands. ``is_new`` unless the same had come before.

    ``month`` is the one in whose batch it is reviewed; stories and nominations have none.
    """

    submission_id: UUID
    reference: str
    month: str | None
    received_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a submission is after a request. ``is_new`` unless it had been so before."""

    submission_id: UUID
    round: int
    version: int
    month: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The submitter's address is confirmed. ``is_new`` unless it had been before."""

    reference: str
    is_new: bool


Outcome: TypeAlias = Receipt | Change | Confirmed | Refused
Outcomes: TypeAlias = dict[UUID, Outcome]
