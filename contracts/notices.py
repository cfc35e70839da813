"""Topic `notices`: who was told what, and what became of it, told by notify; never an address."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import shape
from contracts.vocabulary import Instant, LanguageTag, ShortText

NoticeKind = Literal[
    "receipt",
    "amendment",
    "answer",
    "withdrawal",
    "withdrawal-refused",
    "delay",
    "poc-informed",
    "outcome",
    "poc-outcome",
    "clarification",
    "reminder",
    "correction",
    "retraction",
    "update-request",
    "story-receipt",
    "story-released",
    "nomination-receipt",
    "draft-link",
    "subscription-confirm",
    "batch-report",
    "search-digest",
]


@shape
class Notice:
    """One letter to one recipient about one event; ``delivery_id`` is derived from these, the same for ever."""

    delivery_id: UUID
    kind: NoticeKind
    recipient: ShortText
    caused_by: UUID
    decision_id: UUID | None = None
    language: LanguageTag


@shape
class NoticeSent:
    """The receiving server took the letter. ``repeated``: it was sent a second time, since the first was in doubt."""

    TYPE: ClassVar[str] = "notice.sent.v1"

    notice: Notice
    message_id: ShortText
    sent_at: Instant
    repeated: bool = False


@shape
class NoticeFailed:
    """The letter could not be delivered, for good; or, as ``outcome-unknown``, nobody can say whether it was.

    As ``bounced`` it was sent, and came back.
    """

    TYPE: ClassVar[str] = "notice.failed.v1"

    notice: Notice
    code: Literal["refused", "expired", "outcome-unknown", "bounced"]
    failed_at: Instant


@shape
class NoticeHeld:
    """The letter waits for a person: nobody to tell is known, or it was stopped. Never dropped.

    As ``suppressed`` it would go to an address to which nothing is sent, since letters to it came back.
    """

    TYPE: ClassVar[str] = "notice.held.v1"

    notice: Notice
    code: Literal["no-contact", "address-erased", "stopped", "suppressed"]
    held_at: Instant


NoticeEvent = NoticeSent | NoticeFailed | NoticeHeld
