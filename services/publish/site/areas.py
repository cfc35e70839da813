"""The public doors of the areas: what each is about, its reforms and its stories."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from contracts.reference import AreaEntry, InForce, in_force
from contracts.vocabulary import Area
from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.publish.site.answering import Answering, Shown
from services.publish.site.opening import open_door
from services.publish.site.parameters import DAY_NAMES
from services.publish.site.query import Asked, listed_at
from services.publish.site.reader import reader_of
from services.publish.site.shapes import Summary, summary_of
from services.publish.site.stories import StorySummary
from services.publish.site.stories import summary_of as story_summary_of
from services.publish.site.wording import Wording
from services.publish.store import lists, stories, tallies
from services.publish.store.listing import Filters
from services.publish.store.position import Position
from services.publish.store.tallies import Tallies

SHOWN = 6
"""How many reforms and stories of an area its page shows; the lists have all."""

GUIDE = "https://www.opengovpartnership.org/open-gov-guide/"
"""OGP's advice for each area: it goes beyond the Challenge, and is never a criterion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSummary:
    """One of the ten areas, in the reader's language; ``headline`` is OGP's prompt, in English, where it has one."""

    code: Area
    url: str
    name: str
    headline: str | None
    reforms: int


@dataclass(frozen=True, slots=True)
class AreaListing:
    """The areas in OGP's own order, and the version of them that is in force."""

    version: str
    areas: list[AreaSummary]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPage:
    """An area, its newest reforms and stories. ``scope`` is the criterion by which an action belongs to an area."""

    area: AreaSummary
    scope: str
    guide: str
    newest: list[Summary]
    stories: list[StorySummary]
    all: str
    all_stories: str


class Areas:
    """The list of areas, and each area."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def listing(self, request: Request) -> Response:
        """Show the areas."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, DAY_NAMES, position)
            told, wording = await tallies.list_tallies(tx, asked.filters.at), self._wording(request)
            version = self._in_force(asked, position).areas
            summaries = [_summary_of(entry, told, wording) for entry in version.areas]
            return Shown(AreaListing(version.version, summaries), "areas")

        return await self._answering.answer(request, find)

    async def area(self, request: Request, code: str) -> Response:
        """Show an area."""

        async def find(tx: Transaction, position: Position) -> Shown:
            of_day = self._answering.read(request, DAY_NAMES, position)
            at, force, wording = of_day.filters.at, self._in_force(of_day, position), self._wording(request)
            entry = next((one for one in force.areas.areas if one.code == code), None)
            if entry is None:
                raise Problem(404, "not-found", "There is no area at this address.")
            asked = Filters(area=code, at=at)
            newest = await lists.list_reforms(tx, asked, None, SHOWN)
            told = await stories.list_stories(tx, asked, None, SHOWN)
            page = AreaPage(
                area=_summary_of(entry, await tallies.list_tallies(tx, at), wording),
                scope=wording.criteria_of(force.criteria.version).get("thematic-relevance", ""),
                guide=GUIDE,
                newest=[summary_of(listed) for listed in newest],
                stories=[story_summary_of(document) for document in told],
                all=listed_at("/reforms", of_day, area=code),
                all_stories=listed_at("/stories", of_day, area=code),
            )
            return Shown(page, "area")

        return await self._answering.answer(request, find)

    def _wording(self, request: Request) -> Wording:
        return Wording(reader_of(request).language, self._answering.zone)

    def _in_force(self, asked: Asked, position: Position) -> InForce:
        return in_force(f"{self._answering.day_of(asked, position):%Y-%m}")


def _summary_of(entry: AreaEntry, told: Tallies, wording: Wording) -> AreaSummary:
    return AreaSummary(
        code=entry.code,
        url=f"/areas/{entry.code}",
        name=wording.area(entry.code),
        headline=entry.headline,
        reforms=told.get("area", {}).get(entry.code, 0),
    )


def add_area_doors(router: APIRouter, answering: Answering) -> None:
    """Open the pages of the areas."""
    areas = Areas(answering)
    open_door(router, "/areas", areas.listing, AreaListing)
    open_door(router, "/areas/{code}", areas.area, AreaPage)
