"""A letter: to whom, about what, in which language, and the id that it has for ever."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha1
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from contracts.event import Cause
from contracts.notices import NoticeKind
from contracts.submissions import MemberAtReceipt
from contracts.vocabulary import LanguageTag

NAMESPACE = UUID("6f3d3c1e-0d3b-5f0e-9c55-0e1d7c2b9a41")
"""The namespace of delivery ids; it never changes, or letters would be sent again."""
_NAMESPACE_BYTES = NAMESPACE.bytes

LANGUAGES = ("en", "fr", "es")
"""We have letters in these; everybody else is told in English."""

SUBMITTER = "submitter"
HOLDER = "holder"
"""Whoever answers for a commitment: a contact of its own, or where there is none, who sent it in."""

DRAFT_LINK = "draft-link"
"""The kind of letter that is about a draft, not a submission: its subject is the draft's id."""

REMINDER: NoticeKind = "reminder"
"""The kind of letter that asks a second time what was not answered; it is due some days before it is too late."""

DELAY: NoticeKind = "delay"
"""The kind of letter that says that the review of a month takes longer than it should."""

UPDATE_REQUEST: NoticeKind = "update-request"
"""The kind of letter that asks, years later, how a reform is going."""

SUBSCRIPTION_CONFIRM: NoticeKind = "subscription-confirm"
"""The kind of letter that asks whether somebody wants to be told; its subject is the subscription's id."""

BATCH_REPORT: NoticeKind = "batch-report"
"""The kind of letter with a month in figures; it can be unsubscribed from."""

SEARCH_DIGEST: NoticeKind = "search-digest"
"""The kind of letter with what a saved search finds: one delivery for each reform; it can be unsubscribed from."""

UNSUBSCRIBABLE: frozenset[NoticeKind] = frozenset({BATCH_REPORT, SEARCH_DIGEST})
"""Letters of these kinds can be unsubscribed from by one click."""

SUBSCRIBED: frozenset[NoticeKind] = frozenset({SUBSCRIPTION_CONFIRM, *UNSUBSCRIBABLE})
"""Letters of these kinds are about a subscription, and its address is forgotten when it ends."""

DIGESTED: frozenset[NoticeKind] = frozenset({"poc-informed", "poc-outcome", SEARCH_DIGEST})
"""Letters of these kinds that are due to the same person at once go out as one piece of mail."""

Words = Mapping[str, object]
"""What a template needs to know of the event: plain values, fit for JSON, nothing about the recipient."""


class Letter(Struct, frozen=True, kw_only=True):  # made in a quarter of the time that a frozen dataclass takes
    """One letter to one recipient about one event; whoever it goes to is asked at the moment of sending.

    ``submitter_ref`` stands on letters to others: who sent the submission in is not told of it a second time.
    One that ``waits`` goes nowhere before the submitter's address is confirmed; without ``due_at`` it goes at once.
    Those that go out as one piece of mail share a ``mail_id``. Of the ``attempts``, which count its claims, some are
    ``spared``: a limit of ours was reached, or its domain takes nothing, since ``rests_since``. Of one that is
    ``doubtful`` an earlier copy may have arrived.
    """

    delivery_id: UUID
    mail_id: UUID | None = None
    kind: NoticeKind
    recipient: str
    contact_ref: str | None
    submitter_ref: str | None = None
    submission_id: str
    decision_id: UUID | None
    cause: Cause
    language: LanguageTag
    words: Words
    attempts: int = 0
    spared: int = 0
    rests_since: datetime | None = None
    doubtful: bool = False
    due_at: datetime | None = None
    waits: bool = False
    cancelled: bool = False

    @property
    def tries(self) -> int:
        """How often it was tried in earnest."""
        return self.attempts - self.spared


def delivery_id_of(event_id: UUID, recipient: str, kind: NoticeKind) -> UUID:
    """Derive the id of a delivery: the same event, recipient and kind have the same for ever."""
    # uuid5 by hand: the standard library's reads the namespace anew each time, and an id from bytes takes longer
    name = f"{event_id}:{recipient}:{kind}".encode()
    digest = sha1(_NAMESPACE_BYTES + name, usedforsecurity=False).digest()
    return UUID(int=int.from_bytes(digest[:16], "big"), version=5)


def subscriber_of(subscription_id: str) -> str:
    """Name the role of whoever has a subscription."""
    return f"subscriber:{subscription_id}"


def letters_to_each(letter: Letter, refs: Sequence[str]) -> list[Letter]:
    """Make of a letter to a member's points of contact one for each of them; the first keeps its delivery."""
    recipients = [letter.recipient, *(f"{letter.recipient}/{number}" for number in range(2, len(refs) + 1))]
    ids = [delivery_id_of(letter.cause.event_id, recipient, letter.kind) for recipient in recipients]
    return [
        replace(letter, delivery_id=delivery_id, recipient=recipient, contact_ref=ref)
        for delivery_id, recipient, ref in zip(ids, recipients, refs, strict=True)
    ]


def language_of(tag: LanguageTag) -> LanguageTag:
    """Choose the language to write in, for a text or a person of this language."""
    primary = tag.split("-", 1)[0]
    return primary if primary in LANGUAGES else "en"


def is_about_decision(letter: Letter) -> bool:
    """Say whether a letter speaks of a decision, and so falls with it when it is superseded unsent."""
    return letter.decision_id is not None


def is_of_one_of_several(letter: Letter) -> bool:
    """Say whether a letter is to one of a member's points of contact, who were told apart."""
    return letter.recipient.startswith("poc:") and letter.contact_ref is not None


def is_over(letter: Letter, now: datetime) -> bool:
    """Say whether it is too late for a letter: nobody is reminded of what can no longer be answered."""
    return letter.kind == REMINDER and datetime.fromisoformat(str(letter.words["answer_by"])) <= now


def pocs_of(member: MemberAtReceipt) -> list[str]:
    """Name the points of contact of a member: the country's, and before it the locality's own where it is a member."""
    country = member.code[:2]
    return [f"poc:{code}" for code in ([member.code, country] if member.kind == "local" else [member.code])]
