"""The page on which whoever answers for a reform says how it goes: only the link in a letter opens it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from services.chassis.database import Database, Transaction
from services.chassis.doors.passes import read_pass
from services.chassis.doors.web import Problem, read_body
from services.chassis.errors import Refusal
from services.chassis.log import get_logger
from services.chassis.tables import Faulty
from services.publish.domain.answers import Answers, read_answers, rows_of, stand_of
from services.publish.domain.progress import MilestoneStanding, progress_of
from services.publish.domain.reforms import Document
from services.publish.reception import take_in
from services.publish.site.answering import Answering
from services.publish.site.reader import reader_of
from services.publish.store.reforms import find_story
from services.publish.store.said import find_said

PURPOSE = "updates"
LIMIT_BYTES = 65_536
MOST_FIELDS = 3_100
FORM = "application/x-www-form-urlencoded"
SECRET: Mapping[str, str] = MappingProxyType(
    {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
)
"""The address is the key to this page: nothing keeps it, lists it or tells it on."""
SAID = frozenset({"missing", "unknown-value", "link", "length", "text", "contact-details"})
"""Faults for which the page has words; whatever else is wrong with an answer is that it is none of those offered."""
GONE: Mapping[str, str] = MappingProxyType({"pass-unknown": "unknown", "pass-over": "over"})

Errors = Mapping[tuple[int, str], str]
NO_ERRORS: Errors = MappingProxyType({})

log = get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """The reform of which a link asks, as it stands."""

    document: Document
    milestones: tuple[MilestoneStanding, ...]


class Closed(Exception):
    """The page is not open: the words say why, under this key."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


class Updates:
    """The page in its states: as it stands, with what is wrong, and when it is over."""

    def __init__(self, database: Database, answering: Answering, key: bytes) -> None:
        self._database = database
        self._answering = answering
        self._key = key

    async def show(self, request: Request, token: str) -> Response:
        """Show what stands, to be said anew."""
        try:
            async with self._database.transaction() as tx:
                asked = await self._open(tx, token)
        except Closed as closed:
            return self._closed(request, closed)
        told = request.query_params.get("told", "")
        if told.isdecimal() and int(told[:4]) <= len(asked.milestones):
            return self._page(request, "updated", it=asked, told=int(told[:4]))
        return self._form(request, asked, stand_of(asked.milestones))

    async def tell(self, request: Request, token: str) -> Response:
        """Take in what is said, all of it or nothing."""
        try:
            form = await _read_form(request)
            async with self._database.transaction() as tx:
                asked = await self._open(tx, token)
                confirms = form.get("do") == "confirm"
                answers = stand_of(asked.milestones) if confirms else read_answers(form, asked.milestones)
                rows = rows_of(asked.document.reference, answers, tx.now)
                told = len((await take_in(tx, rows, self._answering.zone, dry_run=False)).new) if rows else 0
        except Closed as closed:
            return self._closed(request, closed)
        except Faulty as faulty:
            return self._form(request, asked, answers, _errors(faulty))
        if not rows:
            return self._form(request, asked, answers, {(0, ""): "nothing"})
        log.info("reform.updated", count=told)
        where = reader_of(request).to(request.url.path, told=told)
        return Response(status_code=HTTPStatus.SEE_OTHER, headers={"Location": where, **SECRET})

    async def _open(self, tx: Transaction, token: str) -> Asked:
        try:
            reference = read_pass(self._key, PURPOSE, token, tx.now)
        except Refusal as refusal:
            raise Closed(GONE[refusal.code], refusal.status) from None
        story = await find_story(tx, reference)
        if story is None or story.document is None:
            raise Closed("unknown", 404) if story is None else Closed("retracted", 410)
        zone, planned = self._answering.zone, story.document.reform.proposal.milestones
        said = await find_said(tx, reference)
        return Asked(story.document, progress_of(planned, said, tx.now.astimezone(zone).date(), zone).milestones)

    def _form(self, request: Request, asked: Asked, answers: Answers, errors: Errors = NO_ERRORS) -> Response:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
        return self._page(request, "update", status, it=asked, answers=answers, errors=errors)

    def _closed(self, request: Request, closed: Closed) -> Response:
        return self._page(request, "update_closed", closed.status, why=closed.why)

    def _page(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        return self._answering.page(request, template, status, SECRET, **context)


def _errors(faulty: Faulty) -> Errors:
    return {(it.row, it.column): it.code if it.code in SAID else "unknown-value" for it in faulty.faults}


async def _read_form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Closed("broken", 415)
    try:
        body = (await read_body(request, LIMIT_BYTES)).decode("ascii")
        return dict(parse_qsl(body, max_num_fields=MOST_FIELDS, errors="strict"))
    except Problem as problem:
        raise Closed("broken", problem.status) from None
    except ValueError:
        raise Closed("broken", 400) from None


def make_update_doors(database: Database, answering: Answering, key: bytes) -> APIRouter:
    """Make the page's doors; they write, so they go through the service's own database."""
    router, updates = APIRouter(), Updates(database, answering, key)
    for method, answers in {"GET": updates.show, "HEAD": updates.show, "POST": updates.tell}.items():
        router.add_api_route("/updates/{token}", answers, methods=[method], include_in_schema=False)
    return router
