"""The doors of the ledger: who was told what, and what became of it; never an address."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from contracts.notices import NoticeKind
from contracts.vocabulary import Reference
from services.chassis.database import Database, Record
from services.chassis.doors.auth import require
from services.chassis.doors.web import Problem
from services.notify.domain.delivery import State
from services.notify.store import ledger


class NoticeView(BaseModel):
    """One letter, as the ledger knows it."""

    model_config = ConfigDict(frozen=True)

    delivery_id: UUID
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
    made_at: datetime
    due_at: datetime | None
    changed_at: datetime


class NoticePage(BaseModel):
    """Letters, oldest first; ``next`` is the cursor of the page after this one, if there is one."""

    model_config = ConfigDict(frozen=True)

    notices: list[NoticeView]
    next: str | None = None


def make_notice_doors(database: Database) -> APIRouter:
    """Make the doors; they need the scope ``notices:read``, and trying again ``operate`` too."""
    router = APIRouter(prefix="/notices", tags=["notices"], dependencies=[Depends(require("notices:read"))])
    _add_reading(router, database)
    _add_retrying(router, database)
    return router


def _add_reading(router: APIRouter, database: Database) -> None:
    @router.get("")
    async def list_notices(
        decision: UUID | None = None,
        submission: UUID | None = None,
        state: State | None = None,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> NoticePage:
        """List the letters about a decision or a submission, or in a state (``held`` is the list of tasks)."""
        async with database.transaction(read_clock=False) as tx:
            rows = await ledger.list_letters(
                tx,
                decision_id=decision,
                submission_id=None if submission is None else str(submission),
                state=state,
                after=None if cursor is None else _read_cursor(cursor),
                limit=limit + 1,
            )
        last = rows[limit - 1] if len(rows) > limit else None
        return NoticePage(notices=[_view(row) for row in rows[:limit]], next=last and _cursor(last))

    @router.get("/{delivery_id}", responses={404: {"description": "`unknown-notice`"}})
    async def show_notice(delivery_id: UUID) -> NoticeView:
        """Show one letter."""
        async with database.transaction(read_clock=False) as tx:
            rows = await ledger.list_letters(tx, delivery_id=delivery_id, limit=1)
        if not rows:
            raise Problem(404, "unknown-notice", "there is no such letter")
        return _view(rows[0])


def _add_retrying(router: APIRouter, database: Database) -> None:
    @router.post(
        "/{delivery_id}/retry",
        status_code=202,
        dependencies=[Depends(require("operate"))],
        responses={409: {"description": "`not-held`"}},
    )
    async def retry_notice(delivery_id: UUID) -> dict[str, str]:
        """Try a letter again that is held: a contact is known now. What is unknown cannot be sent again here."""
        async with database.transaction() as tx:
            if not await ledger.retry_letter(tx, delivery_id):
                raise Problem(409, "not-held", "only a letter that is held can be tried again")
        return {"delivery_id": str(delivery_id), "state": State.PENDING}


def _view(row: Record) -> NoticeView:
    waits = row["state"] in {State.PENDING, State.FAILED_TEMPORARILY}
    return NoticeView(**{**row, "due_at": row["due_at"] if waits else None})


def _cursor(row: Record) -> str:
    return urlsafe_b64encode(f"{row['made_at'].isoformat()} {row['delivery_id']}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        made_at, _, delivery_id = urlsafe_b64decode(cursor).decode().partition(" ")
        found = datetime.fromisoformat(made_at), UUID(delivery_id)
    except (binascii.Error, ValueError) as error:
        raise Problem(400, "foreign-cursor", "this cursor was not made here") from error
    if found[0].tzinfo is None:
        raise Problem(400, "foreign-cursor", "this cursor was not made here")
    return found
