"""Which letters went out about a submission: kinds, dates and what became of them, never to whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple, assert_never
from uuid import UUID

from contracts.event import Event
from contracts.notices import NoticeEvent, NoticeFailed, NoticeHeld, NoticeKind, NoticeSent

Became = Literal["sent", "failed", "held"]

NOT_OF_REFORMS: frozenset[NoticeKind] = frozenset(
    {
        "batch-report",
        "draft-link",
        "nomination-receipt",
        "search-digest",
        "story-receipt",
        "story-released",
        "subscription-confirm",
    }
)
"""Letters about what is no submission: nothing of them is kept here."""


class Told(NamedTuple):
    """What was told of one letter. ``role`` is the recipient's, without whatever tells one from another.

    ``cause_id`` is that of the event that the letter tells of.
    """

    event_id: UUID
    submission_id: str
    delivery_id: UUID
    decision_id: UUID | None
    told_at: datetime
    known_at: datetime
    kind: NoticeKind
    role: str
    became: Became
    code: str | None
    cause_id: UUID | None


def read_notices(events: Iterable[Event[NoticeEvent]]) -> list[Told]:
    """Read what is kept of letters, in their order."""
    return [_told(event) for event in events if event.data.notice.kind not in NOT_OF_REFORMS]


def role_of(recipient: str) -> str:
    """Give the role of a recipient: ``poc`` of ``poc:SN``, ``submitter`` of ``submitter/2``."""
    return recipient.partition(":")[0].partition("/")[0]


def _told(event: Event[NoticeEvent]) -> Told:
    notice = event.data.notice
    at, became, code = _became(event.data)
    whose = event.id, event.subject, notice.delivery_id, notice.decision_id
    return Told(*whose, at, event.time, notice.kind, role_of(notice.recipient), became, code, event.causationid)


def _became(told: NoticeEvent) -> tuple[datetime, Became, str | None]:
    match told:
        case NoticeSent():
            return told.sent_at, "sent", None
        case NoticeFailed():
            return told.failed_at, "failed", told.code
        case NoticeHeld():
            return told.held_at, "held", told.code
        case _:
            assert_never(told)
