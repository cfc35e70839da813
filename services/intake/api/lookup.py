"""The internal door for whoever writes many letters: whom they go to and which links stand in them, asked at once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contracts.reference import Language
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import require
from services.chassis.doors.bodies import body_of, documented
from services.intake.api.bodies import ContactBody, PointOfContactBody, problems
from services.intake.api.links import (
    DraftLinkBody,
    LinksBody,
    SubscriptionLinksBody,
    link_to_draft,
    links_to,
    links_to_subscription,
)
from services.intake.api.vault import pocs_of
from services.intake.domain.confirming import Address
from services.intake.reception.desk import Desk
from services.intake.settings import Settings
from services.intake.store.confirmations import find_addresses
from services.intake.store.contacts import Person, find_people, list_points_of_contact
from services.intake.store.drafts import find_kept
from services.intake.store.subscriptions import find_subscriptions

MAX_ASKED = 250

MemberCode = Annotated[str, Field(pattern=r"^[A-Z]{2,6}$")]


class Place(BaseModel):
    """What a letter leads to, and the language of the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID
    language: Language


class LookupForm(BaseModel):
    """What is asked, at most 250 of each sort: references, members, and what letters lead to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contacts: list[UUID] = Field(default=[], max_length=MAX_ASKED)
    members: list[MemberCode] = Field(default=[], max_length=MAX_ASKED)
    links: list[Place] = Field(default=[], max_length=MAX_ASKED, description="Submissions, stories, nominations.")
    drafts: list[Place] = Field(default=[], max_length=MAX_ASKED)
    subscriptions: list[Place] = Field(default=[], max_length=MAX_ASKED)


class LookedUpContact(BaseModel):
    """Who is behind a reference: nobody any more where it was erased, nobody ever where there is no such contact."""

    contact: ContactBody | None = None
    is_erased: bool = False


class LookupBody(BaseModel):
    """The answers, each at the place of what was asked; null where there is nothing, or no more."""

    contacts: list[LookedUpContact]
    members: list[list[PointOfContactBody]]
    links: list[LinksBody | None]
    drafts: list[DraftLinkBody | None]
    subscriptions: list[SubscriptionLinksBody | None]


_form = TypeAdapter(LookupForm)


def make_lookup_door(database: Database, desk: Desk, settings: Settings) -> APIRouter:
    """Make the door that only a token with ``contacts:read`` opens."""
    router = APIRouter(tags=["contacts"], dependencies=[Depends(require("contacts:read"))])

    @router.post("/lookup", responses=problems(400, 401, 403, 408, 413, 415, 422), openapi_extra=documented(_form))
    async def look_up(asked: Annotated[LookupForm, Depends(body_of(_form))]) -> LookupBody:
        """Give people, points of contact and links for many letters, asked at the moment of writing them."""
        async with database.transaction() as tx:
            return await _look_up(tx, asked, desk, settings)

    return router


async def _look_up(tx: Transaction, asked: LookupForm, desk: Desk, settings: Settings) -> LookupBody:
    people = await find_people(tx, desk.vault, asked.contacts)
    pocs = await list_points_of_contact(tx, desk.vault, asked.members)
    addresses = await find_addresses(tx, [place.id for place in asked.links])
    kept = await find_kept(tx, [place.id for place in asked.drafts]) if asked.drafts else set()
    subscribed = (
        await find_subscriptions(tx, [place.id for place in asked.subscriptions]) if asked.subscriptions else {}
    )
    return LookupBody(
        contacts=_contacts(asked.contacts, people),
        members=[pocs_of(code, pocs[code]) for code in asked.members],
        links=_links(asked.links, addresses, desk, settings.own_url),
        drafts=[
            link_to_draft(place.id, place.language, desk, settings.own_url) if place.id in kept else None
            for place in asked.drafts
        ],
        subscriptions=[
            links_to_subscription(place.id, place.language, desk, settings.own_url) if place.id in subscribed else None
            for place in asked.subscriptions
        ],
    )


def _contacts(refs: Sequence[UUID], people: Mapping[UUID, Person | None]) -> list[LookedUpContact]:
    found = [(people.get(ref), ref in people) for ref in refs]
    return [
        LookedUpContact(contact=person and ContactBody(**asdict(person)), is_erased=is_there and person is None)
        for person, is_there in found
    ]


def _links(
    places: Sequence[Place], addresses: Mapping[UUID, Address], desk: Desk, own_url: str
) -> list[LinksBody | None]:
    found = [(addresses.get(place.id), place.language) for place in places]
    return [None if it is None else links_to(it, language, desk, own_url) for it, language in found]
