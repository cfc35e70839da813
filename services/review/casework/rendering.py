"""Asks notify how the letters about an event would read before it is told, and how many are still to go after it."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from contracts.event import Fact, full_type
from services.chassis.codec import encode
from services.chassis.internal import make_internal_client
from services.review.settings import Settings

T = TypeVar("T")


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


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class _Outstanding:
    letters: int


_RENDERED = TypeAdapter(_Rendered)
_OUTSTANDING = TypeAdapter(_Outstanding)


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
        return (await self._ask(_RENDERED, "POST", "/render", content=encode(event))).letters

    async def count_outstanding(self, month: str) -> int:
        """Count the letters to points of contact about a month's outcomes that are still to go.

        Raises:
            NotifyAway: no answer, or none that makes sense.
        """
        return (await self._ask(_OUTSTANDING, "GET", f"/outstanding/{month}")).letters

    async def _ask(self, answers: TypeAdapter[T], method: str, path: str, **content: Any) -> T:
        try:
            answer = await self.client.request(method, path, **content)
        except httpx.HTTPError as error:
            raise NotifyAway("notify-unreachable") from error
        if answer.status_code != HTTPStatus.OK:
            raise NotifyAway(f"notify-{answer.status_code}")
        try:
            return answers.validate_json(answer.content)
        except ValidationError:
            raise NotifyAway("notify-unreadable") from None


def make_renderer(settings: Settings) -> Renderer:
    """Make the connection to notify; it opens when first asked."""
    json = {"Content-Type": "application/json"}
    return Renderer(
        make_internal_client(settings.notify_url, settings.notify_token, settings.notify_timeout_seconds, **json)
    )
