"""The door to a provider over HTTP: it knows a letter again by its key, so a lost answer can be asked for."""

import asyncio
from base64 import b64encode
from http import HTTPStatus
from typing import ClassVar, Literal

import httpx

from services.notify.domain.delivery import Lost, PutOff, Taken, TurnedAway
from services.notify.postman.door import Envelope, Offered
from services.notify.settings import Settings

YES = range(200, 300)
OURS = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.PAYMENT_REQUIRED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    }
)
"""What is said of ourselves, not of the letter: it fails none."""
LATER = frozenset({HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
UNDECIDED = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT})
"""The same key is being worked on, or nobody knows how far it came: asking again tells."""
UNLIKE = frozenset({HTTPStatus.UNPROCESSABLE_ENTITY})
"""Perhaps that the key was used for other bytes before: of an earlier copy it says nothing."""
NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""No byte of the letter can have left."""


class Provider:
    """Posts letters, each under the key that its Message-ID is made of: shown twice, it is sent once.

    An answer that is lost is asked for again, by showing the same letter under the same key.
    """

    name: ClassVar[Literal["smtp", "http"]] = "http"

    def __init__(self, settings: Settings, client: httpx.AsyncClient) -> None:
        self._url = settings.provider_url
        self._tries = settings.provider_tries
        self._pause_seconds = settings.provider_pause_seconds
        self._client = client

    async def offer(self, envelope: Envelope) -> Offered | TurnedAway | PutOff:  # noqa: ARG002
        """There is nothing to be said before the letter itself."""
        return Offered()

    async def hand_over(self, envelope: Envelope) -> Taken | TurnedAway | PutOff | Lost:
        """Post the letter until there is an answer, a few times; without one, the outcome is lost for now."""
        is_lost = False
        for attempt in range(self._tries):
            if attempt:
                await asyncio.sleep(self._pause_seconds)
            result = await self._post(envelope)
            if not isinstance(result, Lost):
                return Lost() if is_lost and isinstance(result, PutOff) else result
            is_lost = True
        return Lost()

    def hang_up(self) -> None:
        """Leave the connection for the next letter: nothing of one that is not posted has left."""

    async def _post(self, envelope: Envelope) -> Taken | TurnedAway | PutOff | Lost:
        try:
            response = await self._client.post(self._url, json=_body(envelope), headers=_headers(envelope))
        except NOT_CONNECTED:
            return PutOff("provider-unreachable", of_door=True)
        except httpx.HTTPError:
            return Lost()
        return _judge(response.status_code, envelope)


def make_provider_client(settings: Settings) -> httpx.AsyncClient:
    """Make the connections to the provider; they open when first used, and are kept for many letters."""
    return httpx.AsyncClient(
        headers={"Authorization": f"Bearer {settings.provider_token.get_secret_value()}"},
        timeout=settings.provider_reply_seconds,
        limits=httpx.Limits(max_connections=settings.mail_connections),
    )


def _judge(status: int, envelope: Envelope) -> Taken | TurnedAway | PutOff | Lost:
    detail = f"http-{status}"
    if status in YES:
        return Taken(envelope.message_id)
    if status in UNDECIDED:
        return Lost()
    if status in OURS or status in LATER:
        return PutOff(detail, of_door=True)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return TurnedAway(detail, ever=status not in UNLIKE)
    return Lost()  # any other 5xx says nothing of how far the letter came


def _headers(envelope: Envelope) -> dict[str, str]:
    return {"Idempotency-Key": envelope.message_id.strip("<>").partition("@")[0]}


def _body(envelope: Envelope) -> dict[str, str]:
    return {
        "message_id": envelope.message_id,
        "from": envelope.sender,
        "to": envelope.recipient,
        "raw": b64encode(envelope.payload).decode("ascii"),
    }
