"""The doors of suppression: to which addresses nothing is sent, why, since when; and how that ends."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.web import Problem
from services.chassis.ids import new_id
from services.notify.api.cursors import cut_page, read_cursor
from services.notify.api.reasons import REASON, Reason, Why
from services.notify.domain.addresses import hash_address
from services.notify.store import suppressions
from services.notify.store.suppressions import Suppression

Address = Annotated[str, Field(min_length=3, max_length=320, pattern=r"^[^\s@]+@[^\s@]+$")]


class SuppressionView(BaseModel):
    """An address to which nothing is sent, or was once; never the address itself."""

    model_config = ConfigDict(frozen=True)

    suppression_id: UUID
    why: str
    detail: str | None
    mail_id: UUID | None
    since: datetime
    suppressed_by: str
    kept_back: int = Field(description="How many letters wait for it to end.")
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_why: str | None


class SuppressionPage(BaseModel):
    """Suppressions, oldest first; ``next`` is the cursor of the page after this one, if there is one."""

    model_config = ConfigDict(frozen=True)

    suppressions: list[SuppressionView]
    next: str | None = None


class ToSuppress(BaseModel):
    """An address that an operator lets nothing be sent to, and why. Only its keyed hash is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Address
    why: Why


class ToFind(BaseModel):
    """An address that somebody knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Address


TO_SUPPRESS = TypeAdapter(ToSuppress)
TO_FIND = TypeAdapter(ToFind)


def make_suppression_doors(database: Database, key: bytes) -> APIRouter:
    """Make the doors; they need the scope ``notices:read``, and changing anything ``operate``."""
    router = APIRouter(prefix="/suppressions", tags=["suppressions"], dependencies=[Depends(require("notices:read"))])
    _add_reading(router, database, key)
    _add_changing(router, database, key)
    return router


def _add_reading(router: APIRouter, database: Database, key: bytes) -> None:
    @router.get("")
    async def list_suppressions(
        *,
        in_force: bool | None = True,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> SuppressionPage:
        """List the addresses to which nothing is sent; with ``in_force=false`` those that are written to again."""
        after = read_cursor(cursor)
        async with database.transaction(read_clock=False) as tx:
            rows = await suppressions.list_suppressions(tx, in_force=in_force, after=after, limit=limit + 1)
        page, rest = cut_page(rows, limit, "since", "suppression_id")
        return SuppressionPage(suppressions=[SuppressionView(**row) for row in page], next=rest)

    @router.post("/find", openapi_extra=documented(TO_FIND))
    async def find_suppressions(wanted: Annotated[ToFind, Depends(body_of(TO_FIND))]) -> SuppressionPage:
        """Say whether, and since when, nothing is sent to an address; its past is told, too."""
        address_hash = hash_address(key, wanted.address)
        async with database.transaction(read_clock=False) as tx:
            rows = await suppressions.list_suppressions(tx, in_force=None, address_hash=address_hash)
        return SuppressionPage(suppressions=[SuppressionView(**row) for row in rows])


def _add_changing(router: APIRouter, database: Database, key: bytes) -> None:
    @router.post("", status_code=201, openapi_extra=documented(TO_SUPPRESS))
    async def suppress(
        principal: Annotated[Principal, Depends(require("operate"))],
        wanted: Annotated[ToSuppress, Depends(body_of(TO_SUPPRESS))],
    ) -> dict[str, str]:
        """Let nothing more be sent to an address."""
        address_hash = hash_address(key, wanted.address)
        made = Suppression(new_id(), address_hash, "operator", wanted.why, principal.actor_ref)
        async with database.transaction() as tx:
            if not await suppressions.insert_suppression(tx, made):
                raise Problem(409, "suppressed-already", "nothing is sent to this address already")
        return {"suppression_id": str(made.suppression_id), "state": "in-force"}

    @router.post("/{suppression_id}/lift", openapi_extra=documented(REASON))
    async def lift(
        suppression_id: UUID,
        principal: Annotated[Principal, Depends(require("operate"))],
        reason: Annotated[Reason, Depends(body_of(REASON))],
    ) -> dict[str, str]:
        """Let the address be written to again; letters that were kept from it go at once."""
        async with database.transaction() as tx:
            if not await suppressions.lift_suppression(tx, suppression_id, by=principal.actor_ref, why=reason.why):
                raise Problem(409, "not-in-force", "no suppression of this id is in force")
        return {"suppression_id": str(suppression_id), "state": "lifted"}
