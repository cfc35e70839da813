"""The page of a month's coordination: where several institutions of a member work in one area, and what came of it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.reference import areas, words
from contracts.vocabulary import Area, MemberCode
from services.chassis.database import Transaction
from services.chassis.doors.answers import STAFF, see_other
from services.chassis.doors.auth import Principal
from services.chassis.doors.sent import Sent
from services.chassis.doors.web import Problem
from services.chassis.errors import Refusal
from services.review.casework.coordinating import act_on_case
from services.review.desk.house import House, language_for
from services.review.desk.month import InMonth, MayRead, find_month, names_of_staff, write_month
from services.review.desk.refusals import sentence_of
from services.review.desk.typed import revision_in, words_in
from services.review.desk.visitor import WhatWasSent, needs
from services.review.desk.words import Language
from services.review.domain.coordinating import ROLES, CaseCommand, Conclude, NoteContact, Reopen
from services.review.domain.refused import refused
from services.review.store.coordinating import list_cases, word_of_case

MayAssess = Annotated[Principal, Depends(needs("review:assess"))]
OfMember = Annotated[MemberCode, Path(description="The member's code.")]
InArea = Annotated[Area, Path(description="The area's code.")]


def make_coordination_pages(house: House) -> APIRouter:
    """Make the pages."""
    router = APIRouter(prefix="/months/{month}/coordination")

    @router.get("")
    async def show_cases(request: Request, month: InMonth, _: MayRead) -> Response:
        """Show the cases of a month, with what can be done with each."""
        return await write_cases(house, request, month)

    @router.post("/{member}/{area}")
    async def work_on_case(
        request: Request, month: InMonth, member: OfMember, area: InArea, principal: MayAssess, sent: WhatWasSent
    ) -> Response:
        """Note whom one has spoken to, say what came of it, or go on with it, as the pressed button says."""
        try:
            async with house.database.transaction() as tx:
                command = command_of(sent, tx)
                await act_on_case(tx, (month, member, area), command, principal.actor_ref, revision_in(sent))
        except (Refusal, Problem) as refusal:
            return await write_cases(house, request, month, Wrong(member, area, sent, refusal))
        return see_other(f"/desk/months/{month}/coordination#{member}-{area}", STAFF)

    return router


class Wrong(NamedTuple):
    """What was sent about a case and refused: it stays in its fields."""

    member: str
    area: str
    sent: Sent
    error: Refusal | Problem


async def write_cases(house: House, request: Request, month: str, wrong: Wrong | None = None) -> Response:
    """Write the page."""
    async with house.database.transaction() as tx:
        it = await find_month(tx, month)
        cases = await list_cases(tx, month)
        names = await names_of_staff(tx)
    language = language_for(request)
    return write_month(
        house,
        request,
        it,
        "coordination",
        status=wrong.error.status if wrong else 200,
        cases=[(line, word_of_case(line.case.state)) for line in cases],
        area_names={str(entry.code): words(entry, language) for entry in areas().areas},
        roles=ROLES,
        names=names,
        wrong=_shown(wrong, language) if wrong else None,
    )


def command_of(sent: Sent, tx: Transaction) -> CaseCommand:
    """Make the command that the pressed button asks for.

    Raises:
        Refusal: 422 ``date``, ``words``; 400 ``unreadable``.
    """
    match sent.verb:
        case "note":
            return NoteContact(
                role=sent.one("role"),
                institution=sent.one("institution"),
                contacted_on=_read_day(sent.one("contacted_on")),
                today=tx.now.date(),
            )
        case "conclude":
            return Conclude(words_in(sent, "outcome"))
        case "reopen":
            return Reopen()
        case _:
            raise Refusal("unreadable", "no button was pressed", status=400)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refused("date", "a day, such as 2026-11-30", field="contacted_on") from None


def _shown(wrong: Wrong, language: Language) -> Mapping[str, object]:
    sentence = sentence_of(wrong.error, language)
    field = wrong.error.field if isinstance(wrong.error, Refusal) else ""
    return {"case": f"{wrong.member}-{wrong.area}", "typed": wrong.sent, "said": sentence, "field": field}
