"""The doors of the mail system: how it stands, what came back, and to which addresses nothing is sent."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.chassis.database import Database
from services.chassis.doors.auth import require
from services.notify.api.returns import make_return_doors
from services.notify.api.suppressions import make_suppression_doors
from services.notify.settings import Settings
from services.notify.store import overview

Resting = Callable[[], Mapping[str, float]]
"""Gives the domains that this process sends nothing for a while, and for how many seconds yet."""


class Overview(BaseModel):
    """How the mail stands: what waits, what somebody must look at, and who is sent nothing for a while."""

    model_config = ConfigDict(frozen=True)

    door: str = Field(description="By which door letters leave: `smtp` or `http`.")
    letters: dict[str, int] = Field(description="Letters that wait and those that somebody must look at, by state.")
    open_bounces: int
    suppressions: int
    resting: Mapping[str, float] = Field(
        description="Domains that this process sends nothing for a while, and for how many seconds yet; "
        "`*` is the mail server, or the provider, itself."
    )


def make_mail_doors(database: Database, settings: Settings, list_resting: Resting) -> APIRouter:
    """Make the doors; the overview needs the scope ``notices:read``."""
    router = APIRouter()
    router.include_router(make_return_doors(database, settings))
    router.include_router(make_suppression_doors(database, settings.address_key))

    @router.get("/mail", tags=["mail"], dependencies=[Depends(require("notices:read"))])
    async def show_mail() -> Overview:
        """Show how the mail stands."""
        async with database.transaction(read_clock=False) as tx:
            letters, tasks = await overview.count_letters(tx), await overview.count_tasks(tx)
        return Overview(
            door=settings.mail_door,
            letters=letters,
            open_bounces=tasks["bounces"],
            suppressions=tasks["suppressions"],
            resting=list_resting(),
        )

    return router
