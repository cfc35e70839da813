"""How many letters told of a decision, by kind and by what became of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from contracts.notices import NoticeEvent, NoticeFailed, NoticeHeld, NoticeSent

Count = tuple[UUID, str, str]
"""Decision, kind of letter, what became of it."""

_STATES: Mapping[type[Any], str] = {NoticeSent: "sent", NoticeFailed: "failed", NoticeHeld: "held"}


def tally_letters(events: Iterable[NoticeEvent]) -> Counter[Count]:
    """Count the letters of a chunk; those that are about no decision do not count."""
    return Counter(
        (told.notice.decision_id, told.notice.kind, _STATES[type(told)])
        for told in events
        if told.notice.decision_id is not None
    )
