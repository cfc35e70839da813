"""The contact vault at the edge of the process: it says what it is told to say."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

import httpx

SECRET = "the-secret-of-the-receipt"
TOKEN = "the-token-that-confirms"
END = "the-token-that-ends"


def ref_of(poc: dict[str, str]) -> str:
    """Give the reference under which the vault knows a point of contact."""
    return str(uuid5(NAMESPACE_URL, poc["address"]))


@dataclass
class FakeVault:
    """The contact vault at the edge: says what it is told to say, and remembers what it was asked."""

    submitter: dict[str, str] | None = field(
        default_factory=lambda: {"name": "Ana Rojas", "address": "ok@example.org", "language": "es"}
    )
    pocs: list[dict[str, str]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    to_confirm: bool = False
    knows_links: bool = True
    status: int = 200
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    """What happens while it is asked."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer like intake's internal door for many at once."""
        asked = json.loads(request.content)
        self.asked += [f"/{what}/{name}" for what, names in asked.items() for name in map(_name, names)]
        if self.status != httpx.codes.OK:
            return httpx.Response(self.status)
        answers = {
            "contacts": [_person(self._find(ref)) for ref in asked["contacts"]],
            "members": [[{"ref": ref_of(poc), **poc} for poc in self.pocs] for _ in asked["members"]],
            "links": [self._links(place) if self.knows_links else None for place in asked["links"]],
            "subscriptions": [_subscription(place) if self.knows_links else None for place in asked["subscriptions"]],
            "drafts": [_draft(place) if self.knows_links else None for place in asked["drafts"]],
        }
        return httpx.Response(200, json=answers)

    def _find(self, ref: str) -> dict[str, str] | None:
        known = {ref_of(poc): poc for poc in self.pocs}
        return None if ref in self.erased else known.get(ref, self.submitter)

    def _links(self, place: dict[str, str]) -> dict[str, str | None]:
        own = f"https://forms.example.org/{place['language']}"
        to_confirm = f"{own}/confirm/{place['id']}/{TOKEN}"
        return {
            "status_url": f"{own}/status/{place['id']}/{SECRET}",
            "confirm_url": to_confirm if self.to_confirm else None,
        }

    def client(self) -> httpx.AsyncClient:
        """Make a client that asks this vault."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer), base_url="http://vault")

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.answer(request)


def _name(asked: str | dict[str, str]) -> str:
    return asked if isinstance(asked, str) else asked["id"]


def _person(contact: dict[str, str] | None) -> dict[str, object]:
    return {"contact": contact, "is_erased": contact is None}


def _draft(place: dict[str, str]) -> dict[str, str]:
    return {"draft_url": f"https://forms.example.org/{place['language']}/drafts/{place['id']}/-key"}


def _subscription(place: dict[str, str]) -> dict[str, str]:
    own = f"https://forms.example.org/{place['language']}"
    return {
        "confirm_url": f"{own}/subscribe/{place['id']}/{TOKEN}",
        "unsubscribe_url": f"{own}/unsubscribe/{place['id']}/{END}",
        "one_click_url": f"https://forms.example.org/subscriptions/{place['id']}/unsubscribe/{END}",
    }
