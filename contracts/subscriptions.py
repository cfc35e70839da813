"""Topic `submissions`, beside what was taken in: who wants reports or a saved search by letter; no address."""

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from contracts.event import shape
from contracts.vocabulary import Area, Channel, ContactRef, Instant, LanguageTag, LocalityKey, MemberCode, Month, Title


@shape
class SavedSearch:
    """What of the public record somebody wants to be told of: the filters of its list; None asks for all.

    They mean what they mean there: ``country`` asks for its localities too, ``locality`` is a local member's code,
    or of one that is no member its id, or without that its reform's reference, ``institution`` is a whole name, ``q``
    words to look for.
    """

    area: Area | None = None
    region: Title | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    member: MemberCode | None = None
    locality: LocalityKey | None = None
    level: Literal["national", "local", "local-non-member"] | None = None
    channel: Channel | None = None
    institution: Title | None = None
    batch: Month | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] | None = None
    retagged: bool | None = None
    promising: bool | None = None
    q: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


@shape
class SubscriptionRequested:
    """Someone asked for the batch reports, or for new reforms, by letter; the address is yet to be confirmed.

    ``contact_ref`` is forgotten when it ends, and where it is not confirmed until ``expires_at``. In no month, in no
    batch, counted nowhere. The subject is its id. Of a search nothing is told before it is confirmed.
    """

    TYPE: ClassVar[str] = "subscription.requested.v1"

    contact_ref: ContactRef
    requested_at: Instant
    expires_at: Instant
    language: LanguageTag
    about: Literal["reports", "reforms"] = "reports"


@shape
class SubscriptionConfirmed:
    """Whoever reads that address wants the reports, or with a ``search`` what it finds: from now on they are sent."""

    TYPE: ClassVar[str] = "subscription.confirmed.v1"

    contact_ref: ContactRef
    confirmed_at: Instant
    language: LanguageTag
    search: SavedSearch | None = None


@shape
class SubscriptionEnded:
    """No more letters: the reader unsubscribed, or was erased. The address is forgotten."""

    TYPE: ClassVar[str] = "subscription.ended.v1"

    ended_at: Instant


SubscriptionEvent = SubscriptionRequested | SubscriptionConfirmed | SubscriptionEnded
