"""Asks intake whom a letter goes to and which links stand in it, at the moment of sending; nothing of it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from services.chassis.internal import make_internal_client
from services.notify.domain import letters
from services.notify.domain.letters import Letter
from services.notify.domain.links import DraftLink, Links
from services.notify.settings import Settings

ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person, as the vault knows them now."""

    name: str
    address: str
    language: str = "en"
    ref: str | None = None


class DraftGone(Exception):
    """The draft was sent or erased, or its days are over."""


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class _PointsOfContact:
    pocs: list[Contact]


CONTACT = TypeAdapter(Contact)
LINKS = TypeAdapter(Links)
DRAFT_LINK = TypeAdapter(DraftLink)
POINTS_OF_CONTACT = TypeAdapter(_PointsOfContact)


class VaultAway(Exception):
    """The vault cannot say now. ``code`` tells why, without a name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Vault:
    """The contact vault's internal door."""

    client: httpx.AsyncClient

    async def find_contacts(self, letter: Letter) -> list[Contact]:
        """Give the people that a letter goes to, one an address; none when nobody is known, or the contact was erased.

        Raises:
            VaultAway: no answer, or none that makes sense.
        """
        if letter.contact_ref is not None:
            found = await self._find_person(letter.contact_ref)
            return [] if found is None else [found]
        listed = await self._get(f"/members/{letter.recipient.removeprefix('poc:')}/poc", POINTS_OF_CONTACT)
        if listed is not None and any(contact.ref is None for contact in listed.pocs):
            raise VaultAway("vault-unreadable")
        return [] if listed is None else _one_an_address(listed.pocs)

    async def is_submitter(self, letter: Letter, contact: Contact) -> bool:
        """Say whether a letter to someone else would go to the address of who sent the submission in.

        Raises:
            VaultAway: no answer, or none that makes sense.
        """
        submitter = await self._find_person(letter.submitter_ref) if letter.submitter_ref else None
        return submitter is not None and submitter.address.casefold() == contact.address.casefold()

    async def find_links(self, letter: Letter) -> Links | DraftLink:
        """Give the links for a submitter's letter; they lead to pages in its language.

        Raises:
            VaultAway: no answer, or none that makes sense.
            DraftGone: it would be about a draft that is no more.
        """
        if letter.kind == letters.DRAFT_LINK:
            return await self._find_draft_link(letter)
        path = f"/submissions/{letter.submission_id}/links"
        found: Links | None = await self._get(path, LINKS, language=letter.language)
        if found is None:
            raise VaultAway("links-unknown")
        return found

    async def _find_draft_link(self, letter: Letter) -> DraftLink:
        path = f"/drafts/{letter.submission_id}/link"
        found: DraftLink | None = await self._get(path, DRAFT_LINK, language=letter.language)
        if found is None:
            raise DraftGone
        return found

    async def _find_person(self, ref: str) -> Contact | None:
        found: Contact | None = await self._get(f"/contacts/{ref}", CONTACT)
        return found

    async def _get(self, path: str, shape: TypeAdapter[Any], **asked: str) -> Any:
        try:
            response = await self.client.get(path, params=asked)
        except httpx.HTTPError as error:
            raise VaultAway("vault-unreachable") from error
        if response.status_code in ABSENT:
            return None
        if response.status_code != HTTPStatus.OK:
            raise VaultAway(f"vault-{response.status_code}")
        try:
            return shape.validate_json(response.content)
        except ValidationError:
            raise VaultAway("vault-unreadable") from None


def _one_an_address(contacts: Iterable[Contact]) -> list[Contact]:
    found: dict[str, Contact] = {}
    for contact in contacts:
        found.setdefault(contact.address.casefold(), contact)
    return list(found.values())


def make_vault(settings: Settings) -> Vault:
    """Make the connection to the vault; it opens when first asked."""
    return Vault(
        make_internal_client(settings.contacts_url, settings.contacts_token, settings.contacts_timeout_seconds)
    )
