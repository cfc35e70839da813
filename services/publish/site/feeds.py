"""The doors through which a list of reforms is followed: Atom, JSON Feed, and a calendar of milestones."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from services.chassis.codec import encode
from services.chassis.database import Transaction
from services.publish.downloads.feeds import ATOM, JSON_FEED, Feed, write_atom, write_json_feed
from services.publish.downloads.taken import Taken
from services.publish.site.answering import Answering
from services.publish.site.exports import add_file_door, counting, each_taken, taken_of, view_of
from services.publish.site.giving import File, Giving, Kind, Tell
from services.publish.site.parameters import FILTER_NAMES, LIST_NAMES, PAGE_SIZE_MAX
from services.publish.site.query import Asked
from services.publish.site.reader import Reader, reader_of
from services.publish.site.wording import Wording
from services.publish.store.lists import list_reforms
from services.publish.store.position import Position
from services.publish.store.traces import find_newest

BEGINNING = datetime(2023, 11, 1, tzinfo=UTC)
"""When the Challenge began: since then a feed without reforms is as it is."""

CALENDAR = "text/calendar; charset=utf-8"

MOST_IN_A_CALENDAR = 1_000
"""Of how many reforms one calendar has the milestones."""

Write = Callable[[Feed], bytes]

FIRST_LANGUAGE = "en"
"""The language of the feed whose id names none: feeds in others are other feeds, of other ids and addresses."""

_PLACE = ("limit", "cursor")
"""Which page of a list it is: part of its own address, and of nothing else that it says."""


class Feeds:
    """The newest of a list, to be followed; and the milestones of a list, as a calendar."""

    def __init__(self, answering: Answering, giving: Giving) -> None:
        self._answering, self._giving = answering, giving

    async def atom(self, request: Request) -> Response:
        """Give a page of the list as Atom."""
        return await self._feed(request, ATOM, write_atom)

    async def json(self, request: Request) -> Response:
        """Give a page of the list as JSON Feed."""
        return await self._feed(request, JSON_FEED, lambda feed: encode(write_json_feed(feed)))

    async def calendar(self, request: Request) -> Response:
        """Give the milestones of all reforms that are asked for."""
        words = self._words(request)

        def ask(position: Position) -> File:
            asked = self._answering.read(request, FILTER_NAMES, position)
            view = view_of(self._answering, asked, position)
            return File(
                counting(asked.filters, MOST_IN_A_CALENDAR),
                lambda tx, folder: _write_calendar(each_taken(tx, asked.filters, view), folder, words),
            )

        return await self._giving.give(request, Kind(CALENDAR, "open-gov-challenge-milestones.ics"), ask)

    async def _feed(self, request: Request, media_type: str, write: Write) -> Response:
        reader = reader_of(request)

        def ask(position: Position) -> Tell:
            asked = self._answering.read(request, LIST_NAMES, position)
            page = asked if request.query_params.get("limit") else replace(asked, limit=PAGE_SIZE_MAX)
            return lambda tx: self._write_feed(tx, page, reader, write)

        return await self._giving.tell(request, Kind(media_type), ask)

    async def _write_feed(self, tx: Transaction, asked: Asked, reader: Reader, write: Write) -> bytes:
        found = await list_reforms(tx, asked.filters, asked.after, asked.limit + 1)
        shown, whole = found[: asked.limit], self._answering.whole
        given = {name: value for name, value in asked.given.items() if name != "limit"}
        place = {name: value for name, value in reader.query if name in _PLACE}
        spoken = {} if reader.language == FIRST_LANGUAGE else {"lang": reader.language}
        kept = spoken or ({"lang": reader.chosen} if reader.chosen else {})
        words = Wording(reader.language, self._answering.zone)
        newest = await find_newest(tx, [listed.document.reference for listed in shown], asked.filters.at)
        entries = [taken_of(listed, whole, newest.get(listed.document.reference)) for listed in shown]
        more = (
            f"{asked.then(shown[-1].place)}{'&' if kept else ''}{urlencode(kept)}" if len(found) > asked.limit else ""
        )
        feed = Feed(
            title=words.t("takeaway.feed.title").unescape(),
            subtitle=describe(words, given),
            language=words.language,
            query=urlencode({**given, **spoken}),
            own=whole(_join(reader.path, urlencode({**given, **place, **kept}))),
            listed=whole(_join("/reforms", urlencode({**given, **kept}))),
            next=whole(_join(reader.path, more)) if more else None,
            updated=max((entry.changed_at for entry in entries), default=BEGINNING),
            entries=entries,
        )
        return write(feed)

    def _words(self, request: Request) -> Wording:
        return Wording(reader_of(request).language, self._answering.zone)


def describe(words: Wording, given: dict[str, str]) -> str:
    """Say in words which list it is."""
    if not given:
        return words.t("takeaway.feed.all").unescape()
    return " · ".join(f"{name}: {words.area(value) if name == 'area' else value}" for name, value in given.items())


def add_feed_doors(router: APIRouter, answering: Answering, giving: Giving) -> None:
    """Add the doors of feeds and of the calendar."""
    feeds = Feeds(answering, giving)
    add_file_door(router, "/reforms.atom", feeds.atom, "The reforms as an Atom feed", ATOM, LIST_NAMES)
    add_file_door(router, "/reforms.feed.json", feeds.json, "The reforms as a JSON Feed", JSON_FEED, LIST_NAMES)
    add_file_door(
        router, "/milestones.ics", feeds.calendar, "The milestones of reforms as a calendar", CALENDAR, FILTER_NAMES
    )


async def _write_calendar(chunks: AsyncIterator[list[Taken]], folder: Path, words: Wording) -> Path:
    # the library is loaded when somebody asks for a calendar
    from services.publish.downloads.calendar import write_calendar  # noqa: PLC0415

    reforms = [taken async for chunk in chunks for taken in chunk]
    path = folder / "milestones.ics"
    path.write_bytes(await asyncio.to_thread(write_calendar, words.t("takeaway.calendar.title").unescape(), reforms))
    return path


def _join(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
