"""A story waits, is released once, and is never an item."""

from typing import Any

import pytest

from contracts.event import full_type
from contracts.submissions import (
    ContactConfirmed,
    DraftSaved,
    MonthClosed,
    NominationReceived,
    StoryShared,
    SubmissionReceived,
)
from contracts.subscriptions import SubscriptionConfirmed, SubscriptionEnded, SubscriptionRequested
from services.chassis.errors import Refusal
from services.review.domain.parked import counts
from services.review.domain.stories import Released, ReleaseStory, Shared, decide_story, evolve_story, sort_out
from tests.controls.envelope import RELEASED_AT, event_of, id_of, submission_id
from tests.controls.stories import nomination_received, story_released, story_shared
from tests.controls.submissions import month_closed, submission_received

SHARED = Shared(submission_id(4), id_of("told"), story_shared())
RELEASE = ReleaseStory("support-unit", RELEASED_AT)


def test_shared_story_is_released() -> None:
    """What is told is the story as it was shared, and by whose right it is shown."""
    [told] = decide_story(SHARED, RELEASE)
    assert told == story_released()
    assert evolve_story(SHARED, told) == Released(
        SHARED.submission_id, SHARED.told_by, SHARED.told, RELEASED_AT, "support-unit"
    )


def test_released_story_is_not_released_again() -> None:
    """Once is for ever."""
    released = evolve_story(SHARED, decide_story(SHARED, RELEASE)[0])
    with pytest.raises(Refusal, match="already-released"):
        decide_story(released, RELEASE)


def test_what_is_reviewed_is_told_from_what_is_not() -> None:
    """Each in its order."""
    first, second = (event_of(submission_received(number), number=number) for number in (1, 2))
    story, nomination = event_of(story_shared(), number=4), event_of(nomination_received(), number=6)
    marker = event_of(month_closed())
    assert sort_out([first, story, second, nomination, marker]) == ([story], [nomination], [first, second, marker])


@pytest.mark.parametrize(
    "told",
    [
        StoryShared,
        NominationReceived,
        ContactConfirmed,
        DraftSaved,
        SubscriptionRequested,
        SubscriptionConfirmed,
        SubscriptionEnded,
        MonthClosed,
    ],
)
def test_month_does_not_count_it(told: type[Any]) -> None:
    """Neither where it was discarded."""
    assert not counts(full_type(told))
    assert counts(full_type(SubmissionReceived))
