"""The internal doors of the vault: who is behind a reference, and who is a member's point of contact."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from services.chassis.database import Database
from services.chassis.doors.auth import require
from services.chassis.doors.web import Problem
from services.intake.api.bodies import ContactBody, PointOfContactBody, PointsOfContactBody, problems
from services.intake.store.contacts import Erased, Person, find_person, list_points_of_contact
from services.intake.store.vault import Vault

MemberCode = Annotated[str, Path(pattern=r"^[A-Z]{2,6}$")]


def make_vault_doors(database: Database, vault: Vault) -> APIRouter:
    """Make the doors that only a token with ``contacts:read`` opens."""
    router = APIRouter(tags=["contacts"], dependencies=[Depends(require("contacts:read"))])

    @router.get("/contacts/{contact_ref}", responses=problems(401, 403, 404, 410, 422))
    async def show_contact(contact_ref: UUID) -> ContactBody:
        """Give the person behind a reference, asked at the moment of writing."""
        person = await _find(database, vault, contact_ref)
        return ContactBody(**asdict(person))

    @router.get("/members/{code}/poc", responses=problems(401, 403, 422))
    async def list_pocs(code: MemberCode) -> PointsOfContactBody:
        """Give a member's points of contact."""
        async with database.transaction(read_clock=False) as tx:
            found = await list_points_of_contact(tx, vault, [code])
        return PointsOfContactBody(pocs=pocs_of(code, found[code]))

    return router


def pocs_of(code: str, found: Sequence[tuple[UUID, Person]]) -> list[PointOfContactBody]:
    """Show a member's points of contact."""
    return [PointOfContactBody(ref=ref, role=f"poc:{code}", **asdict(person)) for ref, person in found]


async def _find(database: Database, vault: Vault, contact_ref: UUID) -> Person:
    async with database.transaction(read_clock=False) as tx:
        try:
            person = await find_person(tx, vault, contact_ref)
        except Erased:
            raise Problem(410, "erased", "nobody can be written to under this reference any more") from None
    if person is None:
        raise Problem(404, "unknown-contact", "there is no such contact")
    return person
