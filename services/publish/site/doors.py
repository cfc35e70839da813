"""The public doors: the front page, the list and each reform, as pages and as JSON; nothing can be changed here."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from services.chassis.database import Transaction
from services.publish.site import caching
from services.publish.site.answering import Answering, Reading, Shown
from services.publish.site.batches import add_batch_doors
from services.publish.site.counting import add_counting_doors
from services.publish.site.forms import SAFETY
from services.publish.site.history import add_history_doors
from services.publish.site.pages import ICON, STYLE
from services.publish.site.parameters import DAY_NAMES, LIST_NAMES, STORY_NAMES, described
from services.publish.site.prose import add_prose_doors
from services.publish.site.query import Asked
from services.publish.site.record import add_record_doors
from services.publish.site.searching import add_search_doors
from services.publish.site.shapes import Front, Listing, summary_of
from services.publish.site.stories import Stories, StoryListing, StoryPage
from services.publish.site.takeaway import add_takeaway_doors
from services.publish.store import lists, tallies
from services.publish.store.listing import Filters
from services.publish.store.position import Position
from services.publish.store.tallies import Member, Totals

NEWEST = 8
"""How many reforms the front page shows."""

A_YEAR = "public, max-age=31536000, immutable"

Door = Callable[..., Awaitable[Response]]


class Reforms:
    """The front page, the list of reforms and each reform."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._totals: caching.Kept[Totals] = caching.Kept()
        self._members: caching.Kept[list[Member]] = caching.Kept()

    async def front(self, request: Request) -> Response:
        """Show the three counters and the newest reforms."""

        async def find(tx: Transaction, position: Position) -> Shown:
            at = self._answering.read(request, DAY_NAMES, position).filters.at
            newest = await lists.list_reforms(tx, Filters(at=at), None, NEWEST)
            totals = await (
                tallies.count_totals(tx, at)
                if at
                else self._totals.give(position.state, lambda: tallies.count_totals(tx))
            )
            return Shown(Front(totals, [summary_of(listed) for listed in newest]), "front")

        return await self._answering.answer(request, find)

    async def listing(self, request: Request) -> Response:
        """Show a page of the list."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, LIST_NAMES, position)
            found = await self._members.give(position.state, lambda: tallies.list_members(tx))
            members = {member.code: member.name for member in found}
            return Shown(await _list(tx, asked, request.url.path), "listing", {"asked": asked, "members": members})

        return await self._answering.answer(request, find)


async def _list(tx: Transaction, asked: Asked, path: str) -> Listing:
    found = await lists.list_reforms(tx, asked.filters, asked.after, asked.limit + 1)
    shown, more = found[: asked.limit], len(found) > asked.limit
    next_page = f"{path}?{asked.then(shown[-1].place)}" if more else None
    return Listing([summary_of(listed) for listed in shown], next_page)


def make_doors(reading: Reading, zone: ZoneInfo, public_url: str = "") -> APIRouter:
    """Make the public doors. Whatever they show is read through ``reading``; days are those of ``zone``."""
    router, answering = APIRouter(), Answering(reading, zone, public_url)
    site, stories = Reforms(answering), Stories(answering)

    def door(path: str, answers: Door, model: type[Any] | None, **told: Any) -> None:
        told |= {"response_model": model, "include_in_schema": model is not None}
        router.add_api_route(path, answers, methods=["GET"], tags=["public record"], **told)
        router.add_api_route(path, answers, methods=["HEAD"], include_in_schema=False)

    door("/", site.front, Front)
    door("/index.json", site.front, Front)
    door("/reforms", site.listing, Listing, openapi_extra={"parameters": described(LIST_NAMES)})
    door("/reforms.json", site.listing, Listing, openapi_extra={"parameters": described(LIST_NAMES)})
    add_search_doors(router, answering)
    add_history_doors(router, answering)
    add_counting_doors(router, answering)
    add_takeaway_doors(router, answering)
    add_record_doors(router, answering)
    add_batch_doors(router, answering)
    add_prose_doors(router, answering)
    door("/stories", stories.listing, StoryListing, openapi_extra={"parameters": described(STORY_NAMES)})
    door("/stories.json", stories.listing, StoryListing, openapi_extra={"parameters": described(STORY_NAMES)})
    door("/stories/{reference}.json", stories.story, StoryPage)
    door("/stories/{reference}", stories.story, StoryPage)
    door("/site.css", _give_style, None)
    door("/icon.svg", _give_icon, None)
    return router


async def _give_style() -> Response:
    return _keep_for_long(STYLE)


async def _give_icon() -> Response:
    return _keep_for_long(ICON)


def _keep_for_long(file: Path) -> Response:
    # their addresses carry the edition, so what a browser keeps is never old
    return FileResponse(file, headers={"Cache-Control": A_YEAR, **SAFETY})
