"""What is done with many items of the queue at once: chosen there, shown as a plan, and done as it was shown or not."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from contracts import reference
from contracts.reference import areas, words
from services.chassis.doors.answers import STAFF, see_other
from services.chassis.doors.auth import Principal
from services.chassis.doors.sent import Sent
from services.chassis.doors.web import Problem
from services.chassis.errors import Refusal
from services.review.casework.actions import Action, action_adapter
from services.review.casework.bulk import apply_plan, find_plan_there, make_plan
from services.review.casework.searching import SortName
from services.review.desk.house import House, language_for
from services.review.desk.month import names_of_staff
from services.review.desk.queue import QUEUE, WAYS, Asked, Typed, asked_in, write_queue
from services.review.desk.refusals import sentence_of
from services.review.desk.typed import words_in
from services.review.desk.visitor import WhatWasSent, needs
from services.review.desk.words import Language
from services.review.domain.entering import Key
from services.review.domain.refused import refused
from services.review.store.bulk import Plan

MayAct = Annotated[Principal, Depends(needs("review:assess"))]

_CHOSEN = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9]{1,4})/(20[0-9]{2}-(?:0[1-9]|1[0-2]))")


FIELDS: Mapping[str, str] = MappingProxyType({"assessor": "assessor", "reason": "reason", "reason_codes": "code"})
"""The fields of an action, as this form calls them."""


def make_bulk_pages(house: House) -> APIRouter:
    """Make the pages."""
    router = APIRouter(prefix="/queue/plans")

    @router.post("")
    async def choose(request: Request, principal: MayAct, sent: WhatWasSent) -> Response:
        """Make a plan of what was chosen; nothing happens before it is confirmed."""
        asked = asked_in(sent)
        try:
            plan = await _plan(house, principal, sent)
        except (Refusal, Problem) as error:
            return await write_queue(house, request, principal, asked, **_wrong(error, sent, language_for(request)))
        return see_other(asked.address_of_plan(plan.plan_id), STAFF)

    @router.get("/{plan_id}")
    async def show_plan(
        request: Request, plan_id: UUID, _: MayAct, q: Typed = "", sort: SortName = "oldest"
    ) -> Response:
        """Show what would be done to each item, or what was done."""
        return await _write(house, request, plan_id, Asked(q, sort))

    @router.post("/{plan_id}")
    async def confirm(request: Request, plan_id: UUID, principal: MayAct, sent: WhatWasSent) -> Response:
        """Do what the plan shows; refused, with the difference, when anything is otherwise now."""
        asked = asked_in(sent)
        try:
            async with house.database.transaction() as tx:
                await apply_plan(tx, plan_id, sent.one("hash"), principal, house.settings.impartiality)
        except (Refusal, Problem) as error:
            return await _write(house, request, plan_id, asked, error)
        return see_other(asked.address_of_plan(plan_id), STAFF)

    return router


def items_in(sent: Sent) -> list[tuple[Key, str]]:
    """Read what was chosen: each item with its month.

    Raises:
        Refusal: 400 ``unreadable``.
    """
    found = [_CHOSEN.fullmatch(value) for value in sent.flat.get("item", ())]
    if None in found:
        raise Refusal("unreadable", "this is no choice as the queue offers it", status=400)
    return [((one[1], int(one[2])), one[3]) for one in found if one]


def action_in(sent: Sent, month: str) -> Action:
    """Make the action that was asked for; ``month`` says by which criteria.

    Raises:
        Refusal: 422 ``words`` or ``choose``, with its field.
    """
    way = next((known for known in WAYS if known.name == sent.one("do")), None)
    if way is None:
        raise refused("choose", "choose what to do", field="do")
    if "reason" in way.needs:
        words_in(sent, "reason")
    try:
        return action_adapter.validate_python(_tree(way.name, sent, month))
    except ValidationError as error:
        place = str(error.errors()[0]["loc"][-1])
        raise refused("choose", error.errors()[0]["msg"], field=FIELDS.get(place, "code")) from None


def _tree(name: str, sent: Sent, month: str) -> dict[str, Any]:
    reason = sent.one("reason").replace("\r\n", "\n").strip()
    match name:
        case "assign":
            return {"do": name, "assessor": sent.one("assessor"), "reason": reason}
        case "assess":
            codes = [entry.code for entry in reference.in_force(month).criteria.everything]
            return {"do": name, "findings": [{"code": code, "verdict": "met", "reason": reason} for code in codes]}
        case "accept":
            return {"do": "decide", "decision": {"outcome": "accepted"}}
        case "decline":
            codes = [code for code in sent.flat.get("code", ()) if code]
            return {"do": "decide", "decision": {"outcome": "declined", "reason_codes": codes}}
        case _:
            return {"do": name, "reason": reason}


async def _plan(house: House, principal: Principal, sent: Sent) -> Plan:
    chosen = items_in(sent)
    if not chosen:
        raise refused("nothing-chosen", "choose at least one", field="item")
    action = action_in(sent, chosen[0][1])
    async with house.database.transaction() as tx:
        return await make_plan(tx, action, [key for key, _ in chosen], principal, house.settings.impartiality)


def _wrong(error: Refusal | Problem, sent: Sent, language: Language) -> dict[str, Any]:
    field = error.field if isinstance(error, Refusal) else ""
    return {"wrong": {"said": sentence_of(error, language), "field": field, "typed": sent, "status": error.status}}


async def _write(
    house: House, request: Request, plan_id: UUID, asked: Asked, error: Refusal | Problem | None = None
) -> Response:
    language = language_for(request)
    async with house.database.transaction(read_clock=False) as tx:
        plan = await find_plan_there(tx, plan_id)
        names = await names_of_staff(tx)
    going_on = sum(1 for line in plan.lines if not line.refusal)
    reasons = reference.reason_codes().reason_codes
    return house.render(
        request,
        "queue/plan",
        error.status if error else 200,
        here="queue",
        plan=plan,
        going_on=going_on,
        refused=len(plan.lines) - going_on,
        back=asked.address() if asked.q else QUEUE,
        asked=asked,
        said=sentence_of(error, language) if error else "",
        changed=error.members.get("changed", ()) if isinstance(error, Problem) else (),
        sentence=lambda line: sentence_of(Refusal(line.refusal, line.detail), language),
        names=names,
        area_names={str(entry.code): words(entry, language) for entry in areas().areas},
        reason_names={entry.code: words(entry, language) for entry in reasons},
    )
