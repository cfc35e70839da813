"""The door to a provider, against an HTTP server that knows letters again by their key."""

import socket
from base64 import b64decode
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from services.notify.domain.delivery import Lost, PutOff, Taken, TurnedAway
from services.notify.postman.door import Envelope, Offered
from services.notify.postman.provider import Provider, make_provider_client
from services.notify.settings import Settings
from tests.harness.mail_provider import MailProvider

Judged = Taken | TurnedAway | PutOff | Lost


def letter() -> Envelope:
    """Give a letter."""
    return Envelope(
        f"<{uuid4()}@challenge.example.org>", "support@example.org", "ana@example.org", b"Subject: x\r\n\r\n"
    )


@pytest.fixture
async def provider() -> AsyncIterator[MailProvider]:
    """A provider that listens on loopback."""
    async with MailProvider() as made:
        yield made


def settings_for(url: str) -> Settings:
    """Give settings by which letters go to this provider."""
    return Settings.model_validate(
        {
            "database_url": "unused",
            "kafka_bootstrap_servers": "unused",
            "mail_door": "http",
            "provider_url": url,
            "provider_token": "the-token",
            "provider_pause_seconds": 0,
            "provider_reply_seconds": 5,
        }
    )


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Provider]:
    """Open the door to a provider."""
    async with make_provider_client(settings_for(url)) as client:
        yield Provider(settings_for(url), client)


@pytest.fixture
async def door(provider: MailProvider) -> AsyncIterator[Provider]:
    """The door to it."""
    async with opened(provider.url) as made:
        yield made


async def test_letter_is_posted_under_its_key(provider: MailProvider, door: Provider) -> None:
    """Who sends, to whom, and the very bytes; the key is what the Message-ID is made of."""
    envelope = letter()
    assert await door.offer(envelope) == Offered()
    assert await door.hand_over(envelope) == Taken(envelope.message_id)
    [(key, token, shown)] = provider.shown
    assert (f"<{key}@challenge.example.org>", token) == (envelope.message_id, "Bearer the-token")
    assert (shown["message_id"], shown["from"], shown["to"]) == (
        envelope.message_id,
        envelope.sender,
        envelope.recipient,
    )
    assert b64decode(shown["raw"]) == envelope.payload


@pytest.mark.parametrize("trouble", ["take-and-hang-up", "lose-and-hang-up", "take-and-500", "conflict"])
async def test_lost_answer_is_asked_for_again(provider: MailProvider, door: Provider, trouble: str) -> None:
    """Shown twice under one key, a letter is taken once, whatever became of the first answer."""
    envelope = letter()
    provider.troubles = [trouble]
    assert await door.hand_over(envelope) == Taken(envelope.message_id)
    assert len(provider.shown) == 2
    assert len({key for key, _, _ in provider.shown}) == 1
    assert provider.taken == Counter({envelope.message_id: 1})


async def test_answer_that_stays_lost_leaves_the_outcome_open(provider: MailProvider, door: Provider) -> None:
    """After a few times; then the ledger asks again, under the same key."""
    envelope = letter()
    provider.troubles = ["take-and-hang-up"] * 3
    assert await door.hand_over(envelope) == Lost()
    assert await door.hand_over(envelope) == Taken(envelope.message_id)
    assert provider.taken == Counter({envelope.message_id: 1})


async def test_not_now_says_nothing_of_what_was_shown_before(provider: MailProvider, door: Provider) -> None:
    """After a lost answer a provider that is busy leaves the outcome open, and one that refuses closes it."""
    envelope = letter()
    provider.troubles = ["take-and-hang-up", "503"]
    assert await door.hand_over(envelope) == Lost()
    provider.troubles = ["lose-and-hang-up", "400"]
    assert await door.hand_over(letter()) == TurnedAway("http-400", ever=True)


@pytest.mark.parametrize(
    ("trouble", "result"),
    [
        ("400", TurnedAway("http-400", ever=True)),
        ("413", TurnedAway("http-413", ever=True)),
        ("422", TurnedAway("http-422")),  # or the key is known for other bytes, of a copy that was taken
        ("401", PutOff("http-401", of_door=True)),
        ("429", PutOff("http-429", of_door=True)),
        ("503", PutOff("http-503", of_door=True)),
    ],
)
async def test_answer_says_what_became_of_it(
    provider: MailProvider, door: Provider, trouble: str, result: Judged
) -> None:
    """What is said of ourselves puts letters off and fails none; what is said of the letter fails it."""
    provider.troubles = [trouble]
    assert await door.hand_over(letter()) == result
    assert len(provider.shown) == 1


async def test_provider_that_is_not_there_puts_letters_off() -> None:
    """No byte of the letter has left."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        async with opened(f"http://127.0.0.1:{nobody.getsockname()[1]}/letters") as door:
            assert await door.hand_over(letter()) == PutOff("provider-unreachable", of_door=True)
