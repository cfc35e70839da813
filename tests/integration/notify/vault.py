"""The contact vault at the edge of the process: it says what it is told to say."""

from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

import httpx

SECRET = "the-secret-of-the-receipt"
TOKEN = "the-token-that-confirms"


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
    to_confirm: bool = False
    knows_links: bool = True
    status: int = 200
    asked: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer like intake's internal door."""
        self.asked.append(request.url.path)
        if self.status != httpx.codes.OK:
            return httpx.Response(self.status)
        if request.url.path.endswith("/links"):
            links = self._links(request.url.path, request.url.params["language"])
            return httpx.Response(200, json=links) if self.knows_links else httpx.Response(404)
        if request.url.path.startswith("/drafts/"):
            draft = {"draft_url": f"https://forms.example.org/{request.url.params['language']}{request.url.path}-key"}
            return httpx.Response(200, json=draft) if self.knows_links else httpx.Response(404)
        if request.url.path.startswith("/members/"):
            return httpx.Response(200, json={"pocs": [{"ref": ref_of(poc), **poc} for poc in self.pocs]})
        known = {f"/contacts/{ref_of(poc)}": poc for poc in self.pocs}
        person = known.get(request.url.path, self.submitter)
        return httpx.Response(404) if person is None else httpx.Response(200, json=person)

    def _links(self, path: str, language: str) -> dict[str, str | None]:
        submission = path.split("/")[2]
        own = f"https://forms.example.org/{language}"
        to_confirm = f"{own}/confirm/{submission}/{TOKEN}"
        return {
            "status_url": f"{own}/status/{submission}/{SECRET}",
            "confirm_url": to_confirm if self.to_confirm else None,
        }

    def client(self) -> httpx.AsyncClient:
        """Make a client that asks this vault."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer), base_url="http://vault")
