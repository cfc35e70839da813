"""Asking those who answer for reforms how they are going, half-way through or at the end, each once a campaign."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID, uuid5

from contracts.event import Cause
from services.notify.domain.letters import HOLDER, NAMESPACE, UPDATE_REQUEST, Letter, delivery_id_of, language_of
from services.notify.domain.standing import Said, Standing, holder_of
from services.notify.domain.telling import said_words

Stage = Literal["mid-term", "end-of-term"]


class VaultSilent(Exception):
    """The contact vault cannot say now whom letters would go to. ``code`` tells why, without a name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Reforms whose middle, or end, lies within these days, both included. Its name makes its id, and asks once."""

    name: str
    stage: Stage
    since: date
    until: date

    @property
    def id(self) -> UUID:
        """What causes its letters: the same name is the same campaign for ever."""
        return uuid5(NAMESPACE, f"campaign:{self.name}")


def requests_of(campaign: Campaign, reforms: Mapping[str, Standing], now: datetime) -> list[Letter]:
    """Ask whoever answers for each of these reforms; the same campaign gives the same deliveries."""
    return [_request(campaign, submission_id, standing, now) for submission_id, standing in reforms.items()]


def _request(campaign: Campaign, submission_id: str, standing: Standing, now: datetime) -> Letter:
    cause = Cause(event_id=campaign.id, correlation_id=campaign.id)
    words = said_words(Said(kind=UPDATE_REQUEST, cause=cause, at=now), standing)
    return Letter(
        delivery_id=delivery_id_of(uuid5(campaign.id, submission_id), HOLDER, UPDATE_REQUEST),
        kind=UPDATE_REQUEST,
        recipient=HOLDER,
        contact_ref=holder_of(standing.about),
        submission_id=submission_id,
        decision_id=None,
        cause=cause,
        language=language_of(str(standing.about["language"])),
        words={**words, "stage": campaign.stage},
        waits=not standing.confirmed,
    )
