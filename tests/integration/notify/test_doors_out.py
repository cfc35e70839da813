"""The ways out: what one domain is sent, which domain rests, and what becomes of letters in doubt."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from deploy.stack.ports import free_port
from services.notify.domain.addresses import hash_address
from services.notify.domain.delivery import State
from services.notify.postman.doubts import settle_doubts
from services.notify.postman.gatekeeper import make_gatekeeper
from services.notify.postman.provider import Provider, make_provider_client
from services.notify.postman.worker import Postman
from services.notify.store.ledger import cancel_letters, retry_letter
from services.notify.store.suppressions import Suppression, insert_suppression
from tests.controls.notify import SENDER
from tests.harness.mail_provider import MailProvider
from tests.harness.nasty_mail import address_at
from tests.integration.notify.conftest import Desk


def living_at(address: str) -> dict[str, str]:
    """Give a contact of this address."""
    return {"name": "Ana Rojas", "address": address, "language": "es"}


async def test_domain_is_sent_no_more_than_its_limit(desk: Desk) -> None:
    """What is too much for now waits, one after the other; it has not been tried."""
    await desk.owe(times=3)
    postman = desk.postman(domain_letters_per_minute=1)
    await desk.go_once(postman)
    rows = await desk.rows("state, detail, attempts - spared AS tries, due_at - changed_at AS waits")
    assert Counter((row["state"], row["detail"], row["tries"]) for row in rows) == {
        ("sent", None, 1): 1,
        ("failed-temporarily", "domain-limit", 0): 2,
    }
    waits = sorted(row["waits"] for row in rows if row["tries"] == 0)
    assert timedelta(seconds=50) < waits[0] < timedelta(seconds=61) < waits[1] < timedelta(seconds=121)


async def test_domain_that_takes_nothing_rests_while_others_go_on(desk: Desk) -> None:
    """After some in a row its letters wait without being tried; the next domain's letter is sent."""
    desk.vault.submitter = living_at(address_at("rcpt-450"))
    await desk.owe(times=6)
    postman = desk.postman(breaker_in_a_row=2, mail_connections=1)
    await desk.go_once(postman)
    rows = await desk.rows("detail, attempts - spared AS tries, rests_since IS NOT NULL AS rests")
    assert Counter((row["detail"], row["tries"], row["rests"]) for row in rows) == {
        ("450 4.2.1", 1, False): 2,
        ("domain-rests", 0, True): 4,
    }
    desk.vault.submitter = living_at("ok@example.org")
    await desk.owe("received")
    await desk.go_once(postman)
    assert Counter(await desk.states()) == {"failed-temporarily": 6, "sent": 1}


async def test_mail_server_that_is_away_puts_no_domain_to_rest(desk: Desk) -> None:
    """It rests itself: letters to any domain wait, without being tried one by one."""
    await desk.owe(times=4)
    told = {"breaker_in_a_row": 2, "mail_connections": 1}
    keeper = make_gatekeeper(desk.settings.model_copy(update=told))
    await desk.go_once(replace(desk.postman(**told, smtp_port=free_port()), gate=keeper.at))
    assert list(keeper.list_resting()) == ["*"]
    details = Counter(row["detail"] for row in await desk.rows("detail"))
    assert details == {"connection-lost": 2, "domain-rests": 2}


async def in_doubt(desk: Desk, **policy: Any) -> None:
    """Let the pause of letters in doubt be over, then look after them."""
    await desk.admin.execute("UPDATE notify.letter SET changed_at = changed_at - interval '2 hours'")
    await settle_doubts(desk.database, desk.settings.model_copy(update=policy))


@pytest.mark.parametrize("wish", ["taken-hang-up", "final-hang-up"])
async def test_letter_in_doubt_is_sent_once_more_where_the_policy_says_so(desk: Desk, wish: str) -> None:
    """With the same Message-ID, told as such; were it in doubt again, it stays so."""
    desk.vault.submitter = living_at(address_at(wish))
    [letter] = await desk.owe()
    await desk.go_once()
    assert await desk.states() == ["unknown"]
    await settle_doubts(desk.database, desk.settings.model_copy(update={"unknown_resend": {"outcome"}}))
    assert await desk.states() == ["unknown"]
    await in_doubt(desk, unknown_resend={"outcome"})
    desk.vault.submitter = living_at("ok@example.org")
    await desk.go_once()
    assert await desk.states() == ["sent"]
    message_id = f"<{letter.delivery_id}@{SENDER.domain}>"
    assert desk.server.copies(message_id) == (2 if wish == "taken-hang-up" else 1)
    first, second = await desk.told()
    assert (first["data"]["code"], second["data"]["repeated"]) == ("outcome-unknown", True)


async def test_letter_in_doubt_goes_no_third_time(desk: Desk) -> None:
    """At most once more: then only a person, or what comes back, says what became of it."""
    desk.vault.submitter = living_at(address_at("final-hang-up"))
    await desk.owe()
    for _ in range(3):
        await desk.go_once()
        await in_doubt(desk, unknown_resend={"outcome"})
    [row] = await desk.rows()
    assert (row["state"], row["attempts"]) == ("unknown", 2)
    assert [told["data"]["code"] for told in await desk.told()] == ["outcome-unknown"]


async def test_letter_in_doubt_is_held_by_default(desk: Desk) -> None:
    """Policies are for kinds: one of another kind stays as it is."""
    desk.vault.submitter = living_at(address_at("taken-hang-up"))
    await desk.owe()
    await desk.go_once()
    await in_doubt(desk, unknown_resend={"receipt"})
    assert (await desk.go_once(), await desk.states()) == (0, ["unknown"])


@asynccontextmanager
async def by_http(desk: Desk, provider: MailProvider) -> AsyncIterator[Postman]:
    """Give a postman whose letters go to a provider."""
    told: dict[str, Any] = {"mail_door": "http", "provider_url": provider.url, "provider_pause_seconds": 0}
    told |= {"provider_token": SecretStr("the-token"), "provider_reply_seconds": 5}
    settings = desk.settings.model_copy(update=told)
    async with make_provider_client(settings) as client:
        yield replace(desk.postman(**told), doors=(Provider(settings, client),))


async def test_letters_go_by_a_provider(desk: Desk) -> None:
    """Through the same hands as by a mail server; its refusal of a letter fails that letter."""
    async with MailProvider(troubles=["422"]) as provider, by_http(desk, provider) as postman:
        await desk.owe(times=3)
        await desk.go_once(postman)
    assert Counter(await desk.states()) == {"sent": 2, "failed": 1}
    assert sorted(provider.taken.values()) == [1, 1]
    assert desk.server.taken == []


@pytest.mark.parametrize("first", ["take-and-hang-up", "lose-and-hang-up"])
async def test_provider_that_knows_its_keys_closes_every_doubt(desk: Desk, first: str) -> None:
    """Whether it took the letter or not: shown again, under the same key, it is taken once, and told so."""
    async with MailProvider(troubles=[first] * 3) as provider, by_http(desk, provider) as postman:
        [letter] = await desk.owe()
        await desk.go_once(postman)
        assert await desk.states() == ["unknown"]
        await settle_doubts(desk.database, postman.settings)
        await desk.go_once(postman)
    assert await desk.states() == ["sent"]
    assert provider.taken == {f"<{letter.delivery_id}@{SENDER.domain}>": 1}


async def test_provider_that_has_forgotten_its_keys_is_not_asked(desk: Desk) -> None:
    """Beyond its memory a letter in doubt stays so: shown again, it might be sent again."""
    async with MailProvider(troubles=["take-and-hang-up"] * 3) as provider, by_http(desk, provider) as postman:
        await desk.owe()
        await desk.go_once(postman)
        await desk.admin.execute("UPDATE notify.letter SET handed_at = handed_at - interval '25 hours'")
        await settle_doubts(desk.database, postman.settings)
        assert await desk.states() == ["unknown"]


async def test_provider_that_cannot_say_is_asked_from_time_to_time(desk: Desk) -> None:
    """At once, then after a pause each time: not as fast as it can be asked."""
    async with MailProvider(troubles=["500"] * 9) as provider, by_http(desk, provider) as postman:
        await desk.owe()
        for _ in range(3):
            await desk.go_once(postman)
            await settle_doubts(desk.database, postman.settings)
        assert (len(provider.shown), await desk.states()) == (6, ["unknown"])
        await desk.admin.execute("UPDATE notify.letter SET changed_at = changed_at - interval '2 hours'")
        await settle_doubts(desk.database, postman.settings)
        assert await desk.states() == ["pending"]


@pytest.mark.parametrize("change", ["later", "by-smtp"])
async def test_doubt_that_is_put_off_is_not_asked_after_too_late_or_elsewhere(desk: Desk, change: str) -> None:
    """While it waited the provider forgot its key, or letters go by another door: whoever is shown it may send it."""
    desk.vault.submitter = living_at("ok@example.org")
    troubles = ["take-and-hang-up"] * 3 + ["503"]
    async with MailProvider(troubles=troubles) as provider, by_http(desk, provider) as postman:
        await desk.owe()
        await desk.go_once(postman)
        await settle_doubts(desk.database, postman.settings)
        await desk.go_once(postman)
        assert await desk.states() == ["failed-temporarily"]
        if change == "later":
            await desk.admin.execute("UPDATE notify.letter SET handed_at = handed_at - interval '25 hours'")
        next_one = postman if change == "later" else desk.postman()
        await settle_doubts(desk.database, next_one.settings)
        await desk.make_due()
        assert (await desk.go_once(next_one), await desk.states()) == (0, ["unknown"])
    assert (len(provider.shown), desk.server.taken) == (4, [])


async def test_what_left_by_smtp_is_not_shown_to_a_provider(desk: Desk) -> None:
    """It does not know that letter's key."""
    desk.vault.submitter = living_at(address_at("taken-hang-up"))
    await desk.owe()
    await desk.go_once()
    async with MailProvider() as provider, by_http(desk, provider) as postman:
        await settle_doubts(desk.database, postman.settings)
        await desk.go_once(postman)
    assert (await desk.states(), provider.shown) == (["unknown"], [])


async def test_correction_leaves_a_letter_in_doubt_in_doubt(desk: Desk) -> None:
    """It may have arrived: it is not said to be cancelled; and it does not go again."""
    desk.vault.submitter = living_at(address_at("taken-hang-up"))
    [letter] = await desk.owe()
    await desk.go_once()
    await in_doubt(desk, unknown_resend={"outcome"})
    assert await desk.states() == ["pending"]
    async with desk.database.transaction() as tx:
        await cancel_letters(tx, {letter.submission_id: uuid4()})
    assert await desk.states() == [State.UNKNOWN]
    await in_doubt(desk, unknown_resend={"outcome"})
    assert await desk.go_once() == 0


async def test_what_is_kept_back_goes_to_a_corrected_address(desk: Desk) -> None:
    """Tried again it is still kept from the suppressed one; nothing has to be lifted for the right one."""
    [letter] = await desk.owe()
    async with desk.database.transaction() as tx:
        mark = hash_address(desk.settings.address_key, "ok@example.org")
        await insert_suppression(tx, Suppression(uuid4(), mark, "operator", "", "operator:1"))
    for address, state in (("ok@example.org", "suppressed"), ("right@example.org", "sent")):
        await desk.go_once()
        assert await desk.states() == ["suppressed"]
        desk.vault.submitter = living_at(address)
        async with desk.database.transaction() as tx:
            assert await retry_letter(tx, letter.delivery_id)
        await desk.go_once()
        assert set(await desk.states()) == {state}
    assert desk.server.recipients == [("right@example.org",)]


async def test_address_suppressed_between_offer_and_final_dot_gets_no_letter(desk: Desk) -> None:
    """The statement that lets the letter go looks once more."""
    await desk.owe()
    await desk.go_once(replace(desk.postman(), gate=lambda database: _Late(desk.postman().gate(database), desk)))
    assert (await desk.states(), desk.server.taken) == (["failed-temporarily"], [])
    await desk.make_due()
    await desk.go_once()
    assert await desk.states() == ["suppressed"]


class _Late:
    """A gate behind which the address is suppressed, right after it let the letter through."""

    def __init__(self, gate: Any, desk: Desk) -> None:
        self._gate, self._desk = gate, desk

    def mark(self, address: str) -> bytes | None:
        """Give its hash."""
        found: bytes | None = self._gate.mark(address)
        return found

    def learn(self, *_: Any) -> None:
        """Forget it."""

    async def foresee(self, addresses: Any) -> None:
        """Ask about them ahead."""
        await self._gate.foresee(addresses)

    async def stop(self, mail: Any, address: str, now: Any) -> Any:
        """Let it through, and suppress it."""
        stopped = await self._gate.stop(mail, address, now)
        await self._desk.admin.execute(
            "INSERT INTO notify.suppression (suppression_id, address_hash, why, since, suppressed_by)"
            " VALUES (gen_random_uuid(), $1, 'operator', now(), 'operator:1')",
            self.mark(address),
        )
        return stopped
