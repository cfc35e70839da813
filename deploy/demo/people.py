"""Those who act in the demo, each at the door and with the token that is theirs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx
from aiokafka import AIOKafkaProducer

from contracts import reference
from deploy.demo.seed import Story
from deploy.system import System

DECLINED_FOR = "already-finished"
_CONNECTION_TRIES = 6
"""A service that is being started again is away for a moment; a person would press the button again."""


class Door:
    """One service's HTTP door, as seen by one person."""

    def __init__(self, system: System, service: str, actor: str | None = None, *, secret: str | None = None) -> None:
        headers = {"Accept": "application/json"}
        if actor:
            headers["Authorization"] = f"Bearer {system.token(actor)}"
        if secret:
            headers["Receipt-Token"] = secret
        self._client = httpx.Client(
            base_url=system.urls[service],
            headers=headers,
            timeout=30,
            transport=httpx.HTTPTransport(retries=_CONNECTION_TRIES),
        )

    def get(self, path: str, **query: str) -> Any:
        """Ask.

        Raises:
            httpx.HTTPStatusError: the door refused.
        """
        return self._client.get(path, params=query).raise_for_status().json()

    def post(self, path: str, body: object) -> Any:
        """Tell.

        Raises:
            httpx.HTTPStatusError: the door refused.
        """
        return self._client.post(path, json=body).raise_for_status().json()

    def post_text(self, path: str, text: str) -> Any:
        """Tell, in CSV.

        Raises:
            httpx.HTTPStatusError: the door refused.
        """
        told = self._client.post(path, content=text.encode(), headers={"Content-Type": "text/csv"})
        return told.raise_for_status().json()


class Submitters:
    """The institutions, each with the receipts that it was given over HTTP."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.receipts: dict[str, dict[str, Any]] = {}

    async def send(self, stories: Iterable[Story]) -> None:
        """Send every story its way: over HTTP, with the forum's token where it needs one, or over Kafka."""
        by_kafka = [story for story in stories if story.goes_by_kafka]
        for story in stories:
            if not story.goes_by_kafka:
                self.receipts[story.title] = self._post(story)
        async with AIOKafkaProducer(
            bootstrap_servers=self._system.bootstrap_servers, acks="all", enable_idempotence=True
        ) as producer:
            for story in by_kafka:
                await producer.send_and_wait(f"{self._system.topic_prefix}forms", json.dumps(story.form).encode())

    def contribute(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """Send a story or a nomination, as anyone may, and return its receipt."""
        receipt: dict[str, Any] = Door(self._system, "intake").post("/submissions", form)
        return receipt

    def amend(self, story: Story) -> None:
        """Replace the text before the month is over."""
        self._with_secret(story, "amendments", {"proposal": story.amended})

    def answer(self, story: Story) -> None:
        """Answer the Support Unit's question."""
        self._with_secret(story, "answers", {"answer": story.answer})

    def confirm(self, links: Iterable[str]) -> None:
        """Open the pages behind the links in letters, and press their buttons."""
        with httpx.Client(timeout=30, follow_redirects=True) as browser:
            for link in links:
                browser.get(link).raise_for_status()
                browser.post(link).raise_for_status()

    def find_state(self, story: Story) -> str:
        """Look where a submission stands, as its submitter can."""
        return self.look(self.receipts[story.title])

    def look(self, receipt: Mapping[str, Any]) -> str:
        """Look where something stands, with the secret of its receipt."""
        door = Door(self._system, "intake", secret=receipt["secret"])
        return str(door.get(f"/submissions/{receipt['id']}")["state"])

    def _post(self, story: Story) -> dict[str, Any]:
        receipt: dict[str, Any] = Door(self._system, "intake", story.actor).post("/submissions", story.form)
        return receipt

    def _with_secret(self, story: Story, path: str, body: object) -> None:
        receipt = self.receipts[story.title]
        Door(self._system, "intake", secret=receipt["secret"]).post(f"/submissions/{receipt['id']}/{path}", body)


class Registrar:
    """Whoever keeps the registry of members, plans and rounds of awards."""

    def __init__(self, system: System) -> None:
        self._door = Door(system, "intake", "desk")

    def bring_in(self, table: str, text: str) -> int:
        """Bring a table in, and return how many rows of it are new."""
        return int(self._door.post_text(f"/registry/{table}", text)["added"])


class Desk:
    """The review as its staff see it: the Data Team assesses, the Support Unit decides and releases."""

    def __init__(self, system: System) -> None:
        self._data_team = Door(system, "review", "data-team")
        self._support_unit = Door(system, "review", "support-unit")
        self._asking = Door(system, "review", "desk")

    def find_batch(self, month: str) -> dict[str, Any]:
        """Look at a batch; empty when there is none yet."""
        batches: list[dict[str, Any]] = self._support_unit.get("/batches")["batches"]
        return next((batch for batch in batches if batch["month"] == month), {})

    def list_items(self, month: str) -> list[dict[str, Any]]:
        """List all items of a batch."""
        return list(self._pages(month))

    def assess(self, item: dict[str, Any], story: Story, *, answered: bool) -> None:
        """Say of every gate and criterion what was found."""
        body = {"findings": _findings(story, answered=answered), "area": story.area}
        if story.area != item["declared_area"]:
            body["area_reason"] = "What it changes above all is how corruption in public works is kept from happening."
        self._data_team.post(f"{_path(item)}/assessment", body)

    def decide(self, item: dict[str, Any], story: Story, *, answered: bool) -> None:
        """Accept, decline or ask."""
        self._support_unit.post(f"{_path(item)}/decision", _decision(story, answered=answered))

    def list_stories(self) -> list[dict[str, Any]]:
        """List the stories that were shared."""
        return list(self._support_unit.get("/stories")["stories"])

    def list_nominations(self) -> list[dict[str, Any]]:
        """List the nominations for awards."""
        return list(self._support_unit.get("/nominations")["nominations"])

    def release_story(self, story: Mapping[str, Any]) -> None:
        """Let a story be shown to anyone, once."""
        self._support_unit.post(f"/stories/{story['submission_id']}/release", {})

    def ask_update(self, item: dict[str, Any], why: str) -> None:
        """Let the holder of a reform be asked how it goes."""
        self._asking.post(f"{_path(item)}/ask-update", {"why": why})

    def release(self, month: str) -> None:
        """Let everything that was decided leave, once."""
        self._support_unit.post(f"/batches/{month}/release", {})

    def _pages(self, month: str) -> Iterator[dict[str, Any]]:
        page = self._support_unit.get(f"/batches/{month}/items")
        yield from page["items"]
        while page["next"]:
            page = self._support_unit.get(f"/batches/{month}/items", cursor=page["next"])
            yield from page["items"]


def _path(item: dict[str, Any]) -> str:
    return f"/items/{item['submission_id']}/{item['round']}"


def _findings(story: Story, *, answered: bool) -> list[dict[str, str]]:
    return [
        {"code": each.code, "verdict": verdict, "reason": reason}
        for each in reference.criteria().everything
        for verdict, reason in [_verdict(story, each.code, answered=answered)]
    ]


def _verdict(story: Story, code: str, *, answered: bool) -> tuple[str, str]:
    if story.ends == "declined" and code == "timing":
        return "not-met", "The register is published and complete; no milestone lies ahead."
    if story.ends == "clarification" and code == "open-government-values" and not answered:
        return (
            "unclear",
            "How people take part in it, or hold anyone to account, is not said.",
        )
    return "met", _REASONS[code].format(institution=story.form["proposal"]["lead_institution"])


def _decision(story: Story, *, answered: bool) -> dict[str, Any]:
    if story.ends == "declined":
        return {"outcome": "declined", "reason_codes": [DECLINED_FOR]}
    if story.ends == "clarification" and not answered:
        return {"outcome": "clarification", "question": _QUESTION}
    return {"outcome": "accepted", "published_title": story.published_title}


_QUESTION = (
    "Comment les habitant·es prendront-elles et ils part au choix des archives, "
    "et à qui l’agence en rendra-t-elle compte\u202f?"
)
_REASONS = {
    "public-owner": "{institution} owns the action and carries it out.",
    "member": "It is part of an OGP member, or a locality in a member country.",
    "thematic-relevance": "The action advances the goals of its area.",
    "timing": "Its milestones lie ahead.",
    "open-government-values": "What it says of openness is part of the action itself.",
}
