"""Topic `notices`: who was told what, and what became of it, told by notify; never an address."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import shape
from contracts.vocabulary import Instant, LanguageTag, ShortText

NoticeKind = Literal[
    "receipt",
    "poc-informed",
    "outcome",
    "poc-outcome",
    "clarification",
    "correction",
    "retraction",
    "story-receipt",
    "story-released",
    "nomination-receipt",
    "draft-link",
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
    """The receiving server took the letter."""

    TYPE: ClassVar[str] = "notice.sent.v1"

    notice: Notice
    message_id: ShortText
    sent_at: Instant


@shape
class NoticeFailed:
    """The letter could not be delivered, for good; or, as ``outcome-unknown``, nobody can say whether it was."""

    TYPE: ClassVar[str] = "notice.failed.v1"

    notice: Notice
    code: Literal["refused", "expired", "outcome-unknown"]
    failed_at: Instant


@shape
class NoticeHeld:
    """The letter waits for a person: nobody to tell is known, or someone stopped it. Never dropped."""

    TYPE: ClassVar[str] = "notice.held.v1"

    notice: Notice
    code: Literal["no-contact", "address-erased", "stopped"]
    held_at: Instant


NoticeEvent = NoticeSent | NoticeFailed | NoticeHeld
