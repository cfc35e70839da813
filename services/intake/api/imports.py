"""The door for spreadsheets: all rows of a file become submissions, or none does and every error is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from services.chassis.database import Database
from services.chassis.doors.auth import Principal
from services.chassis.doors.languages import language_of
from services.chassis.doors.web import Problem, problem_response, read_body
from services.chassis.errors import is_passing
from services.intake.api.bodies import ReceiptBody, problems
from services.intake.api.refusing import problem_of
from services.intake.api.sending import TOKEN_ONLY, Counter
from services.intake.domain.problems import refused
from services.intake.domain.sheet.issues import CellIssue, SheetRefused
from services.intake.reception.edge import ENTER_ANY
from services.intake.reception.importing import Imported, Read, import_sheet
from services.intake.reception.outcome import Receipt
from services.intake.sheets.reading import MAX_FILE_BYTES, read_sheet

PROGRESS = "application/x-ndjson"
_TELL_SECONDS = 0.2
_UPLOAD_SECONDS = 300.0
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE = {"schema": {"type": "string", "format": "binary"}}

TOLD_BY_LINES: dict[int | str, dict[str, Any]] = {200: {"content": {PROGRESS: {"schema": {"type": "string"}}}}}

DryRun = Annotated[bool, Query(description="Check everything, show the events, and keep nothing.")]
SheetName = Annotated[str | None, Query(max_length=100, description="Which sheet of a workbook that has several.")]


class RowReceiptBody(ReceiptBody):
    """The receipt of a row. ``is_new`` unless the same had come before."""

    row: int
    external_id: str
    is_new: bool


class CellIssueBody(BaseModel):
    """One thing that is wrong: its row as the spreadsheet numbers it, its column by letters and heading."""

    row: int | None
    column: Annotated[str, Field(description="Letters; empty for the whole row, or a field that has no column.")]
    heading: str
    code: str
    field: Annotated[str, Field(description="The place in the form, a JSON Pointer.")]
    detail: str


class ImportBody(BaseModel):
    """What became of a file. A dry run has the events that would be told, and everything that is wrong."""

    is_dry_run: bool
    rows: int
    known: Annotated[int, Field(description="How many of the rows had come before, with the same content.")]
    receipts: list[RowReceiptBody]
    events: list[dict[str, Any]]
    errors: list[CellIssueBody]


@dataclass(slots=True)
class Progress:
    """How far an import is; told from wherever it works."""

    step: str = "opening"
    done: int = 0
    of: int = 0

    def tell(self, step: str, done: int) -> None:
        """Note how far it is."""
        self.step, self.done = step, done


class Ordered(NamedTuple):
    """What is asked for: a file, by whose right, and how."""

    content: bytes
    principal: Principal
    sheet: str | None
    is_dry: bool
    language: str


def make_import_doors(database: Database, counter: Counter) -> APIRouter:
    """Make the door for spreadsheets."""
    router = APIRouter(tags=["submissions"])
    content = {"text/csv": _FILE, _WORKBOOK: _FILE, "application/octet-stream": _FILE}
    router.add_api_route(
        "/imports",
        ImportDoor(database, counter).take,
        methods=["POST"],
        response_model=ImportBody,
        responses=TOLD_BY_LINES | problems(400, 401, 403, 408, 413, 415, 422, 429, 503),
        openapi_extra={"security": TOKEN_ONLY, "requestBody": {"required": True, "content": content}},
    )
    return router


class ImportDoor:
    """Takes one file at a time: each is held in memory, and holds up other receipts while it is written."""

    def __init__(self, database: Database, counter: Counter) -> None:
        self._database = database
        self._counter = counter
        self._turn = asyncio.Lock()

    async def take(self, request: Request, *, dry_run: DryRun = False, sheet: SheetName = None) -> Response:
        """Take in a CSV or XLSX file, a submission a row: all of it, or nothing and every error.

        Sent again, its rows get the same receipts. With `Accept: application/x-ndjson` the answer is a line for each
        step, and at last one with `status` and `answer`.
        """
        principal = self._let_in(request)
        content = await _read_file(request)
        if self._turn.locked():
            raise Problem(503, "busy", "another file is being taken in; try again in a moment")
        ordered = Ordered(content, principal, sheet, dry_run, request.headers.get("accept-language", ""))
        progress = Progress()
        if PROGRESS in request.headers.get("accept", ""):
            return StreamingResponse(self._told(request, ordered, progress), media_type=PROGRESS)
        return Response(await self._import(ordered, progress), media_type="application/json")

    def _let_in(self, request: Request) -> Principal:
        principal = self._counter.pacing.let_in(request)
        if principal is None:
            raise problem_of(refused("unauthorized"))
        if not any(scope == ENTER_ANY or scope.startswith("submit:") for scope in principal.scopes):
            raise problem_of(refused("forbidden"))
        return principal

    async def _told(self, request: Request, ordered: Ordered, progress: Progress) -> AsyncIterator[bytes]:
        task = asyncio.create_task(self._import(ordered, progress))
        try:
            while not task.done():
                yield json.dumps(asdict(progress)).encode() + b"\n"
                await asyncio.wait([task], timeout=_TELL_SECONDS)
            if error := task.exception():
                answer = problem_response(_as_problem(error), request)
                yield b'{"status":%d,"answer":%s}\n' % (answer.status_code, bytes(answer.body))
            else:
                yield b'{"status":200,"answer":%s}\n' % task.result()
        finally:
            task.cancel()

    async def _import(self, ordered: Ordered, progress: Progress) -> bytes:
        async with self._turn:
            try:
                sheet = await asyncio.to_thread(read_sheet, ordered.content, ordered.sheet)
            except SheetRefused as refusal:
                raise _problem(refusal.issues[0].issue.code, refusal.issues, ordered.language) from None
            progress.of = len(sheet.rows)
            imported = await import_sheet(
                self._database,
                sheet,
                ordered.principal,
                self._counter.reception.desk,
                is_dry=ordered.is_dry,
                tell=progress.tell,
            )
        if imported.issues and not ordered.is_dry:
            raise _problem("rows-refused", imported.issues, ordered.language)
        return self._written(imported, ordered)

    def _written(self, imported: Imported, ordered: Ordered) -> bytes:
        receipts = [] if ordered.is_dry else [self._receipt(*pair) for pair in imported.receipts]
        body = ImportBody(
            is_dry_run=ordered.is_dry,
            rows=imported.rows,
            known=sum(not receipt.is_new for _, receipt in imported.receipts),
            receipts=receipts,
            events=[],
            errors=[CellIssueBody(**error) for error in _errors(imported.issues, ordered.language)],
        )
        # the events as they are, byte for byte
        events = b"[%s]" % b",".join(imported.events if ordered.is_dry else ())
        return body.model_dump_json().encode().replace(b'"events":[]', b'"events":' + events, 1)

    def _receipt(self, read: Read, receipt: Receipt) -> RowReceiptBody:
        return RowReceiptBody(
            row=read.row.number,
            external_id=read.application.external_id,
            is_new=receipt.is_new,
            **self._counter.receipt_body(receipt).model_dump(),
        )


async def _read_file(request: Request) -> bytes:
    try:
        return await read_body(request, MAX_FILE_BYTES, _UPLOAD_SECONDS)
    except Problem as problem:
        raise problem_of(refused("file-too-large")) if problem.code == "too-large" else problem from None


def _as_problem(error: BaseException) -> Problem:
    # the answer has begun: what it comes to stands in its last line
    if isinstance(error, Problem):
        return error
    if is_passing(error):
        return Problem(503, "unavailable", "try again in a moment")
    raise error


def _problem(code: str, issues: Iterable[CellIssue], language: str) -> Problem:
    meaning = refused(code).issues[0].meaning
    return Problem(meaning.status, code, meaning.sentence, list(_errors(issues, language)))


def _errors(issues: Iterable[CellIssue], language: str) -> Iterable[dict[str, Any]]:
    for found in issues:
        sentences = found.issue.meaning.sentences
        yield {
            "row": found.row,
            "column": found.letters,
            "heading": found.heading,
            "code": found.issue.code,
            "field": found.issue.as_sent or found.issue.field,
            "detail": sentences[language_of(language, sentences)],
        }
