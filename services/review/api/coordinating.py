"""The doors of coordination: where several institutions of a member work in one area, and what came of it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field, TypeAdapter

from contracts.vocabulary import Area, MemberCode, Month, ShortText, Title
from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.review.api.batches import InMonth
from services.review.api.items import IfMatch, read_revision
from services.review.api.views import View
from services.review.casework.bodies import Body, Words
from services.review.casework.coordinating import act_on_case, find_case_there
from services.review.domain.coordinating import CaseCommand, Closed, Conclude, NoteContact, Reopen
from services.review.store.coordinating import CaseLine, list_cases, word_of_case

OfMember = Annotated[MemberCode, Path(description="The member's code.")]
OfMonth = Annotated[Month | None, Query(description="Only of this month.")]
InArea = Annotated[Area, Path(description="The area in which they work.")]
MayCoordinate = Annotated[Principal, Depends(require("review:assess"))]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **TOKEN_PROBLEMS,
    404: {"description": "`unknown-case`"},
    409: {"description": "`coordination-closed`, `coordination-open`, `stale`"},
    422: {"description": "`unknown-role`, `unknown-institution`, `date-ahead`, `personal-data`, `too-many`"},
}


class ContactBody(Body):
    """Whom one has spoken to: a role and an institution of the case, or the member's code; never a person."""

    do: Literal["contact"]
    role: ShortText
    institution: Title
    contacted_on: date


class ConcludeBody(Body):
    """What came of it."""

    do: Literal["conclude"]
    outcome: Words


class ReopenBody(Body):
    """Go on with it."""

    do: Literal["reopen"]


CaseBody = ContactBody | ConcludeBody | ReopenBody
_command: TypeAdapter[CaseBody] = TypeAdapter(Annotated[CaseBody, Field(discriminator="do")])


class ContactedView(View):
    """Who was spoken to, by role and institution, and on which day."""

    role: str
    institution: str
    contacted_on: date


class CaseView(View):
    """A case. ``items`` is how many submissions it is about; the first five hundred are named."""

    month: str
    member: str
    area: Area
    state: str
    institutions: tuple[str, ...]
    items: int
    submission_ids: list[UUID]
    contacts: list[ContactedView]
    outcome: str | None
    revision: int
    updated_by: str | None
    updated_at: datetime | None


class CasesView(View):
    """Cases, the latest month first."""

    cases: list[CaseView]


def make_coordination_doors(database: Database) -> APIRouter:
    """Make the doors."""
    router = APIRouter(prefix="/coordination", tags=["coordination"], responses=_PROBLEMS)
    readers = [Depends(require("review:read"))]

    @router.get("", dependencies=readers)
    async def list_coordination(month: OfMonth = None) -> CasesView:
        """List the cases."""
        async with database.transaction(read_clock=False) as tx:
            return CasesView(cases=[view_case(line) for line in await list_cases(tx, month)])

    @router.get("/{month}/{member}/{area}", dependencies=readers)
    async def show_coordination(month: InMonth, member: OfMember, area: InArea, response: Response) -> CaseView:
        """Show a case; its revision is the `ETag`."""
        async with database.transaction(read_clock=False) as tx:
            return _answer(await find_case_there(tx, month, member, area), response)

    @router.post("/{month}/{member}/{area}", openapi_extra=documented(_command))
    async def update_coordination(
        month: InMonth,
        member: OfMember,
        area: InArea,
        principal: MayCoordinate,
        response: Response,
        body: Annotated[CaseBody, Depends(body_of(_command))],
        if_match: IfMatch = None,
    ) -> CaseView:
        """Note whom one has spoken to, say what came of it, or go on with it."""
        async with database.transaction() as tx:
            command = case_command(body, tx.now.date())
            seen = read_revision(if_match)
            return _answer(await act_on_case(tx, (month, member, area), command, principal.actor_ref, seen), response)

    return router


def case_command(body: CaseBody, today: date) -> CaseCommand:
    """Make the command of what was sent."""
    match body:
        case ContactBody():
            return NoteContact(body.role, body.institution, body.contacted_on, today)
        case ConcludeBody():
            return Conclude(body.outcome)
        case ReopenBody():
            return Reopen()


def view_case(line: CaseLine) -> CaseView:
    """Show a case."""
    case = line.case
    return CaseView(
        month=case.month,
        member=case.member,
        area=case.area,
        state=word_of_case(case.state),
        institutions=case.institutions,
        items=line.items,
        submission_ids=[UUID(one) for one in line.submission_ids],
        contacts=[
            ContactedView(role=one.role, institution=one.institution, contacted_on=one.contacted_on)
            for one in case.contacts
        ],
        outcome=case.state.outcome if isinstance(case.state, Closed) else None,
        revision=line.revision,
        updated_by=line.updated_by,
        updated_at=line.updated_at,
    )


def _answer(line: CaseLine, response: Response) -> CaseView:
    response.headers["ETag"] = f'"{line.revision}"'
    return view_case(line)
