"""The doors of stories and nominations: list, look; a story can be released, once."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from contracts.event import Cause, Fact
from contracts.submissions import MemberAtReceipt, Nomination, NominationReceived, Story
from contracts.vocabulary import AwardRound
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.chassis.doors.web import Problem
from services.review.api.views import View
from services.review.domain.stories import Released, ReleaseStory, StoryState, decide_story, evolve_story
from services.review.store import contributions as store

PAGE_MAX = 500

Id = Annotated[UUID, Path(description="The submission's id.")]
Cursor = Annotated[UUID, Query(description="Where to go on: as `next` gave it.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
MayDecide = Annotated[Principal, Depends(require("review:decide"))]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **TOKEN_PROBLEMS,
}
_ONE: dict[int | str, dict[str, Any]] = {404: {"description": "`unknown-story`, `unknown-nomination`"}}


class StoryView(View):
    """A story, as whoever sent it told it, and what intake remarked of it."""

    submission_id: UUID
    reference: str
    state: Literal["shared", "released"]
    shared_at: datetime
    released_at: datetime | None = None
    released_by: str | None = None
    member: MemberAtReceipt | None
    story: Story
    entered_by: str | None
    flags: tuple[str, ...]


class StoryPage(View):
    """Stories, the newest first."""

    stories: list[StoryView]
    next: UUID | None = None


class NominationView(View):
    """A nomination, as whoever sent it told it, and what intake remarked of it."""

    submission_id: UUID
    reference: str
    award_round: str
    received_at: datetime
    member: MemberAtReceipt | None
    nomination: Nomination
    entered_by: str | None
    flags: tuple[str, ...]


class NominationPage(View):
    """Nominations, the newest first."""

    nominations: list[NominationView]
    next: UUID | None = None


def make_contribution_doors(database: Database) -> APIRouter:
    """Make the doors; reading needs ``review:read``, releasing a story ``review:decide``."""
    router = APIRouter(tags=["contributions"], responses=_PROBLEMS)
    readers = [Depends(require("review:read"))]

    @router.get("/stories", dependencies=readers)
    async def list_stories(
        cursor: Cursor = store.BEFORE_ALL, limit: Limit = 100, state: Literal["shared", "released"] | None = None
    ) -> StoryPage:
        """List stories, the newest first, page by page."""
        released = None if state is None else state == "released"
        async with database.transaction() as tx:
            found = await store.list_stories(tx, cursor, released=released, limit=limit)
        return StoryPage(
            stories=[_story_view(one) for one in found],
            next=found[-1].submission_id if len(found) == limit else None,
        )

    @router.get("/stories/{submission_id}", dependencies=readers, responses=_ONE)
    async def show_story(submission_id: Id) -> StoryView:
        """Show a story."""
        async with database.transaction() as tx:
            return _story_view(_there(await store.find_story(tx, submission_id), submission_id))

    @router.post(
        "/stories/{submission_id}/release",
        responses={**_ONE, 409: {"description": "`already-released`"}},
    )
    async def release_story(submission_id: Id, principal: MayDecide) -> StoryView:
        """Let a story be shown to anyone: once."""
        async with database.transaction() as tx:
            story = _there(await store.lock_story(tx, submission_id), submission_id)
            return _story_view(await _release(tx, story, principal.actor_ref))

    @router.get("/nominations", dependencies=readers)
    async def list_nominations(
        cursor: Cursor = store.BEFORE_ALL, limit: Limit = 100, award_round: AwardRound | None = None
    ) -> NominationPage:
        """List nominations, the newest first, page by page."""
        async with database.transaction() as tx:
            found = await store.list_nominations(tx, cursor, award_round=award_round, limit=limit)
        return NominationPage(
            nominations=[_nomination_view(*one) for one in found], next=found[-1][0] if len(found) == limit else None
        )

    @router.get("/nominations/{submission_id}", dependencies=readers, responses=_ONE)
    async def show_nomination(submission_id: Id) -> NominationView:
        """Show a nomination."""
        async with database.transaction() as tx:
            found = await store.find_nomination(tx, submission_id)
        if found is None:
            raise Problem(404, "unknown-nomination", f"there is no nomination {submission_id}")
        return _nomination_view(*found)

    return router


async def _release(tx: Transaction, story: StoryState, actor_ref: str) -> StoryState:
    cause = Cause(event_id=story.told_by, correlation_id=story.told_by)
    for event in decide_story(story, ReleaseStory(actor_ref, tx.now)):
        story = evolve_story(story, event)
        await store.save_released_story(tx, story)
        tx.emit([Fact(subject=str(story.submission_id), data=event, cause=cause)])
    return story


def _there(story: StoryState | None, submission_id: UUID) -> StoryState:
    if story is None:
        raise Problem(404, "unknown-story", f"there is no story {submission_id}")
    return story


def _story_view(found: StoryState) -> StoryView:
    released = found if isinstance(found, Released) else None
    return StoryView(
        submission_id=found.submission_id,
        reference=found.told.reference,
        state="released" if released else "shared",
        shared_at=found.told.shared_at,
        released_at=released.at if released else None,
        released_by=released.by if released else None,
        member=found.told.member,
        story=found.told.story,
        entered_by=found.told.entered_by,
        flags=found.told.flags,
    )


def _nomination_view(submission_id: UUID, told: NominationReceived) -> NominationView:
    return NominationView(
        submission_id=submission_id,
        reference=told.reference,
        award_round=told.award_round,
        received_at=told.received_at,
        member=told.member,
        nomination=told.nomination,
        entered_by=told.entered_by,
        flags=told.flags,
    )
