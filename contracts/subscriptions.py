"""Topic `submissions`, beside what was taken in: who wants the batch reports by letter, told by intake; no address."""

from typing import ClassVar

from contracts.event import shape
from contracts.vocabulary import ContactRef, Instant, LanguageTag


@shape
class SubscriptionRequested:
    """Someone asked for the batch reports by letter; the address is yet to be confirmed. The subject is its id.

    ``contact_ref`` is forgotten when it ends, and where it is not confirmed until ``expires_at``. In no month, in no
    batch, counted nowhere.
    """

    TYPE: ClassVar[str] = "subscription.requested.v1"

    contact_ref: ContactRef
    requested_at: Instant
    expires_at: Instant
    language: LanguageTag


@shape
class SubscriptionConfirmed:
    """Whoever reads that address wants the reports: from now on one is sent there for each batch."""

    TYPE: ClassVar[str] = "subscription.confirmed.v1"

    contact_ref: ContactRef
    confirmed_at: Instant
    language: LanguageTag


@shape
class SubscriptionEnded:
    """No more reports: the reader unsubscribed, or was erased. The address is forgotten."""

    TYPE: ClassVar[str] = "subscription.ended.v1"

    ended_at: Instant


SubscriptionEvent = SubscriptionRequested | SubscriptionConfirmed | SubscriptionEnded
