"""The page by which the IRM lets the holder of a reform be asked how it goes on."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter, ValidationError

from services.chassis.doors.answers import STAFF, see_other
from services.chassis.doors.auth import Principal
from services.chassis.errors import Refusal
from services.review.api.items import Id, InRound
from services.review.casework.acting import find_there
from services.review.casework.bodies import UpdateBody
from services.review.casework.updating import ask_for_update
from services.review.desk.house import House
from services.review.desk.visitor import WhatWasSent, needs
from services.review.domain.items import Accepted
from services.review.store.items import list_history

MayAsk = Annotated[Principal, Depends(needs("review:ask-update"))]
WISH = "update.requested.v1"

_body: TypeAdapter[UpdateBody] = TypeAdapter(UpdateBody)


def make_update_pages(house: House) -> APIRouter:
    """Make the page."""
    router = APIRouter(prefix="/items/{submission_id}/{round}/ask-update")

    @router.get("")
    async def show_wishes(request: Request, submission_id: Id, round: InRound, _: MayAsk) -> Response:
        """Show what was asked for already, and ask."""
        return await _page(house, request, submission_id, round)

    @router.post("")
    async def ask_update(
        request: Request, submission_id: Id, round: InRound, principal: MayAsk, sent: WhatWasSent
    ) -> Response:
        """Note the wish, and tell it; what does not fit is said, and what was typed is kept."""
        typed = sent.one("why").replace("\r\n", "\n").strip()
        try:
            why = _body.validate_python({"why": typed}).why
            async with house.database.transaction() as tx:
                await ask_for_update(tx, submission_id, round, principal, why)
        except ValidationError:
            return await _page(house, request, submission_id, round, status=422, typed=typed, wrong="why")
        except Refusal as refusal:
            return await _page(house, request, submission_id, round, status=refusal.status, typed=typed)
        return see_other(f"/desk/items/{submission_id}/{round}/ask-update", STAFF)

    return router


async def _page(
    house: House, request: Request, submission_id: UUID, round_: int, *, status: int = 200, **told: Any
) -> Response:
    async with house.database.transaction(read_clock=False) as tx:
        found = await find_there(tx, submission_id, round_)
        history = await list_history(tx, submission_id, round_)
    context = {
        "item": found.state.item,
        "reference": found.dossier.receipt.reference,
        "title": found.dossier.proposal.title,
        "language_of_text": found.dossier.proposal.language,
        "is_reform": isinstance(found.state, Accepted),
        "wishes": [remark for remark in reversed(history) if remark.type == WISH],
        "typed": "",
        "wrong": "",
    }
    return house.render(request, "updating/page", status, here="queue", **{**context, **told})
