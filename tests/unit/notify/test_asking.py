"""Asking the vault ahead: few requests, no answer grown old, and nobody kept waiting by somebody else's contact."""

import asyncio
import json
from dataclasses import dataclass, field

import httpx
import pytest
from msgspec import structs

from services.notify.domain.mail import Mail
from services.notify.postman import asking
from services.notify.postman.asking import Enquiry
from services.notify.postman.contacts import Vault, VaultAway
from services.notify.postman.gate import OpenGate
from services.notify.postman.pile import Errand, Pile
from tests.controls.envelope import RELEASED_AT, id_of
from tests.controls.notify import letter

LINKS = {"status_url": "https://forms.example.org/status"}
ANA = {"name": "Ana", "address": "ana@example.org", "language": "es"}


@dataclass
class FakeVault:
    """Answers about everybody, unless one is asked about whom it cannot open."""

    unreadable: str | None = None
    is_away: bool = False
    requests: list[list[str]] = field(default_factory=list)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer_when_told(self, request: httpx.Request) -> httpx.Response:
        """Answer the first at once, and every later one not before it is told to."""
        said = self.answer(request)
        if len(self.requests) > 1:
            await self.goes_on.wait()
        return said

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer like intake's door."""
        asked = json.loads(request.content)
        self.requests.append(asked["contacts"])
        if self.is_away:
            raise httpx.ConnectError("nobody there")
        if self.unreadable in asked["contacts"]:
            return httpx.Response(500)
        people = [{"contact": ANA, "is_erased": False} for _ in asked["contacts"]]
        links = [LINKS for _ in asked["links"]]
        return httpx.Response(
            200, json={"contacts": people, "members": [], "links": links, "drafts": [], "subscriptions": []}
        )

    def enquiry(self, pile: Pile) -> Enquiry:
        """Make who asks."""
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.answer_when_told), base_url="http://vault")
        return Enquiry(Vault(client), pile, OpenGate())


def _mails(count: int) -> list[Mail]:
    return [Mail((structs.replace(letter(), delivery_id=id_of(f"{n}"), contact_ref=f"ref-{n}"),)) for n in range(count)]


async def _pile(mails: list[Mail]) -> Pile:
    pile = Pile()
    await pile.put([Errand(1, mail, RELEASED_AT) for mail in mails])
    return pile


async def _taken(pile: Pile) -> Mail:
    return (await pile.take()).mail


async def test_one_request_answers_for_many() -> None:
    """For the hundred that are taken next."""
    vault, pile = FakeVault(), await _pile(_mails(50))
    enquiry = vault.enquiry(pile)
    while len(pile):
        mail = await _taken(pile)
        assert (await enquiry.about(mail)).contacts_for(mail)[0].name == "Ana"
    assert len(vault.requests) == 1


async def test_nobody_stands_still_while_what_comes_next_is_asked() -> None:
    """Before the answers run out the next hundred is asked about, each once; those who have answers go on."""
    vault, pile = FakeVault(), await _pile(_mails(220))
    enquiry = vault.enquiry(pile)
    for _ in range(101):
        await enquiry.about(await _taken(pile))
        await asyncio.sleep(0)
    assert [len(asked) for asked in vault.requests] == [101, 100]
    vault.goes_on.set()
    while len(pile):
        await enquiry.about(await _taken(pile))
        await asyncio.sleep(0)
    assert sorted(ref for asked in vault.requests for ref in asked) == sorted(f"ref-{n}" for n in range(220))


async def test_answer_that_has_grown_old_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was erased meanwhile is not written to: each is asked about once it is in hand."""
    monkeypatch.setattr(asking, "KEPT_SECONDS", -1.0)
    vault, pile = FakeVault(), await _pile(_mails(3))
    vault.goes_on.set()
    enquiry = vault.enquiry(pile)
    while len(pile):
        mail, asked = await _taken(pile), len(vault.requests)
        await enquiry.about(mail)
        assert any(mail.leading.contact_ref in refs for refs in vault.requests[asked:])


async def test_one_that_cannot_be_answered_for_keeps_nobody_else_waiting() -> None:
    """The others are asked about alone, and have their answers."""
    vault, pile = FakeVault(unreadable="ref-1"), await _pile(_mails(3))
    vault.goes_on.set()
    enquiry = vault.enquiry(pile)
    first = await _taken(pile)
    assert (await enquiry.about(first)).contacts_for(first)
    second, third = await _taken(pile), await _taken(pile)
    assert (await enquiry.about(third)).contacts_for(third)
    with pytest.raises(VaultAway, match="vault-500"):
        await enquiry.about(second)


async def test_vault_that_is_away_is_not_asked_for_each() -> None:
    """One request says so for all that it was about."""
    vault, pile = FakeVault(is_away=True), await _pile(_mails(5))
    enquiry = vault.enquiry(pile)
    while len(pile):
        with pytest.raises(VaultAway, match="vault-unreachable"):
            await enquiry.about(await _taken(pile))
    assert len(vault.requests) == 1
