"""Asks notify how the letters about an event would read before it is told; notify keeps nothing of it."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from contracts.event import Fact, full_type
from services.chassis.codec import encode
from services.chassis.internal import make_internal_client
from services.review.settings import Settings


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """How a letter reads."""

    subject: str
    text: str


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter that would go, to a role. ``problem`` says why it could not be written, and would wait for a person.

    ``others`` are the languages that it may stand in instead, where the recipient's own is known only at sending.
    """

    kind: str
    recipient: str
    language: str
    subject: str | None = None
    text: str | None = None
    problem: str | None = None
    others: dict[str, Text]


class NotifyAway(Exception):
    """Notify cannot say now. ``code`` tells why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class _Rendered:
    letters: list[Letter]


_RENDERED = TypeAdapter(_Rendered)


@dataclass(frozen=True, slots=True)
class Renderer:
    """Notify's internal door."""

    client: httpx.AsyncClient

    async def render(self, fact: Fact) -> list[Letter]:
        """Give the letters that would go if this were told.

        Raises:
            NotifyAway: no answer, or none that makes sense.
        """
        event: dict[str, Any] = {"type": full_type(type(fact.data)), "subject": fact.subject, "data": fact.data}
        try:
            answer = await self.client.post("/render", content=encode(event))
        except httpx.HTTPError as error:
            raise NotifyAway("notify-unreachable") from error
        if answer.status_code != HTTPStatus.OK:
            raise NotifyAway(f"notify-{answer.status_code}")
        try:
            return _RENDERED.validate_json(answer.content).letters
        except ValidationError:
            raise NotifyAway("notify-unreadable") from None


def make_renderer(settings: Settings) -> Renderer:
    """Make the connection to notify; it opens when first asked."""
    json = {"Content-Type": "application/json"}
    return Renderer(
        make_internal_client(settings.notify_url, settings.notify_token, settings.notify_timeout_seconds, **json)
    )
