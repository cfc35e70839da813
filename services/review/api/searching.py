"""The door that finds items by a search, in the language that the desk and the commands share."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from contracts.vocabulary import Area, Channel
from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.chassis.doors.languages import language_of
from services.review.api.views import View
from services.review.casework.searching import CURSOR_MAX, Page, SortName, read_search, search_page
from services.review.domain.flags import in_order
from services.review.domain.searching.language import LENGTH_MAX, write_query
from services.review.store.searching import Line

FOUND_MAX = 200

MayRead = Annotated[Principal, Depends(require("review:read"))]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "`unreadable-search`, each fault with its place and what may be meant; `invalid-cursor`"},
    **TOKEN_PROBLEMS,
    422: {"description": "`search-too-slow`: narrow it"},
}


class FoundView(View):
    """One item. ``area`` is where it stands, ``came_at`` when this round came: by receipt, answer, or none in time."""

    submission_id: UUID
    round: int
    month: str
    version: int
    revision: int
    status: str
    reference: str
    title: str
    member: str
    institution: str
    declared_area: Area
    area: Area
    channel: Channel
    language: str
    came_at: datetime
    flags: list[str]
    assessor: str | None


class FoundPage(View):
    """What a search finds. ``q`` is the search as it was read.

    ``counts`` are by status: of what goes on, whatever status it asks for, and of what has ended where it asks for
    that; of those in ``or_more`` not all are counted.
    ``unread``: texts came in a moment ago that words and flags do not find yet.
    """

    q: str
    items: list[FoundView]
    next: str | None
    counts: dict[str, int]
    or_more: list[str]
    unread: bool


def make_search_door(database: Database) -> APIRouter:
    """Make the door."""
    router = APIRouter(tags=["items"], responses=_PROBLEMS)

    @router.get("/items")
    async def find_items(
        request: Request,
        principal: MayRead,
        q: Annotated[
            str, Query(max_length=LENGTH_MAX, description="Such as `area:justice status:open -is:held`.")
        ] = "",
        sort: SortName = "oldest",
        cursor: Annotated[str | None, Query(max_length=CURSOR_MAX)] = None,
        limit: Annotated[int, Query(ge=1, le=FOUND_MAX)] = 50,
    ) -> FoundPage:
        """Find items, page by page: by key and value, an *or* by comma, a *not* by minus, words as they stand."""
        asked = language_of(request.headers.get("accept-language", ""), {"en": "", "fr": ""})
        query = read_search(q, "fr" if asked == "fr" else "en")
        page = await search_page(database, query, principal.actor_ref, sort, cursor, limit)
        return _view(write_query(query), page)

    return router


def _view(q: str, page: Page) -> FoundPage:
    return FoundPage(
        q=q,
        items=[_view_line(line) for line in page.lines],
        next=page.following,
        counts=dict(page.counts),
        or_more=sorted(page.or_more),
        unread=page.unread,
    )


def _view_line(line: Line) -> FoundView:
    return FoundView.model_validate({**line._asdict(), "flags": in_order(line.flags)})
