"""The door to whoever submitted an item: asked of the vault at that moment, kept nowhere, and each look is recorded."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends
from pydantic import TypeAdapter, ValidationError

from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.chassis.doors.web import Problem
from services.chassis.internal import make_internal_client
from services.chassis.log import get_logger
from services.review.api.items import Id, InRound
from services.review.api.views import View
from services.review.casework.acting import find_there
from services.review.settings import Settings
from services.review.store.items import insert_look

MaySee = Annotated[Principal, Depends(require("review:contacts"))]

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **TOKEN_PROBLEMS,
    404: {"description": "`unknown-item`"},
    503: {"description": "`vault-away`: the vault does not answer now"},
}

log = get_logger()


class PersonView(View):
    """A person, as the vault knows them now."""

    name: str
    address: str
    language: str


class ContactView(View):
    """Who submitted the item, and who holds the commitment. None: nobody is named, or the contact was erased."""

    submitter: PersonView | None
    holder: PersonView | None


_person = TypeAdapter(PersonView)


@dataclass(frozen=True, slots=True)
class Vault:
    """The internal door of the vault."""

    client: httpx.AsyncClient

    async def find(self, contact_ref: str | None) -> PersonView | None:
        """Give the person behind a reference; None where there is none any more.

        Raises:
            Problem: 503 ``vault-away``.
        """
        if contact_ref is None:
            return None
        try:
            answer = await self.client.get(f"/contacts/{contact_ref}")
            return None if answer.status_code in _GONE else _person.validate_json(answer.raise_for_status().content)
        except (httpx.HTTPError, ValidationError):
            raise Problem(503, "vault-away", "the vault does not answer now") from None


def make_vault(settings: Settings) -> Vault:
    """Make the connection to the vault; it opens when first asked."""
    return Vault(
        make_internal_client(settings.contacts_url, settings.contacts_token, settings.contacts_timeout_seconds)
    )


def make_contact_door(database: Database, vault: Vault) -> APIRouter:
    """Make the door that only a token with ``review:contacts`` opens."""
    router = APIRouter(prefix="/items/{submission_id}/{round}", tags=["items"], responses=_PROBLEMS)

    @router.get("/contact")
    async def show_contact(submission_id: Id, round: InRound, principal: MaySee) -> ContactView:
        """Show who is behind an item. That somebody looked stands in the item's history before they see anything."""
        return await find_contact(database, vault, submission_id, round, principal)

    return router


async def find_contact(
    database: Database, vault: Vault, submission_id: UUID, round_: int, principal: Principal
) -> ContactView:
    """Note that somebody looks, then find who is behind an item.

    Raises:
        Problem: 404 ``unknown-item``, 503 ``vault-away``.
    """
    async with database.transaction() as tx:
        found = await find_there(tx, submission_id, round_)
        await insert_look(tx, found.state, principal.actor_ref)
    log.info("contact.shown", subject=str(submission_id), round=round_)
    receipt = found.dossier.receipt
    return ContactView(
        submitter=await vault.find(receipt.contact_ref),
        holder=await vault.find(receipt.holder_ref),
    )
