"""The doors of the dated releases: the catalogue of them, each with its data dictionary, and its archive."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from contracts.vocabulary import next_month
from services.chassis.database import Transaction
from services.chassis.doors.documenting import problem_answers
from services.chassis.doors.web import Problem
from services.publish.domain.months import SETTLING, each_release
from services.publish.downloads.catalogue import ZIP, describe_catalogue, describe_dataset
from services.publish.downloads.dictionary import Table, tables
from services.publish.downloads.package import Release, ReleaseFiles
from services.publish.site.addresses import MONTH
from services.publish.site.answering import Answering, Shown
from services.publish.site.exports import PROBLEMS, View, add_file_door, each_taken
from services.publish.site.forms import Form, form_asked
from services.publish.site.giving import LIGHT, File, Giving, Kind
from services.publish.site.linked import data_block
from services.publish.site.opening import TAKE_AWAY, open_door
from services.publish.site.parameters import DAY_NAMES, RELEASES_NAMES
from services.publish.site.query import FIRST_DAY, Days
from services.publish.store.listing import Filters
from services.publish.store.lists import count_reforms
from services.publish.store.position import Position
from services.publish.store.releases import find_beginning


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """A release in the list: the record as it stood when ``month`` ended, and where its archive is."""

    month: str
    url: str
    archive: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseListing:
    """All releases, or those of a year, the newest first, and the same as a DCAT 3 catalogue (JSON-LD)."""

    releases: list[ReleaseSummary]
    catalogue: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """A release, and what its tables hold."""

    release: ReleaseSummary
    tables: list[Table]


class Releases:
    """The releases, each of the months that are over since the first reform was published; or were, on a day."""

    def __init__(self, answering: Answering, giving: Giving) -> None:
        self._answering, self._giving = answering, giving

    async def listing(self, request: Request) -> Response:
        """Show the list of releases."""

        async def find(tx: Transaction, position: Position) -> Shown:
            site, releases = self._answering.whole(""), await self._list(tx, self._moment(request, position))
            years, asked = _years(releases), request.query_params.get("year") or None
            if form_asked(request) is Form.PAGE:
                # a page shows one year, so that it stays small however many there are
                asked = asked or next(iter(years), None)
            shown = [release for release in releases if asked in {None, release.month[:4]}]
            catalogue = describe_catalogue(site, shown, None)
            blocks = [data_block(one) for one in (catalogue, describe_dataset(site, releases))]
            told = ReleaseListing([_summary(release) for release in shown], catalogue)
            return Shown(told, "releases", {"blocks": blocks, "years": years, "year": asked})

        return await self._answering.answer(request, find)

    async def release(self, request: Request, month: str) -> Response:
        """Show a release."""

        async def find(_: Transaction, position: Position) -> Shown:
            release = self._release(month, self._moment(request, position, DAY_NAMES))
            return Shown(ReleasePage(_summary(release), list(tables().values())), "release", {})

        return await self._answering.answer(request, find)

    async def archive(self, request: Request, month: str) -> Response:
        """Give a release's archive."""

        def ask(position: Position) -> File:
            release = self._release(month, self._moment(request, position, DAY_NAMES))
            of_then = Filters(at=release.ended_at)
            return File(
                lambda tx: count_reforms(tx, of_then, LIGHT + 1), lambda tx, folder: self._pack(tx, folder, release)
            )

        return await self._giving.give(request, Kind(ZIP, f"open-gov-challenge-{month}.zip"), ask)

    def _moment(self, request: Request, position: Position, names: Sequence[str] = RELEASES_NAMES) -> datetime:
        return self._answering.read(request, names, position).filters.at or position.now

    async def _list(self, tx: Transaction, moment: datetime) -> Sequence[Release]:
        beginning = await find_beginning(tx)
        if beginning is None:
            return []
        return [self._dated(month) for month, _ in each_release(beginning, moment, self._answering.zone)]

    def _release(self, month: str, moment: datetime) -> Release:
        if not MONTH.fullmatch(month) or month < f"{FIRST_DAY:%Y-%m}":
            raise Problem(404, "not-found", "There is no release of a month at this address.")
        release = self._dated(month)
        if release.ended_at + SETTLING > moment:
            told = f"{month} is not over: its release can be had an hour after its end ({release.zone})."
            raise Problem(404, "not-over", told, month=month, ended_at=release.ended_at.isoformat())
        return release

    def _dated(self, month: str) -> Release:
        zone = self._answering.zone
        return Release(month, Days(zone).end_of(last_day(month)), zone.key, self._answering.whole(""))

    async def _pack(self, tx: Transaction, folder: Path, release: Release) -> Path:
        files, packed = ReleaseFiles(folder, release), folder / "release.zip"
        with ExitStack() as unfinished:
            unfinished.callback(files.drop)
            view = View(self._answering.whole, last_day(release.month), self._answering.zone)
            async for chunk in each_taken(tx, Filters(at=release.ended_at), view):
                await asyncio.to_thread(files.add, chunk)
            with packed.open("wb") as target:
                await asyncio.to_thread(files.pack, target)
        return packed


def last_day(month: str) -> date:
    """Give the last day of a month."""
    return date.fromisoformat(f"{next_month(month)}-01") - timedelta(days=1)


def add_release_doors(router: APIRouter, answering: Answering, giving: Giving) -> None:
    """Add the doors of the releases."""
    releases = Releases(answering, giving)
    add_file_door(
        router,
        "/releases/{month}.zip",
        releases.archive,
        "A release: the record at a month's end",
        ZIP,
        DAY_NAMES,
        refusals=(400, 404, 503),
    )
    for path, door, model, names, refusals in (
        ("/releases", releases.listing, ReleaseListing, RELEASES_NAMES, (400,)),
        ("/releases/{month}", releases.release, ReleasePage, DAY_NAMES, (400, 404)),
    ):
        open_door(router, path, door, model, names, problem_answers(*refusals, about=PROBLEMS), TAKE_AWAY)


def _years(releases: Sequence[Release]) -> list[str]:
    return list(dict.fromkeys(release.month[:4] for release in releases))


def _summary(release: Release) -> ReleaseSummary:
    return ReleaseSummary(
        month=release.month,
        url=f"/releases/{release.month}",
        archive=f"/releases/{release.month}.zip",
        ended_at=release.ended_at,
    )
