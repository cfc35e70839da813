"""The record in figures: the counters, how many reforms there are of each kind, and the members that have any."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from contracts.vocabulary import Area
from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.publish.site import caching
from services.publish.site.answering import Answering, Shown
from services.publish.site.figures import Figure, figure_of
from services.publish.site.opening import open_door
from services.publish.site.parameters import DAY_NAMES, PARAMETERS
from services.publish.site.query import Asked, listed_at
from services.publish.site.reader import reader_of
from services.publish.site.shapes import Summary, summary_of
from services.publish.site.wording import Wording
from services.publish.store import lists, tallies
from services.publish.store.listing import Filters
from services.publish.store.position import Position
from services.publish.store.tallies import Member, Tallies, Totals

SHOWN = 20
"""How many of a member's reforms its page shows; the list has all."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many reforms there are of one kind. ``code`` is what the list is filtered by."""

    code: str
    reforms: int


@dataclass(frozen=True, slots=True)
class Tagging:
    """How many reforms were declared in one area and assigned to another, or to the same."""

    declared: Area
    assigned: Area
    reforms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The record in figures. Reforms stand in the month in whose batch they were accepted."""

    totals: Totals
    areas: list[Count]
    regions: list[Count]
    countries: list[Count]
    levels: list[Count]
    channels: list[Count]
    months: list[Count]
    languages: list[Count]
    taggings: list[Tagging]
    retagged: int


@dataclass(frozen=True, slots=True)
class MemberSummary:
    """A member that has reforms. ``country`` is the code of its country, or its own."""

    code: str
    url: str
    name: str
    country: str
    reforms: int


@dataclass(frozen=True, slots=True)
class MemberListing:
    """The members that have reforms, by name."""

    members: list[MemberSummary]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """A member and its newest reforms; ``all`` lists every one, ``localities`` are its local members that have any."""

    code: str
    url: str
    name: str
    country: str
    reforms: int
    newest: list[Summary]
    localities: list[MemberSummary]
    all: str


def statistics_of(totals: Totals, told: Tallies) -> Statistics:
    """Put the figures in their order: areas in OGP's, months from the first to the last, the others by size."""
    taggings = [Tagging(*_areas_of(key), reforms) for key, reforms in told.get("tagging", {}).items()]
    return Statistics(
        totals=totals,
        areas=[Count(area, told.get("area", {}).get(area, 0)) for area in Area],
        regions=_by_size(told, "region"),
        countries=_by_size(told, "country"),
        levels=_each_of(told, "level"),
        channels=_each_of(told, "channel"),
        months=[Count(*one) for one in sorted(told.get("batch", {}).items())],
        languages=_by_size(told, "language"),
        taggings=taggings,
        retagged=sum(one.reforms for one in taggings if one.declared != one.assigned),
    )


def taggings_of(told: Statistics, wording: Wording) -> Figure:
    """Give the figure of areas declared and assigned, which a chart draws."""
    counted = {f"{one.declared}>{one.assigned}": one.reforms for one in told.taggings}
    return figure_of("tagging", {"tagging": counted}, wording)


class Counting:
    """The statistics and the members; what stands now is found once for each state."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._statistics: caching.Kept[Statistics] = caching.Kept()
        self._members: caching.Kept[list[Member]] = caching.Kept()

    async def statistics(self, request: Request) -> Response:
        """Show the record in figures."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, DAY_NAMES, position)
            found = await self._find_statistics(tx, position, asked.filters.at)
            wording = Wording(reader_of(request).language, self._answering.zone)
            return Shown(found, "statistics", {"asked": asked, "taggings": taggings_of(found, wording)})

        return await self._answering.answer(request, find)

    async def members(self, request: Request) -> Response:
        """Show the members that have reforms."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, DAY_NAMES, position)
            found = await self._find_members(tx, position, asked.filters.at)
            return Shown(MemberListing([_summary_of(member) for member in found]), "members", {"asked": asked})

        return await self._answering.answer(request, find)

    async def member(self, request: Request, code: str) -> Response:
        """Show a member and its newest reforms."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, DAY_NAMES, position)
            found = await self._find_members(tx, position, asked.filters.at)
            member = next((one for one in found if one.code == code), None)
            if member is None:
                raise Problem(404, "not-found", "There is no member with reforms at this address.")
            newest = await lists.list_reforms(tx, Filters(member=code, at=asked.filters.at), None, SHOWN)
            return Shown(
                _page_of(member, found, [summary_of(one) for one in newest], asked), "member", {"asked": asked}
            )

        return await self._answering.answer(request, find)

    async def _find_statistics(self, tx: Transaction, position: Position, at: datetime | None) -> Statistics:
        async def find() -> Statistics:
            return statistics_of(await tallies.count_totals(tx, at), await tallies.list_tallies(tx, at))

        return await (find() if at else self._statistics.give(position.state, find))

    async def _find_members(self, tx: Transaction, position: Position, at: datetime | None) -> list[Member]:
        if at:
            return await tallies.list_members(tx, at)
        return await self._members.give(position.state, lambda: tallies.list_members(tx))


def add_counting_doors(router: APIRouter, answering: Answering) -> None:
    """Add the doors of the statistics and of the members."""
    counting = Counting(answering)
    open_door(router, "/statistics", counting.statistics, Statistics)
    open_door(router, "/members", counting.members, MemberListing)
    open_door(router, "/members/{code}", counting.member, MemberPage)


def _by_size(told: Mapping[str, Mapping[str, int]], dimension: str) -> list[Count]:
    found = told.get(dimension, {}).items()
    return [Count(*one) for one in sorted(found, key=lambda one: (-one[1], one[0]))]


def _each_of(told: Mapping[str, Mapping[str, int]], dimension: str) -> list[Count]:
    return [Count(code, told.get(dimension, {}).get(code, 0)) for code in PARAMETERS[dimension].among]


def _areas_of(tagging: str) -> tuple[Area, Area]:
    declared, assigned = tagging.split(">")
    return Area(declared), Area(assigned)


def _summary_of(member: Member) -> MemberSummary:
    return MemberSummary(member.code, f"/members/{member.code}", member.name, member.country, member.reforms)


def _page_of(member: Member, members: list[Member], newest: list[Summary], asked: Asked) -> MemberPage:
    localities = [one for one in members if one.country == member.code and one.code != member.code]
    return MemberPage(
        code=member.code,
        url=f"/members/{member.code}",
        name=member.name,
        country=member.country,
        reforms=member.reforms,
        newest=newest,
        localities=[_summary_of(one) for one in localities],
        all=listed_at("/reforms", asked, member=member.code),
    )
