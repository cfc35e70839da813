"""Answers from the public record, each time with what stands there now: as a page, or as JSON."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from contracts import reference as reference_data
from services.chassis.codec import encode
from services.chassis.database import Transaction
from services.chassis.doors.web import Problem, problem_response
from services.chassis.errors import took_too_long
from services.publish.domain.months import first_unreleased, turned_at
from services.publish.site import caching
from services.publish.site.forms import SAFETY, VARY, Form, answer, form_asked
from services.publish.site.pages import Pages
from services.publish.site.query import Asked, Days, read_query
from services.publish.site.reader import Reader, check_language, reader_of
from services.publish.site.tidying import untracked
from services.publish.store.lists import TooLong
from services.publish.store.position import Position, find_position

Reading = Callable[[], AbstractAsyncContextManager[Transaction]]
"""Opens a transaction that reads the public views."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is found for an address: the object for machines, the template and what else it needs for people."""

    told: Any
    template: str
    extra: dict[str, Any] = field(default_factory=dict)


_FOLDERS = (Path(__file__).parents[1], Path(reference_data.__file__).parent)
"""All that publish is made of, since what it finds is made by its store and its domain; and the reference data."""

NOTHING_MORE: Mapping[str, str] = MappingProxyType({})

KEPT_BYTES = 16 * 1024 * 1024
"""How much of what was written is kept, to be given again while the record stands as it does."""

TOO_SLOW = Problem(422, "too-slow", "that takes too long to find: ask for less, by an area, a country or another word")

Find = Callable[[Transaction, Position], Awaitable[Shown]]


class Answering:
    """What all doors of the public record have in common: days are those of ``zone``."""

    def __init__(
        self,
        reading: Reading,
        zone: ZoneInfo,
        public_url: str = "",
        intake_url: str = "",
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self.reading = reading
        self._public_url = public_url.rstrip("/")
        self.intake_url = intake_url.rstrip("/")
        self.zone = zone
        self.edition = caching.digest_of(_FOLDERS, f"{zone.key} {self._public_url} {self.intake_url}")
        self._pages = Pages(self.edition, zone, self._public_url)
        self._position = caching.Rounds(self._find_position)
        self._bodies = caching.Bodies(kept_bytes)

    def whole(self, path: str) -> str:
        """Give the whole address of a path of this site, for what is read elsewhere."""
        return f"{self._public_url}{path}"

    def read(self, request: Request, names: Sequence[str], position: Position) -> Asked:
        """Read what a request asks for: these names may stand in it, and its days are those of the zone.

        Raises:
            Problem: 400 for whatever is wrong.
        """
        return read_query(request.query_params.multi_items(), names, Days(self.zone, position.now))

    def day_of(self, asked: Asked, position: Position) -> date:
        """Say on which day the record is looked at: the one that is asked for, else today."""
        return asked.as_of or self._today(position)

    def tagged(self, request: Request, position: Position, form: str, reader: Reader | None = None) -> dict[str, str]:
        """Give the headers by which a reader knows whether what it has in this form still stands.

        The tag names all that an answer depends on; beside the record and the request that is what the clock alone
        changes: the day, and which releases there are.
        """
        by_clock = f"{self._today(position)} {first_unreleased(position.now, self.zone)}"
        told = f"{form} {(reader or reader_of(request)).language} {by_clock}"
        changed = caching.last_modified(position, turned_at(position.now, self.zone))
        return {"ETag": caching.tag_of(position, self.edition, told, request), **changed}

    def _today(self, position: Position) -> date:
        return position.now.astimezone(self.zone).date()

    async def answer(
        self, request: Request, find: Find, form: Form | None = None, said: Mapping[str, str] = NOTHING_MORE
    ) -> Response:
        """Answer with what is found, as page or as JSON; or say that the reader has it already.

        ``form`` is for what has only one; ``said`` are headers that every such answer has.
        """
        form = form or form_asked(request)
        try:
            check_language(request)
            return untracked(request) or await self._answer(request, find, form, said)
        except Problem as problem:
            return self.refuse(request, problem, form, said)
        except Exception as error:
            if asks_too_much(error, request):
                return self.refuse(request, TOO_SLOW, form, said)
            raise

    async def _answer(self, request: Request, find: Find, form: Form, said: Mapping[str, str]) -> Response:
        position, reader = await self._position.give(), reader_of(request)
        headers = self._headers(request, position, form, reader)
        if caching.is_current(headers["ETag"], request):
            return answer(b"", form, HTTPStatus.NOT_MODIFIED, {**headers, **said})
        body = self._bodies.find(headers["ETag"])
        if body is None:
            async with self.reading() as tx:
                # the state is named before the rows are read: what is sent is never older than its tag
                position = await find_position(tx)
                shown = await find(tx, position)
            headers, body = self._headers(request, position, form, reader), self._write(shown, form, reader)
            self._bodies.keep(headers["ETag"], body)
        return answer(body, form, headers={**headers, **said})

    async def _find_position(self) -> Position:
        async with self.reading() as tx:
            return await find_position(tx)

    def _headers(self, request: Request, position: Position, form: Form, reader: Reader) -> dict[str, str]:
        return {**self.tagged(request, position, form, reader), **_told_in(reader, form)}

    def _write(self, shown: Shown, form: Form, reader: Reader) -> bytes:
        if form is Form.JSON:
            return encode(shown.told)
        return self._pages.write(shown.template, reader, it=shown.told, **shown.extra)

    def page(self, request: Request, template: str, status: int, said: Mapping[str, str], **context: Any) -> Response:
        """Answer with a page that is no part of the record, with these headers."""
        reader = reader_of(request)
        written = self._pages.write(template, reader, **context)
        return answer(written, Form.PAGE, status, {**_told_in(reader, Form.PAGE), **said})

    def refuse(
        self, request: Request, problem: Problem, form: Form | None = None, said: Mapping[str, str] = NOTHING_MORE
    ) -> Response:
        """Say what is wrong, as page or as JSON."""
        form, reader = form or form_asked(request), reader_of(request)
        if form is Form.JSON:
            response = problem_response(problem, request)
            response.headers.update({"Vary": VARY, **SAFETY})
            return response
        template = "retracted" if problem.code == "retracted" else "problem"
        page = self._pages.write(template, reader, it=problem)
        return answer(page, form, problem.status, {**_told_in(reader, form), **problem.headers, **said})


def asks_too_much(error: Exception, request: Request) -> bool:
    """Say whether a reader asked for what takes too long to find. Who asks for nothing has nothing to leave out."""
    asked = any(value and name != "lang" for name, value in request.query_params.multi_items())
    return isinstance(error, TooLong) or (asked and took_too_long(error))


def _told_in(reader: Reader, form: Form) -> dict[str, str]:
    return {} if form is Form.JSON else {"Content-Language": reader.language}
