"""The internal door that says how many people are still to be told of a month's outcomes, without naming any."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict

from contracts.vocabulary import Month
from services.chassis.database import Database
from services.chassis.doors.auth import require
from services.chassis.doors.documenting import problem_answers
from services.notify.store import overview


class Outstanding(BaseModel):
    """Letters to points of contact about outcomes of a month that are owed, and neither sent nor settled otherwise."""

    model_config = ConfigDict(frozen=True)

    letters: int


def make_outstanding_door(database: Database) -> APIRouter:
    """Make the door; it needs the scope ``render``, as all that review asks."""
    router = APIRouter(
        tags=["internal"], dependencies=[Depends(require("render"))], responses=problem_answers(401, 403, 422)
    )

    @router.get("/outstanding/{month}")
    async def count_outstanding(month: Annotated[Month, Path()]) -> Outstanding:
        """Count the letters that still wait for their digest, or for their next attempt."""
        async with database.transaction(read_clock=False) as tx:
            return Outstanding(letters=await overview.count_outstanding(tx, month))

    return router
