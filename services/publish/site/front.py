"""The public door of the front page: the counters, the map, the newest reforms, the areas and the charts."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from services.chassis.database import Transaction
from services.publish.site import caching, figures
from services.publish.site.answering import Answering, Shown
from services.publish.site.opening import open_address
from services.publish.site.parameters import DAY_NAMES
from services.publish.site.reader import reader_of
from services.publish.site.shapes import Front, summary_of
from services.publish.site.wording import Wording
from services.publish.store import lists, tallies
from services.publish.store.listing import Filters
from services.publish.store.position import Position
from services.publish.store.tallies import Tallies, Totals

NEWEST = 6
"""How many reforms the front page shows."""


class Overview:
    """The front page; what stands now is found once for each state."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._counted: caching.Kept[tuple[Totals, Tallies]] = caching.Kept()

    async def front(self, request: Request) -> Response:
        """Show the record at a glance."""
        wording = Wording(reader_of(request).language, self._answering.zone)

        async def find(tx: Transaction, position: Position) -> Shown:
            at = self._answering.read(request, DAY_NAMES, position).filters.at
            newest = await lists.list_reforms(tx, Filters(at=at), None, NEWEST)
            state = f"{position.state} {at}"
            totals, told = await self._counted.give(state, lambda: _count(tx, at))
            front = Front(totals, [summary_of(listed) for listed in newest])
            return Shown(front, "front", glance_of(told, wording))

        return await self._answering.answer(request, find)


def glance_of(told: Tallies, wording: Wording) -> dict[str, Any]:
    """Give what only people are shown: the map's countries, and the figures that stand beside them."""
    return {
        "countries": figures.countries_of(told, wording),
        "figures": figures.figures_of(told, wording),
        "shades": figures.SHADES,
        "counted": told.get("area", {}),
    }


async def _count(tx: Transaction, at: datetime | None) -> tuple[Totals, Tallies]:
    return await tallies.count_totals(tx, at), await tallies.list_tallies(tx, at)


def add_front_doors(router: APIRouter, answering: Answering) -> None:
    """Open the front page and its twin."""
    overview = Overview(answering)
    for path in ("/", "/index.json"):
        open_address(router, path, overview.front, DAY_NAMES, response_model=Front)
