"""Stories of inspiration: shared by anyone, shown when the Support Unit releases them, reviewed by nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias, assert_never
from uuid import UUID

from contracts.decisions import StoryReleased
from contracts.event import Event
from contracts.submissions import NominationReceived, StoryShared, SubmissionEvent
from services.review.domain.refused import refused


@dataclass(frozen=True, slots=True)
class Shared:
    """It waits for the Support Unit, for as long as that takes."""

    submission_id: UUID
    told_by: UUID
    told: StoryShared


@dataclass(frozen=True, slots=True)
class Released:
    """It may be shown, since ``at``."""

    submission_id: UUID
    told_by: UUID
    told: StoryShared
    at: datetime
    by: str


StoryState: TypeAlias = Shared | Released


@dataclass(frozen=True, slots=True)
class ReleaseStory:
    """Let a story be shown."""

    by: str
    at: datetime


def decide_story(state: StoryState, command: ReleaseStory) -> list[StoryReleased]:
    """Say what follows from a command.

    Raises:
        Refusal: ``already-released``.
    """
    match state:
        case Shared(told=told):
            return [_released(told, command)]
        case Released():
            raise refused("already-released", f"{state.told.reference} was released on {state.at:%Y-%m-%d}")
        case _:
            assert_never(state)


def evolve_story(state: StoryState, event: StoryReleased) -> Released:
    """Let its release take effect."""
    return Released(state.submission_id, state.told_by, state.told, event.released_at, event.released_by)


class Sorted(NamedTuple):
    """A chunk's events, each kind in its order; they have no subject in common."""

    stories: list[Event[StoryShared]]
    nominations: list[Event[NominationReceived]]
    reviewed: list[Event[SubmissionEvent]]


def sort_out(events: Sequence[Event[Any]]) -> Sorted:
    """Tell what is never reviewed from what enters a batch."""
    told = Sorted([], [], [])
    for event in events:
        match event.data:
            case StoryShared():
                told.stories.append(event)
            case NominationReceived():
                told.nominations.append(event)
            case _:
                told.reviewed.append(event)
    return told


def _released(told: StoryShared, command: ReleaseStory) -> StoryReleased:
    return StoryReleased(
        reference=told.reference,
        contact_ref=told.contact_ref,
        shared_at=told.shared_at,
        released_at=command.at,
        released_by=command.by,
        member=told.member,
        story=told.story,
    )
