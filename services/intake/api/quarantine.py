"""The operator's doors to what came by `forms` and could not be taken in."""

from base64 import b64encode
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from services.chassis.database import Database
from services.chassis.doors.auth import require
from services.chassis.doors.web import Problem
from services.chassis.log import get_logger
from services.intake.api.bodies import ErasedBody, OpenedBody, OpenedPlaceBody, PlaceBody, QuarantineBody, problems
from services.intake.store.quarantine import Opened, count_places, erase_quarantined, find_opened, list_places
from services.intake.store.vault import Vault

LIST_LIMIT = 1000

Partition = Annotated[int, Path(ge=0, lt=2**31)]
Offset = Annotated[int, Path(ge=0, lt=2**63)]

log = get_logger()


def make_quarantine_doors(database: Database, vault: Vault) -> APIRouter:
    """Make the doors that only a token with ``operate`` opens."""
    router = APIRouter(prefix="/quarantine", tags=["operator"], dependencies=[Depends(require("operate"))])

    @router.get("", responses=problems(401, 403))
    async def list_quarantined() -> QuarantineBody:
        """List where they stood and why they were refused, the latest first; at most a thousand."""
        async with database.transaction(read_clock=False) as tx:
            places = await list_places(tx, LIST_LIMIT)
            return QuarantineBody(total=await count_places(tx), records=[PlaceBody(**asdict(one)) for one in places])

    @router.get("/{partition}/{offset}", responses=problems(401, 403, 404, 422))
    async def show_quarantined(partition: Partition, offset: Offset) -> OpenedPlaceBody:
        """Open what stood at a place of the topic."""
        log.warning("quarantine.opened", partition=partition, offset=offset)
        return OpenedPlaceBody(records=[_body(one) for one in await _find(database, vault, partition, offset)])

    @router.delete("/{partition}/{offset}", responses=problems(401, 403, 404, 422))
    async def erase(partition: Partition, offset: Offset) -> ErasedBody:
        """Erase what stood at a place of the topic; that it was refused, and why, is kept."""
        log.warning("quarantine.erased", partition=partition, offset=offset)
        await _find(database, vault, partition, offset)
        async with database.transaction() as tx:
            return ErasedBody(erased=await erase_quarantined(tx, partition, offset))

    return router


async def _find(database: Database, vault: Vault, partition: int, offset: int) -> list[Opened]:
    async with database.transaction(read_clock=False) as tx:
        found = await find_opened(tx, vault, partition, offset)
    if not found:
        raise Problem(404, "not-in-quarantine", "nothing that stood there is kept")
    return found


def _body(opened: Opened) -> OpenedBody:
    value = opened.value
    return OpenedBody(
        **asdict(opened.place),
        text=None if value is None else value.decode(errors="backslashreplace"),
        base64=None if value is None else b64encode(value).decode(),
    )
