"""Asks intake whom mail goes to and which links stand in it, at the moment of sending; nothing of it is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, get_args

import httpx
from msgspec.structs import replace
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from services.chassis.internal import make_internal_client
from services.notify.domain.letters import DRAFT_LINK, SUBMITTER, SUBSCRIBED, Letter
from services.notify.domain.links import DraftLink, Links, SubscriptionLinks
from services.notify.domain.mail import Mail
from services.notify.settings import Settings

UNREACHABLE = "vault-unreachable"

Sort = Literal["links", "drafts", "subscriptions"]
"""What a letter leads to, by the names of intake's door."""

SORTS: tuple[Sort, ...] = get_args(Sort)


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person, as the vault knows them now."""

    name: str
    address: str
    language: str = "en"
    ref: str | None = None


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class PointOfContact(Contact):
    """One of a member's points of contact; of several each has a reference."""

    ref: str


class Gone(Exception):
    """What a letter would lead to is no more: a draft that was sent, a subscription that has ended."""


class VaultAway(Exception):
    """The vault cannot say now. ``code`` tells why, without a name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    contact: Contact | None


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """The vault's answers, each to what was asked at its place; null where there is nothing to say, or no more."""

    contacts: list[_Person]
    members: list[list[PointOfContact]]
    links: list[Links | None]
    drafts: list[DraftLink | None]
    subscriptions: list[SubscriptionLinks | None]


_ANSWERS = TypeAdapter(_Answers)


@dataclass(frozen=True, slots=True)
class Known:
    """What the vault said about some mail, all in one answer."""

    contacts: Mapping[str, Contact | None]
    members: Mapping[str, list[PointOfContact]]
    links: Mapping[tuple[str, str], Links | None]
    drafts: Mapping[tuple[str, str], DraftLink | None]
    subscriptions: Mapping[tuple[str, str], SubscriptionLinks | None]

    @property
    def addresses(self) -> set[str]:
        """All addresses in the answer."""
        people = [it for it in self.contacts.values() if it is not None]
        return {it.address for it in (*people, *(poc for pocs in self.members.values() for poc in pocs))}

    def contacts_for(self, mail: Mail) -> Sequence[Contact]:
        """Give the people that it goes to, one an address; none when nobody is known, or the contact was erased."""
        ref = mail.leading.contact_ref
        if ref is None:
            return _one_an_address(self.members[_member_of(mail.leading)])
        contact = self.contacts[ref]
        return [] if contact is None else [contact]

    def is_submitter(self, letter: Letter, contact: Contact) -> bool:
        """Say whether a letter to someone else would go to the address of who sent the submission in."""
        submitter = self.contacts[letter.submitter_ref] if letter.submitter_ref else None
        return submitter is not None and submitter.address.casefold() == contact.address.casefold()

    def links_in(self, letter: Letter) -> Links | DraftLink | SubscriptionLinks | None:
        """Give the links that stand in a letter, in its language: only submitters and subscribers have any.

        Raises:
            VaultAway: it knows no links where there must be some.
            Gone: it would be about a draft or a subscription that is no more.
        """
        sort = _sort_of(letter)
        if sort is None:
            return None
        known: Mapping[Sort, Mapping[tuple[str, str], Links | DraftLink | SubscriptionLinks | None]]
        known = {"links": self.links, "drafts": self.drafts, "subscriptions": self.subscriptions}
        found = known[sort][letter.submission_id, letter.language]
        if found is None:
            raise VaultAway("links-unknown") if sort == "links" else Gone
        return found


@dataclass(frozen=True, slots=True)
class Vault:
    """The contact vault's internal door."""

    client: httpx.AsyncClient

    async def ask(self, mails: Iterable[Mail]) -> Known:
        """Ask about some mail with one request.

        Raises:
            VaultAway: no answer, or none that makes sense.
        """
        letters = [letter for mail in mails for letter in mail.letters]
        refs = sorted({ref for it in letters for ref in (it.contact_ref, it.submitter_ref) if ref})
        members = sorted({_member_of(it) for it in letters if it.contact_ref is None})
        places = {sort: _places_of(letters, sort) for sort in SORTS}
        said = await self._ask({"contacts": refs, "members": members, **{sort: _of(places[sort]) for sort in SORTS}})
        try:
            return Known(
                contacts=dict(zip(refs, (it.contact for it in said.contacts), strict=True)),
                members=dict(zip(members, said.members, strict=True)),
                links=dict(zip(places["links"], said.links, strict=True)),
                drafts=dict(zip(places["drafts"], said.drafts, strict=True)),
                subscriptions=dict(zip(places["subscriptions"], said.subscriptions, strict=True)),
            )
        except ValueError:
            raise VaultAway("vault-unreadable") from None

    async def list_points_of_contact(self, letter: Letter) -> Sequence[Contact]:
        """List those of the member that a letter is to, one an address, whoever of them it was for.

        Raises:
            VaultAway: no answer, or none that makes sense.
        """
        to_all = Mail((replace(letter, recipient=letter.recipient.split("/", 1)[0], contact_ref=None),))
        return (await self.ask([to_all])).contacts_for(to_all)

    async def _ask(self, asked: Mapping[str, Any]) -> _Answers:
        try:
            response = await self.client.post("/lookup", json=asked)
        except httpx.HTTPError as error:
            raise VaultAway(UNREACHABLE) from error
        if response.status_code != HTTPStatus.OK:
            raise VaultAway(f"vault-{response.status_code}")
        try:
            return _ANSWERS.validate_json(response.content)
        except ValidationError:
            raise VaultAway("vault-unreadable") from None


def _member_of(letter: Letter) -> str:
    return letter.recipient.removeprefix("poc:")


def _sort_of(letter: Letter) -> Sort | None:
    if letter.kind in SUBSCRIBED:
        return "subscriptions"
    if letter.recipient != SUBMITTER:
        return None
    return "drafts" if letter.kind == DRAFT_LINK else "links"


def _places_of(letters: Iterable[Letter], sort: Sort) -> list[tuple[str, str]]:
    return sorted({(it.submission_id, it.language) for it in letters if _sort_of(it) == sort})


def _of(places: Iterable[Sequence[str]]) -> list[dict[str, str]]:
    return [{"id": submission_id, "language": language} for submission_id, language in places]


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
