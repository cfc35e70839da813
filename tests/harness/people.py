"""The people who use a system: submitters, the Data Team, the Support Unit; they try again when nobody answers."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import httpx

from contracts import reference
from contracts.vocabulary import next_month
from services.chassis.codec import encode
from tests.controls.proposals import proposal
from tests.harness.kafka import produced
from tests.harness.system import System
from tests.harness.waiting import seen

AGAIN = {408, 425, 429, 500, 502, 503, 504}
AT_ONCE = 16
PATIENCE_SECONDS = 60.0
GRACE = timedelta(minutes=6)

Json = dict[str, Any]


class Receipt(NamedTuple):
    """What a submitter holds. ``month`` is empty for what is never reviewed."""

    id: str
    reference: str
    secret: str
    month: str


def form(external_id: str, **overrides: Any) -> Json:
    """Fill in the Standalone Commitments form, for Costa Rica."""
    text = json.loads(encode(proposal(title=f"Reducir el rezago judicial, {external_id}")))
    return {
        "channel": "standalone",
        "external_id": external_id,
        "member": "CR",
        "proposal": {name: value for name, value in text.items() if value is not None},
        "contact": {"name": "Persona Inventada", "address": f"{external_id}@example.org", "language": "es"},
        **overrides,
    }


class People:
    """Everyone who uses one system."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._mark = secrets.token_hex(3)
        self._sent = 0

    def new_form(self, **overrides: Any) -> Json:
        """Fill in a form that nobody has sent yet."""
        self._sent += 1
        return form(f"form-{self._mark}-{self._sent}", **overrides)

    async def submit(self, sent: Json | None = None, *, actor: str | None = None) -> Receipt:
        """Send a form until there is a receipt, and keep that; ``actor`` has a token."""
        answer = await self._ask("intake", actor, "POST", "/submissions", sent or self.new_form())
        receipt = Receipt(answer["id"], answer["reference"], answer["secret"], answer["month"] or "")
        self.system.receipts.add(receipt.id)
        return receipt

    async def submit_many(self, count: int) -> list[Receipt]:
        """Send so many forms, several at once."""
        return await _at_once([self.submit] * count)

    async def amend(self, receipt: Receipt, title: str) -> Json:
        """Amend a submission."""
        text = self.new_form()["proposal"] | {"title": title}
        path = f"/submissions/{receipt.id}/amendments"
        return await self._ask("intake", None, "POST", path, {"proposal": text}, secret=receipt.secret)

    async def withdraw(self, receipt: Receipt) -> Json:
        """Ask to withdraw."""
        path = f"/submissions/{receipt.id}/withdrawal"
        return await self._ask("intake", None, "POST", path, {"reason": "Nos retiramos."}, secret=receipt.secret)

    async def answer(self, receipt: Receipt, words: str) -> Json:
        """Answer the Support Unit's question."""
        path = f"/submissions/{receipt.id}/answers"
        return await self._ask("intake", None, "POST", path, {"answer": words}, secret=receipt.secret)

    async def answered_once_asked(self, receipt: Receipt, words: str) -> None:
        """Answer, as soon as the question has reached the submitter's status page."""
        await seen(lambda: self.status(receipt), lambda it: it["state"] == "asked", what=f"{receipt.id} is asked")
        await self.answer(receipt, words)

    async def send_form(self, sent: Json) -> None:
        """Put a form on the topic that upstream forms write to."""
        async with produced(self.system.stack.bootstrap_servers) as producer:
            topic = f"{self.system.prefix}forms"
            await producer.send_and_wait(topic, json.dumps(sent).encode(), sent["external_id"].encode())

    async def form_taken_in(self, sent: Json) -> str:
        """Wait until a form that came by the topic is a submission, and give its id."""
        found = await self.system.database.wait(
            "SELECT submission_id::text FROM intake.submission WHERE external_id = $1",
            sent["external_id"],
            what=f"form {sent['external_id']} is taken in",
        )
        return str(found)

    async def status(self, receipt: Receipt) -> Json:
        """Look where a submission stands."""
        return await self._ask("intake", None, "GET", f"/submissions/{receipt.id}", secret=receipt.secret)

    async def end_month(self) -> str:
        """Let the current month be over, and wait until its batch is sealed."""
        now: datetime = await self.system.database.value("SELECT platform.now()")
        month = f"{now:%Y-%m}"
        year, number = map(int, next_month(month).split("-"))
        await self.system.database.move_clock(datetime(year, number, 1, tzinfo=UTC) + GRACE - now)
        await self.sealed(month)
        return month

    async def sealed(self, month: str) -> Json:
        """Wait until the batch of a month is sealed."""
        return await seen(lambda: self.batch(month), lambda batch: batch["state"] != "open", what=f"{month} is sealed")

    async def batch(self, month: str) -> Json:
        """Look at a batch."""
        return await self._ask("review", "desk", "GET", f"/batches/{month}")

    async def items(self, month: str) -> list[Json]:
        """List the items of a batch."""
        page = await self._ask("review", "desk", "GET", f"/batches/{month}/items?limit=500")
        return list(page["items"])

    async def review(self, month: str, outcome_of: Callable[[int], str] = lambda _: "accepted") -> list[Json]:
        """Assess and decide every item of a batch; ``outcome_of`` says how, by its place in the list."""
        found = await self.items(month)
        await _at_once([partial(self.decide, item, outcome_of(number)) for number, item in enumerate(found)])
        return found

    async def decide(self, item: Json, outcome: str) -> None:
        """Assess an item and decide it so: ``accepted``, ``declined`` or ``clarification``."""
        place = f"/items/{item['submission_id']}/{item['round']}"
        await self._ask("review", "desk", "POST", f"{place}/assessment", _assessment(item, met=outcome == "accepted"))
        await self._ask("review", "desk", "POST", f"{place}/decision", _DECISIONS[outcome])

    async def correct(self, item: Json, title: str) -> None:
        """Correct a released acceptance: another title, and nobody is told."""
        decision = {"outcome": "accepted", "published_title": title}
        body = {"effect": "silent", "why": "A letter was missing.", "decision": decision}
        await self._ask("review", "desk", "POST", f"/items/{item['submission_id']}/{item['round']}/correction", body)

    async def retract(self, item: Json) -> None:
        """Take a reform out of the public record."""
        body = {"effect": "correction", "why": "Its institution asked for it."}
        await self._ask("review", "desk", "POST", f"/items/{item['submission_id']}/{item['round']}/retraction", body)

    async def ask_update(self, item: Json, why: str) -> None:
        """Let the holder of a reform be asked how it goes on."""
        path = f"/items/{item['submission_id']}/{item['round']}/ask-update"
        await self._ask("review", "desk", "POST", path, {"why": why})

    async def stories(self, **wanted: str) -> list[Json]:
        """List the stories that were shared."""
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        return list((await self._ask("review", "desk", "GET", f"/stories?{query}"))["stories"])

    async def release_story(self, submission_id: str) -> None:
        """Let a story be shown."""
        await self._ask("review", "desk", "POST", f"/stories/{submission_id}/release", accepted=(200, 409))

    async def shown_stories(self) -> list[str]:
        """List the references of the stories that anyone can read."""
        return [story["reference"] for story in (await self._ask("publish", None, "GET", "/stories"))["stories"]]

    async def release(self, month: str) -> None:
        """Release a batch, and wait until all of it has left."""
        await self.order_release(month)
        await self.released(month)

    async def order_release(self, month: str) -> None:
        """Order the release of a batch."""
        await self._ask("review", "desk", "POST", f"/batches/{month}/release", accepted=(200, 202, 409))

    async def released(self, month: str) -> None:
        """Wait until all of a batch has left."""
        await seen(lambda: self.batch(month), lambda it: it["state"] == "released", what=f"{month} is released")

    async def whole_month(self, count: int, outcome_of: Callable[[int], str] = lambda _: "accepted") -> str:
        """Let a month pass: forms, its end, the review, the release."""
        await self.submit_many(count)
        month = await self.end_month()
        await self.review(month, outcome_of)
        await self.release(month)
        return month

    async def replay(self, service: str, topic: str, subject: str) -> Json:
        """Apply again what is parked of a subject."""
        return await self._ask(service, "desk", "POST", "/ops/parked/replay", {"topic": topic, "subject": subject})

    async def _ask(
        self,
        service: str,
        actor: str | None,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        secret: str | None = None,
        accepted: Iterable[int] = (200, 201, 202),
    ) -> Json:
        """Ask until there is an answer that is one.

        Raises:
            AssertionError: a refusal, or no answer in time.
        """
        headers = {} if secret is None else {"Receipt-Token": secret}
        if actor is not None:
            headers["Authorization"] = f"Bearer {self.system.deployed.token(actor)}"

        async def once() -> httpx.Response:
            url = self.system.door_of(service) + path
            return await self.system.web.request(method, url, json=body, headers=headers)

        answer = await seen(
            once,
            lambda found: found.status_code not in AGAIN,
            what=f"an answer to {method} {service}{path}",
            within_seconds=PATIENCE_SECONDS,
        )
        assert answer.status_code in accepted, f"{method} {service}{path}: {answer.status_code} {answer.text}"
        return dict(answer.json())


async def _at_once(todo: Iterable[Callable[[], Any]]) -> list[Any]:
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(do: Callable[[], Any]) -> Any:
        async with limit:
            return await do()

    return list(await asyncio.gather(*(one(do) for do in todo)))


def _assessment(item: Json, *, met: bool) -> Json:
    codes = [entry.code for entry in reference.criteria().everything]
    verdicts = dict.fromkeys(codes, "met") | ({} if met else {"timing": "not-met"})
    return {
        "findings": [{"code": code, "verdict": verdict, "reason": "Looked at."} for code, verdict in verdicts.items()],
        "area": item["declared_area"],
    }


_DECISIONS: dict[str, Json] = {
    "accepted": {"outcome": "accepted"},
    "declined": {"outcome": "declined", "reason_codes": ["no-future-milestones"]},
    "clarification": {"outcome": "clarification", "question": "¿Cómo participará la ciudadanía?"},
}
