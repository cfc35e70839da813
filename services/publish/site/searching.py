"""The door of the search: reforms and stories that have some words, the best first."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.publish.site.answering import Answering, Shown
from services.publish.site.forms import Form
from services.publish.site.opening import open_address
from services.publish.site.parameters import described
from services.publish.site.shapes import Summary, summary_of
from services.publish.site.stories import StorySummary
from services.publish.site.stories import summary_of as story_summary_of
from services.publish.store import lists
from services.publish.store import stories as story_store
from services.publish.store.position import Position

NAMES = ("q", "area", "region", "country", "member", "language", "as_of", "limit")
"""What may be asked of the search: what is asked of reforms and of stories alike."""


@dataclass(frozen=True, slots=True)
class Found:
    """The reforms that have the words, those first that have them in their titles, and the newest such stories."""

    reforms: list[Summary]
    stories: list[StorySummary]


class Searching:
    """The search."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def search(self, request: Request) -> Response:
        """Find reforms and stories by their words."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, NAMES, position)
            if asked.filters.q is None:
                raise Problem(400, "value", "q: must say what to look for")
            reforms = await lists.search_reforms(tx, asked.filters, asked.limit)
            stories = await story_store.list_stories(tx, asked.filters, None, asked.limit)
            return Shown(Found([summary_of(one) for one in reforms], [story_summary_of(one) for one in stories]), "")

        return await self._answering.answer(request, find, Form.JSON)


def add_search_doors(router: APIRouter, answering: Answering) -> None:
    """Add the door of the search, which is for machines; people search in the list."""
    searching, asked = Searching(answering), described(NAMES)
    told = [{**one, "required": True} if one["name"] == "q" else one for one in asked]
    open_address(router, "/search.json", searching.search, response_model=Found, openapi_extra={"parameters": told})
