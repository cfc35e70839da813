"""The doors through which any list of reforms is taken away: CSV, JSON Lines, XLSX and Parquet."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from services.chassis.database import Transaction
from services.chassis.doors.documenting import problem_answers
from services.chassis.doors.web import Problem
from services.publish.domain.progress import Progress, progress_of
from services.publish.domain.traces import Newest, changed_at, revision
from services.publish.downloads.files import Writer
from services.publish.downloads.forms import FORMS, Form
from services.publish.downloads.taken import Taken
from services.publish.site.answering import Answering
from services.publish.site.giving import Count, File, Giving, Kind, Make
from services.publish.site.opening import TAKE_AWAY, Door, open_address
from services.publish.site.parameters import FILTER_NAMES
from services.publish.site.query import Asked
from services.publish.site.shapes import address_of
from services.publish.store.listing import Filters
from services.publish.store.lists import CHUNK, Listed, count_reforms, each_reform
from services.publish.store.position import Position
from services.publish.store.said import list_said
from services.publish.store.traces import find_newest

PROBLEMS: Mapping[int, str] = {
    400: "Something is asked that makes no sense; `errors` names each.",
    404: "There is no such thing.",
    410: "It was retracted, and says why.",
    422: "More is asked for than one such file holds (`too-many`), or than can be found in time (`too-slow`).",
    503: "Others are taking files away just now. Try again in a moment.",
}

NOTHING_SAID = Progress()


Whole = Callable[[str], str]
"""Gives the whole address of a path of the site."""


class View(NamedTuple):
    """From where the record is looked at: how its addresses are whole, and on which day of which zone."""

    whole: Whole
    on: date
    zone: ZoneInfo


class Export:
    """One form of file."""

    def __init__(self, answering: Answering, giving: Giving, form: Form) -> None:
        self._answering, self._giving, self._form = answering, giving, form

    async def give(self, request: Request) -> Response:
        """Give every reform that is asked for, in one file."""

        def ask(position: Position) -> File:
            asked = self._answering.read(request, FILTER_NAMES, position)
            made = self._make(asked.filters, view_of(self._answering, asked, position))
            return File(counting(asked.filters, self._form.most), made)

        kind = Kind(self._form.media_type, f"open-gov-challenge-reforms.{self._form.name}")
        return await self._giving.give(request, kind, ask)

    def _make(self, filters: Filters, view: View) -> Make:
        async def make(tx: Transaction, folder: Path) -> Path:
            path = folder / f"reforms.{self._form.name}"
            await write_all(each_taken(tx, filters, view), self._form.opens(path))
            return path

        return make


def add_export_doors(router: APIRouter, answering: Answering, giving: Giving) -> None:
    """Add a door for each form of file."""
    for form in FORMS.values():
        add_file_door(
            router,
            f"/reforms.{form.name}",
            Export(answering, giving, form).give,
            f"The reforms as {form.name.upper()}",
            form.media_type,
            FILTER_NAMES,
        )


def add_file_door(
    router: APIRouter,
    path: str,
    door: Door,
    summary: str,
    media_type: str,
    names: Sequence[str],
    refusals: Sequence[int] = (400, 422, 503),
) -> None:
    """Add a door through which a file is given; these names may be asked of it."""
    told = {"description": "The file, whole.", "content": {media_type.partition(";")[0]: {}}}
    responses: dict[int | str, dict[str, Any]] = {
        200: told,
        304: {"description": "You have it already."},
        **problem_answers(*refusals, about=PROBLEMS),
    }
    open_address(router, path, door, names, TAKE_AWAY, summary=summary, response_class=Response, responses=responses)


async def each_taken(tx: Transaction, filters: Filters, view: View) -> AsyncIterator[list[Taken]]:
    """Give all reforms that are asked for, by reference and with what became of them, a chunk at a time."""
    chunk: list[Listed] = []
    async for listed in each_reform(tx, filters):
        chunk.append(listed)
        if len(chunk) == CHUNK:
            yield await _with_progress(tx, chunk, filters, view)
            chunk = []
    if chunk:
        yield await _with_progress(tx, chunk, filters, view)


async def _with_progress(tx: Transaction, chunk: Sequence[Listed], filters: Filters, view: View) -> list[Taken]:
    references = [listed.document.reference for listed in chunk]
    said, newest = await list_said(tx, references, filters.at), await find_newest(tx, references, filters.at)
    taken = []
    for listed in chunk:
        planned, told = listed.document.reform.proposal.milestones, said[listed.document.reference]
        progress = progress_of(planned, told, view.on, view.zone)
        taken.append(taken_of(listed, view.whole, newest.get(listed.document.reference), progress))
    return taken


async def write_all(chunks: AsyncIterator[list[Taken]], writer: Writer) -> None:
    """Write all of them, beside what else the process does."""
    with ExitStack() as unfinished:
        unfinished.callback(writer.drop)
        async for chunk in chunks:
            await asyncio.to_thread(writer.add, chunk)
        await asyncio.to_thread(writer.end)


def counting(filters: Filters, most: int) -> Count:
    """Count what is asked for before it is written.

    Raises:
        Problem: 422 ``too-many`` where there are more than ``most``.
    """

    async def count(tx: Transaction) -> int:
        found = await count_reforms(tx, filters, most + 1)
        if found > most:
            told = f"a file of this kind holds {most} reforms at most: ask for fewer, or take a month's release"
            raise Problem(422, "too-many", told, most=most)
        return found

    return count


def view_of(answering: Answering, asked: Asked, position: Position) -> View:
    """Say from where a request looks: from the day that it asks for, else from today."""
    return View(answering.whole, answering.day_of(asked, position), answering.zone)


def taken_of(listed: Listed, whole: Whole, newest: Newest | None, progress: Progress = NOTHING_SAID) -> Taken:
    """Give what is taken away of a reform in a list, of which something was said last at ``newest``."""
    reference = listed.document.reference
    return Taken(
        reference=reference,
        url=whole(address_of(reference)),
        published_at=listed.published_at,
        changed_at=changed_at(listed.changed_at or listed.published_at, newest),
        version=listed.version,
        promising=listed.promising,
        promising_why=listed.promising_why,
        support=listed.support,
        record=listed.document,
        progress=progress,
        revision=revision(listed.version, newest),
    )
