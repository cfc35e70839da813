"""The page on which whoever answers for a reform says how it goes: only the link in a letter opens it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from services.chassis.codec import encode
from services.chassis.database import Database, Transaction
from services.chassis.doors.pace import Pace
from services.chassis.doors.passes import read_pass
from services.chassis.doors.web import Problem, read_body
from services.chassis.errors import Refusal
from services.chassis.log import get_logger
from services.chassis.tables import Faulty, Row
from services.publish.domain.answers import Answers, read_answers, rows_of, stand_of, word_of
from services.publish.domain.progress import MilestoneStanding, progress_of
from services.publish.domain.reforms import Document
from services.publish.reception import take_in
from services.publish.site.answering import Answering
from services.publish.site.describing import describe
from services.publish.site.forms import Form, answer
from services.publish.site.opening import open_address
from services.publish.site.query import read_query
from services.publish.site.reader import check_language, reader_of
from services.publish.site.shapes import address_of
from services.publish.site.wording import Wording
from services.publish.store.reforms import find_story
from services.publish.store.said import find_said
from services.publish.store.told import Word, save_answers

PURPOSE = "updates"
LIMIT_BYTES = 65_536
MOST_FIELDS = 3_100
FORM = "application/x-www-form-urlencoded"
PER_HOUR = 30
"""How often one may say how a reform goes by the links to it, as many at once: what is said stays for ever."""
SAME_FOR = timedelta(hours=1)
"""For how long the same answer again is no other."""
SECRET: Mapping[str, str] = MappingProxyType(
    {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
)
"""The address is the key to this page: nothing keeps it, lists it or tells it on."""
SAID = frozenset(
    {
        *("missing", "unknown-value", "link", "length", "contact-details"),
        *("blank", "control-character", "bidi", "text-shape"),
    }
)
"""Faults for which the page has words; whatever else is wrong with an answer is that it is none of those offered."""
GONE: Mapping[str, str] = MappingProxyType({"pass-unknown": "unknown", "pass-over": "over"})
CODES: Mapping[str, str] = MappingProxyType({"unknown": "not-found"})
"""What a problem calls it that the page is closed, where the words have another name for it."""

Errors = Mapping[tuple[int, str], str]
NO_ERRORS: Errors = MappingProxyType({})

NO_DAY = Problem(400, "unknown-filter", "as_of: this page asks how it goes today, and shows no other day")

log = get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """The reform of which a link asks, as it stands; and when somebody else than its holder last spoke of it."""

    document: Document
    milestones: tuple[MilestoneStanding, ...]
    others_said_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePage:
    """What the holder of a link is asked about: a reform, and each milestone as it stands."""

    reference: str
    url: str
    title: str
    lead_institution: str
    language: str
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
        self._pace = Pace(PER_HOUR, period_seconds=3_600)

    async def show(self, request: Request, token: str) -> Response:
        """Show what stands, to be said anew; of no other day than this one."""
        if request.query_params.get("as_of"):
            return self._answering.refuse(request, NO_DAY, Form.PAGE, SECRET)
        try:
            async with self._database.transaction() as tx:
                asked = await self._open(tx, token)
        except Closed as closed:
            return self._closed(request, closed)
        told = request.query_params.get("told", "")
        if told.isdecimal() and int(told[:4]) <= len(asked.milestones):
            return self._page(request, "updated", it=asked, told=int(told[:4]))
        return self._form(request, asked, stand_of(asked.milestones))

    async def twin(self, request: Request, token: str) -> Response:
        """Give what stands, for machines; what is said anew is said on the page."""
        try:
            check_language(request)
            read_query(request.query_params.multi_items(), ())
            async with self._database.transaction() as tx:
                told = _told_of(await self._open(tx, token))
        except Closed as closed:
            sentence = Wording("en", self._answering.zone).t(f"updates.gone.{closed.why}").unescape()
            return self._refuse(request, Problem(closed.status, CODES.get(closed.why, closed.why), sentence))
        except Problem as problem:
            return self._refuse(request, problem)
        return answer(encode(told), Form.JSON, headers=SECRET)

    async def tell(self, request: Request, token: str) -> Response:
        """Take in what is said, all of it or nothing."""
        try:
            form = await _read_form(request)
            async with self._database.transaction() as tx:
                asked = await self._open(tx, token)
                confirms = form.get("do") == "confirm"
                answers = stand_of(asked.milestones) if confirms else read_answers(form, asked.milestones)
                rows = rows_of(asked.document.reference, answers, tx.now)
                told = await self._take_in(tx, asked, rows) if rows else 0
        except Closed as closed:
            return self._closed(request, closed)
        except Faulty as faulty:
            return self._form(request, asked, answers, _errors(faulty))
        except Problem as problem:
            return self._form(request, asked, answers, {(0, ""): "pace"}, problem)
        if not rows:
            return self._form(request, asked, answers, {(0, ""): "nothing"})
        log.info("reform.updated", count=told)
        where = reader_of(request).to(request.url.path, told=told)
        return Response(status_code=HTTPStatus.SEE_OTHER, headers={"Location": where, **SECRET})

    async def _take_in(self, tx: Transaction, asked: Asked, rows: Sequence[Row]) -> int:
        self._pace.check(asked.document.reference)
        titles = {one.number: one.title for one in asked.milestones}
        words = [Word(*word_of(row, titles[row.number], asked.others_said_at)) for row in rows]
        others = await save_answers(tx, words, tx.now, SAME_FOR)
        fresh = [row for row, word in zip(rows, words, strict=True) if word.thing in others]
        return len((await take_in(tx, fresh, self._answering.zone, dry_run=False)).new)

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
        others = max((told.confirmed_at for told in said.updates if told.by != "holder"), default=None)
        return Asked(
            story.document, progress_of(planned, said, tx.now.astimezone(zone).date(), zone).milestones, others
        )

    def _form(
        self,
        request: Request,
        asked: Asked,
        answers: Answers,
        errors: Errors = NO_ERRORS,
        problem: Problem | None = None,
    ) -> Response:
        status = problem.status if problem else HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
        response = self._page(request, "update", status, it=asked, answers=answers, errors=errors)
        response.headers.update(problem.headers if problem else {})
        return response

    def _closed(self, request: Request, closed: Closed) -> Response:
        return self._page(request, "update_closed", closed.status, why=closed.why)

    def _refuse(self, request: Request, problem: Problem) -> Response:
        response = self._answering.refuse(request, problem, Form.JSON)
        response.headers.update(SECRET)
        return response

    def _page(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        return self._answering.page(request, template, status, SECRET, **context)


def _told_of(asked: Asked) -> UpdatePage:
    document, proposal = asked.document, asked.document.reform.proposal
    return UpdatePage(
        reference=document.reference,
        url=address_of(document.reference),
        title=document.reform.published_title,
        lead_institution=proposal.lead_institution,
        language=proposal.language,
        milestones=asked.milestones,
    )


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
    path = "/updates/{token}"
    open_address(router, f"{path}.json", updates.twin, response_model=UpdatePage)
    # the page's own door would take it for a link
    router.add_api_route(f"{path}.json", _refuse_method, methods=["POST"], include_in_schema=False)
    for method, answers in {"GET": updates.show, "HEAD": updates.show, "POST": updates.tell}.items():
        router.add_api_route(path, answers, methods=[method], include_in_schema=False)
    describe(router)
    return router


async def _refuse_method() -> Response:
    raise Problem(405, "method-not-allowed", "What is said anew is said on the page.", headers={"Allow": "GET, HEAD"})
