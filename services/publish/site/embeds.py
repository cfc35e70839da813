"""The doors of what other sites show of the record in a frame, without script: a list, or one reform."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from fastapi import APIRouter, Request, Response

from services.chassis.database import Transaction
from services.chassis.doors.documenting import problem_answers
from services.publish.site.addresses import REFERENCE, retracted, unknown_reform
from services.publish.site.answering import NOTHING_MORE, Answering, Find, Shown
from services.publish.site.exports import PROBLEMS
from services.publish.site.forms import SAFETY, Form
from services.publish.site.opening import TAKE_AWAY, open_address
from services.publish.site.parameters import DAY_NAMES, FILTER_NAMES
from services.publish.site.shapes import Listing, Summary, summary_of
from services.publish.store.lists import Listed, list_reforms
from services.publish.store.position import Position
from services.publish.store.reforms import find_story

EMBED_NAMES = (*FILTER_NAMES, "limit")
FEW = 5
"""How many reforms a frame shows, unless it is asked for more."""

FRAMED: Mapping[str, str] = {
    "Content-Security-Policy": SAFETY["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors *"),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "X-Robots-Tag": "noindex",
}
"""What these pages say to a browser, and no others do: any site may frame them."""

SAID: Mapping[Form, Mapping[str, str]] = MappingProxyType({Form.PAGE: FRAMED, Form.JSON: NOTHING_MORE})


class Embeds:
    """Pages for frames, whatever a reader would rather have; their twins are JSON."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def listing(self, request: Request) -> Response:
        """Show the first of a list."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, EMBED_NAMES, position)
            limit = asked.limit if request.query_params.get("limit") else FEW
            found = await list_reforms(tx, asked.filters, None, limit)
            query = {name: value for name, value in asked.given.items() if name != "limit"}
            return Shown(Listing([summary_of(listed) for listed in found], None), "embed_list", {"query": query})

        return await self._answer(request, find)

    async def reform(self, request: Request, reference: str) -> Response:
        """Show a reform in short, or say that it was retracted."""

        async def find(tx: Transaction, position: Position) -> Shown:
            at = self._answering.read(request, DAY_NAMES, position).filters.at
            return Shown(await find_summary(tx, reference, at), "embed_reform")

        return await self._answer(request, find)

    async def _answer(self, request: Request, find: Find) -> Response:
        form = Form.JSON if request.url.path.endswith(".json") else Form.PAGE
        return await self._answering.answer(request, find, form, SAID[form])


async def find_summary(tx: Transaction, reference: str, at: datetime | None = None) -> Summary:
    """Sum up a reform that stands in the record.

    Raises:
        Problem: 404 ``not-found``, or 410 ``retracted``.
    """
    story = await find_story(tx, reference, at) if REFERENCE.fullmatch(reference) else None
    if story is None:
        raise unknown_reform()
    last = story.changes[-1]
    if story.document is None or last.published_at is None:
        raise retracted(reference, last)
    return summary_of(Listed(last.published_at, story.document))


def add_embed_doors(router: APIRouter, answering: Answering) -> None:
    """Add the doors of the frames, and of their twins."""
    embeds = Embeds(answering)
    for path, door, names, model in (
        ("/embed/reforms", embeds.listing, EMBED_NAMES, Listing),
        ("/embed/reforms/{reference}", embeds.reform, DAY_NAMES, Summary),
    ):
        twin = problem_answers(*((400, 410) if model is Summary else (400,)), about=PROBLEMS)
        open_address(router, f"{path}.json", door, names, TAKE_AWAY, response_model=model, responses=twin)
        open_address(router, path, door, names, TAKE_AWAY, response_class=Response, responses=_FRAMES)


_FRAMES = {
    200: {"description": "A page for a frame.", "content": {"text/html": {}}},
    **{status: {"description": PROBLEMS[status], "content": {"text/html": {}}} for status in (400, 404, 410)},
}
