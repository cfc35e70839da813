"""What became of the letters that tell of decisions, as it was last told."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from contracts.notices import NoticeEvent, NoticeFailed, NoticeHeld, NoticeSent

_STATES: Mapping[type[Any], str] = {NoticeSent: "sent", NoticeFailed: "failed", NoticeHeld: "held"}


class LetterTold(NamedTuple):
    """A letter about a decision, and what became of it."""

    delivery_id: UUID
    decision_id: UUID
    kind: str
    state: str


def read_letters(events: Iterable[NoticeEvent]) -> list[LetterTold]:
    """Say where each letter of a chunk stands after it; those that are about no decision are nobody's outcome.

    What was sent may have come back, and what failed or was held may have been sent: the last word counts.
    """
    last = {told.notice.delivery_id: told for told in events}
    return [
        LetterTold(delivery_id, told.notice.decision_id, told.notice.kind, _STATES[type(told)])
        for delivery_id, told in sorted(last.items())
        if told.notice.decision_id is not None
    ]
