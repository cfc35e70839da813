"""What can still be read of an event that could not be applied: whether it counts in a month, and in which."""

from dataclasses import dataclass

import msgspec

from contracts.event import full_type
from contracts.submissions import (
    ContactConfirmed,
    DraftSaved,
    MonthClosed,
    NominationReceived,
    StoryShared,
    WithdrawalRequested,
)
from contracts.subscriptions import SubscriptionConfirmed, SubscriptionEnded, SubscriptionRequested

_SUBSCRIPTIONS = (SubscriptionRequested, SubscriptionConfirmed, SubscriptionEnded)
_CONTRIBUTIONS = (StoryShared, NominationReceived)

UNCOUNTED = frozenset(
    map(
        full_type,
        (MonthClosed, WithdrawalRequested, ContactConfirmed, DraftSaved, *_SUBSCRIPTIONS, *_CONTRIBUTIONS),
    )
)
"""What a month's marker does not count; a type that nobody knows may count."""


@dataclass(frozen=True, slots=True)
class _OfMonth:
    month: str


@dataclass(frozen=True, slots=True)
class _Envelope:
    data: _OfMonth


_decoder = msgspec.json.Decoder(_Envelope)


def month_of(raw: bytes | None) -> str | None:
    """Read the month that an event says it belongs to; None when that cannot be read."""
    try:
        return _decoder.decode(raw or b"").data.month
    except msgspec.DecodeError:
        return None


def counts(event_type: str | None) -> bool:
    """Say whether an event of this type counts in its month."""
    return event_type not in UNCOUNTED
