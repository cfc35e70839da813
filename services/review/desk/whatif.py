"""The page of thoughts: what a past month's decisions would have come to under a draft of the criteria."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from contracts import reference
from contracts.reference import Criteria, words
from contracts.vocabulary import Verdict
from services.review.api.whatif import read_assumed, view_thought
from services.review.casework.whatif import think
from services.review.desk.house import House, language_for
from services.review.desk.month import InMonth, MayRead, find_month, write_month
from services.review.desk.words import Language

Draft = Annotated[str, Query(max_length=60, description="A draft's name.")]
Assumed = Annotated[list[str], Query(max_length=50, description="What to count for every item: a code and a verdict.")]


def make_whatif_pages(house: House) -> APIRouter:
    """Make the page."""
    router = APIRouter(prefix="/months/{month}")

    @router.get("/what-if")
    async def show_thought(
        request: Request,
        month: InMonth,
        _: MayRead,
        criteria: Draft = "",
        assume: Assumed = [],  # noqa: B006 - read only
    ) -> Response:
        """Show what a month would have come to under the chosen draft, and let one choose."""
        async with house.database.transaction() as tx:
            it = await find_month(tx, month)
        told: dict[str, Any] = {"thought": None, "drafts": reference.drafts("criteria"), "verdicts": list(Verdict)}
        if criteria:
            thought = await think(house.database, month, criteria, read_assumed([one for one in assume if one]))
            applied = reference.criteria(thought.applied)
            told |= {
                "thought": view_thought(thought),
                "named": names_of((applied, thought.draft), language_for(request)),
            }
        return write_month(house, request, it, "what_if", **told)

    return router


def names_of(versions: tuple[Criteria, ...], language: Language) -> dict[str, str]:
    """Give what gates and criteria are called, by their codes; as the last of the versions that has them."""
    return {entry.code: words(entry, language) for version in versions for entry in version.everything}
