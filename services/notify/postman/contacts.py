"""Asks the contact vault whom a letter goes to, at the moment of sending; nothing of the answer is kept."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from services.notify.domain.letters import SUBMITTER, Letter
from services.notify.settings import Settings

ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@checked_dataclass(frozen=True, slots=True)
class Contact:
    """A person, as the vault knows them now."""

    name: str
    address: str
    language: str = "en"


@checked_dataclass(frozen=True, slots=True)
class _Pocs:
    pocs: list[Contact]


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
        """Give the people that a letter goes to; none when nobody is known, or the contact was erased.

        Raises:
            VaultAway: no answer, or none that makes sense.
        """
        if letter.recipient == SUBMITTER:
            found = await self._get(f"/contacts/{letter.contact_ref}", TypeAdapter(Contact))
            return [] if found is None else [found]
        listed = await self._get(f"/members/{letter.recipient.removeprefix('poc:')}/poc", TypeAdapter(_Pocs))
        return [] if listed is None else list(listed.pocs)

    async def _get(self, path: str, shape: TypeAdapter[Any]) -> Any:
        try:
            response = await self.client.get(path)
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


def make_vault(settings: Settings) -> Vault:
    """Make the connection to the vault; it opens when first asked."""
    return Vault(
        httpx.AsyncClient(
            base_url=settings.contacts_url,
            headers={"Authorization": f"Bearer {settings.contacts_token.get_secret_value()}"},
            timeout=settings.contacts_timeout_seconds,
            trust_env=False,
        )
    )
