"""The door by which the IRM lets the holder of a reform be asked how it goes on."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import TypeAdapter

from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.review.api.items import Id, InRound
from services.review.api.views import View
from services.review.casework.bodies import UpdateBody
from services.review.casework.updating import ask_for_update

MayAsk = Annotated[Principal, Depends(require("review:ask-update"))]

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "not one well-formed JSON object; `code` says how"},
    **TOKEN_PROBLEMS,
    404: {"description": "`unknown-item`"},
    409: {"description": "`not-a-reform`: it is not in the public record"},
    422: {"description": "the content does not hold; `errors` say why"},
}
_update: TypeAdapter[UpdateBody] = TypeAdapter(UpdateBody)


class UpdateView(View):
    """What was noted."""

    why: str
    requested_by: str
    requested_at: datetime


def make_update_door(database: Database) -> APIRouter:
    """Make the door."""
    router = APIRouter(prefix="/items/{submission_id}/{round}", tags=["items"], responses=_PROBLEMS)

    @router.post("/ask-update", status_code=201, openapi_extra=documented(_update))
    async def ask_update(
        submission_id: Id, round: InRound, principal: MayAsk, body: Annotated[UpdateBody, Depends(body_of(_update))]
    ) -> UpdateView:
        """Note that the holder is to be asked how the reform goes on, and why; the item stays as it is."""
        async with database.transaction() as tx:
            told = await ask_for_update(tx, submission_id, round, principal, body.why)
        return UpdateView(why=told.why, requested_by=told.requested_by, requested_at=told.requested_at)

    return router
