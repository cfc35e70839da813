"""The doors of the ledger: who was told what, and what became of it; never an address."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contracts.notices import NoticeKind
from contracts.vocabulary import Reference
from services.chassis.database import Database, Record
from services.chassis.doors.auth import require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import problem_answers
from services.chassis.doors.web import Problem
from services.chassis.transaction import Transaction
from services.notify.api.cursors import cut_page, read_cursor
from services.notify.api.retelling import retell
from services.notify.domain.addresses import hash_address
from services.notify.domain.delivery import State
from services.notify.domain.doubts import Verdict
from services.notify.domain.explaining import explain
from services.notify.store import ledger, proof
from services.notify.store.doubts import list_verdicts
from services.notify.store.proof import Asked
from services.notify.words import House, Text

DUE = frozenset({State.PENDING, State.FAILED_TEMPORARILY})


class VerdictView(BaseModel):
    """What an operator said of the letter while it was in doubt."""

    model_config = ConfigDict(frozen=True)

    given_at: datetime
    verdict: Verdict
    given_by: str
    why: str


class NoticeView(BaseModel):
    """One letter, as the ledger knows it.

    Several deliveries with one ``mail_id`` went out as one letter. ``subject`` and ``text`` are its words, by the
    templates that it was sent by, with marks in the place of the name and the links. ``became`` says in a sentence
    what ``state`` and ``detail`` say in codes.
    """

    model_config = ConfigDict(frozen=True)

    delivery_id: UUID
    mail_id: UUID | None
    kind: NoticeKind
    recipient: str
    submission_id: str
    reference: Reference | None
    decision_id: UUID | None
    caused_by: UUID
    language: str
    state: State
    attempts: int
    detail: str | None
    became: str
    made_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    changed_at: datetime
    wording: str | None
    subject: str | None = None
    text: str | None = None
    verdicts: list[VerdictView] = []


class NoticePage(BaseModel):
    """Letters, oldest first; ``next`` is the cursor of the page after this one, if there is one."""

    model_config = ConfigDict(frozen=True)

    notices: list[NoticeView]
    next: str | None = None


class Whom(BaseModel):
    """An address that somebody knows. It is asked by its keyed hash, and kept nowhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Annotated[str, Field(min_length=3, max_length=320, pattern=r"^[^\s@]+@[^\s@]+$")]


_whom = TypeAdapter(Whom)

Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]


@dataclass(frozen=True, slots=True)
class Books:
    """The ledger, and what it takes to read it to somebody."""

    database: Database
    house: House
    address_key: bytes

    async def page(self, asked: Asked, cursor: str | None, limit: int, *, with_words: bool) -> NoticePage:
        """Give a page of letters; with their words, where they are asked for."""
        after = read_cursor(cursor)
        async with self.database.transaction(read_clock=False) as tx:
            rows = await proof.list_letters(tx, asked, after=after, limit=limit + 1)
            page, following = cut_page(rows, limit, "made_at", "delivery_id")
            told = await retell(tx, page, self.house) if with_words else {}
            verdicts = await _find_verdicts(tx, page)
        return NoticePage(notices=[_view(row, told, verdicts) for row in page], next=following)


def make_notice_doors(books: Books) -> APIRouter:
    """Make the doors; they need the scope ``notices:read``, trying again and asking by address ``operate`` too."""
    router = APIRouter(prefix="/notices", tags=["notices"], dependencies=[Depends(require("notices:read"))])
    _add_reading(router, books)
    _add_asking_by_address(router, books)
    _add_retrying(router, books.database)
    return router


def _add_reading(router: APIRouter, books: Books) -> None:
    @router.get("")
    async def list_notices(
        decision: UUID | None = None,
        submission: UUID | None = None,
        state: State | None = None,
        *,
        words: bool | None = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> NoticePage:
        """List the letters about a decision or a submission, or in a state (``held`` is the list of tasks).

        About a decision or a submission they come with their words, unless ``words`` is false.
        """
        asked = Asked(decision_id=decision, submission_id=None if submission is None else str(submission), state=state)
        with_words = bool(decision or submission) if words is None else words
        return await books.page(asked, cursor, limit, with_words=with_words)

    @router.get("/{delivery_id}", responses={404: {"description": "`unknown-notice`"}})
    async def show_notice(delivery_id: UUID) -> NoticeView:
        """Show one letter, with its words."""
        found = await books.page(Asked(delivery_id=delivery_id), None, 1, with_words=True)
        if not found.notices:
            raise Problem(404, "unknown-notice", "there is no such letter")
        return found.notices[0]


def _add_asking_by_address(router: APIRouter, books: Books) -> None:
    @router.post(
        "/by-address",
        openapi_extra=documented(_whom),
        dependencies=[Depends(require("operate"))],
        responses=problem_answers(400, 401, 403, 408, 413, 415, 422),
    )
    async def list_by_address(
        whom: Annotated[Whom, Depends(body_of(_whom))], cursor: Cursor = None, limit: Limit = 100
    ) -> NoticePage:
        """List what was sent, or about to be sent, to an address; who asks must know it."""
        asked = Asked(address_hash=hash_address(books.address_key, whom.address))
        return await books.page(asked, cursor, limit, with_words=False)


def _add_retrying(router: APIRouter, database: Database) -> None:
    @router.post(
        "/{delivery_id}/retry",
        status_code=202,
        dependencies=[Depends(require("operate"))],
        responses={409: {"description": "`not-held`"}},
    )
    async def retry_notice(delivery_id: UUID) -> dict[str, str]:
        """Try a letter again that is held or suppressed: a contact is known now, or corrected."""
        async with database.transaction() as tx:
            if not await ledger.retry_letter(tx, delivery_id):
                raise Problem(409, "not-held", "only a letter that is held or suppressed can be tried again")
        return {"delivery_id": str(delivery_id), "state": State.PENDING}


async def _find_verdicts(tx: Transaction, rows: Sequence[Record]) -> dict[UUID, list[VerdictView]]:
    found: dict[UUID, list[VerdictView]] = defaultdict(list)
    for row in await list_verdicts(tx, [row["delivery_id"] for row in rows]):
        found[row["delivery_id"]].append(VerdictView(**row))
    return found


def _view(row: Record, told: Mapping[UUID, Text], verdicts: Mapping[UUID, list[VerdictView]]) -> NoticeView:
    due_at = row["due_at"] if row["state"] in DUE else None
    words = told.get(row["delivery_id"])
    said = {} if words is None else {"subject": words.subject, "text": words.body}
    given = verdicts.get(row["delivery_id"], [])
    return NoticeView(
        **{**row, "due_at": due_at, "became": explain(row["state"], row["detail"]), "verdicts": given, **said}
    )
