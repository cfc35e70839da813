"""Stories of inspiration in the public record: shown since their release, and never counted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from contracts.decisions import DecisionEvent, MonthReported, ReformEncouraged, StoryReleased
from contracts.event import Event
from contracts.submissions import MemberAtReceipt, Story

NAMED = re.compile(r"\bOGC-20[0-9]{2}-[0-9]{6,9}\b", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDocument:
    """All that the public may read of a story. No contact, no actor."""

    reference: str
    shared_at: datetime
    released_at: datetime
    member: MemberAtReceipt | None
    story: Story


class Sorted(NamedTuple):
    """A chunk's events, each kind in its order.

    Stories and months have no subject in common with the others; what encourages a reform stands beside it, whichever
    comes first.
    """

    stories: list[Event[StoryReleased]]
    encouragements: list[Event[ReformEncouraged]]
    reports: list[Event[MonthReported]]
    decisions: list[Event[DecisionEvent]]


def sort_out(events: Sequence[Event[Any]]) -> Sorted:
    """Tell releases of stories, what encourages reforms and reports of months from the decisions about submissions."""
    told = Sorted([], [], [], [])
    kept_apart: dict[type[Any], list[Event[Any]]] = {
        StoryReleased: told.stories,
        ReformEncouraged: told.encouragements,
        MonthReported: told.reports,
    }
    for event in events:
        kept_apart.get(type(event.data), told.decisions).append(event)
    return told


def document_of(told: StoryReleased) -> StoryDocument:
    """Give what the public may read of a story."""
    return StoryDocument(
        reference=told.reference,
        shared_at=told.shared_at,
        released_at=told.released_at,
        member=told.member,
        story=told.story,
    )


def reforms_named_in(told: StoryReleased) -> list[str]:
    """Give the references that a story's author wrote into it, or whose addresses stand among its links, each once."""
    written = "\n".join((told.story.title, told.story.text, told.story.about, *told.story.links))
    return sorted(set(NAMED.findall(written)) - {told.reference})
