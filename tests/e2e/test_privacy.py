"""Who is behind a submission is known to the vault alone: canaries go in by every door, and are found nowhere else."""

import asyncio
import base64
import json
import os
import re
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from typing import Any

import httpx
import pytest
from aiokafka.admin import NewTopic
from typer.testing import CliRunner

from contracts.topics import FORMS
from deploy.database import copy_database, drop_database
from deploy.stack.mailbox import text_of
from deploy.stack.stack import Stack
from services.chassis.doors.signatures import key_of, sign
from services.intake.cli import app as intake
from tests.controls.intake import action_plan_form, nomination_form, standalone_form, story_form
from tests.controls.sheets import csv_of
from tests.harness.canary import TraceSink, gather, places_of
from tests.harness.kafka import administered, produced
from tests.harness.people import People, Receipt
from tests.harness.system import System
from tests.harness.waiting import seen

CANARY = f"zq{secrets.token_hex(6)}"
SOUGHT = f"zw{secrets.token_hex(6)}"
"""A word that somebody saves a search for: nobody's name, and still not for everyone."""
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"an invented key of a form system").decode()
WEBHOOKS = [
    {"name": "form-system", "secrets": [WEBHOOK_SECRET], "members": ["*"], "channels": ["standalone", "action-plan"]}
]
IN_CLEAR = {f"topic {FORMS.name}"}
"""The one place where personal data may stand in clear, for seven days."""

HOLDS_SEARCHES = {
    "table intake.outbox",
    "table intake.subscription",
    "table notify.letter",
    "table notify.subscriber",
    "topic submissions",
}
"""Where what a saved search looks for may stand: without anybody's name or address, and nowhere public."""
GONE_WITH_THE_WISH = {"table intake.subscription", "table notify.subscriber"}

PLANTED_IN_HISTORY = """
INSERT INTO review.history (submission_id, round, at, by, type, body)
VALUES (gen_random_uuid(), 1, now(), 'planted', 'planted', $1)
"""
PLANTED_IN_BYTES = """
INSERT INTO intake.webhook_delivery VALUES ('planted', 'one', decode(rpad($1, 64, '0'), 'hex'), now(), now());
"""


@pytest.fixture(scope="module")
async def sink() -> AsyncIterator[TraceSink]:
    """A collector of traces."""
    made = TraceSink()
    yield made
    made.close()


@pytest.fixture(scope="module")
async def system(stack: Stack, template_url: str, sink: TraceSink) -> AsyncIterator[System]:
    """A running system that says all it can: every log line, every trace."""
    name = f"p{os.getpid()}{secrets.token_hex(3)}"
    admin_url = await copy_database(template_url, name)
    settings = {"OTLP_ENDPOINT": sink.url, "LOG_LEVEL": "debug", "WEBHOOKS": json.dumps(WEBHOOKS)}
    settings["OTEL_BSP_SCHEDULE_DELAY"] = "200"
    running = System(stack, admin_url, f"{name}.", settings)
    try:
        await running.start()
        yield running
    finally:
        await running.stop()
        await drop_database(running.admin_url)


def person(number: int) -> dict[str, str]:
    """Give a person of whom every word is a canary."""
    return {"name": f"{CANARY.title()} {number}", "address": f"{CANARY}.{number}@example.org", "language": "en"}


class Doors:
    """Every way in, with canaries for contacts."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.url = system.door_of("intake")

    async def send(self, path: str, form: dict[str, Any], status: int, token: str | None = None) -> dict[str, Any]:
        """Send a form to a door of intake."""
        headers = {"Authorization": f"Bearer {self.system.deployed.token(token)}"} if token else {}
        answer = await self.system.web.post(self.url + path, json=form, headers=headers)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def http(self) -> Receipt:
        """By HTTP: taken in, and refused."""
        given = await self.send("/submissions", standalone_form(1, contact=person(1), holder=person(2)), 201)
        await self.send("/submissions", standalone_form(2, contact=person(3), member="Colombia"), 400)
        await self.send("/submissions", standalone_form(3, contact=person(3) | {"address": f"{CANARY} @"}), 400)
        await self.send("/submissions", standalone_form(4, contact=person(3), **{CANARY: CANARY}), 400)
        await self.send("/channels/story/submissions", story_form(5, contact=person(4)), 201)
        await self.send("/channels/action-plan/submissions", action_plan_form(6, contact=person(5)), 201, "submit:SN")
        return Receipt(given["id"], given["reference"], given["secret"], given["month"])

    async def kafka(self) -> None:
        """By the topic: taken in, and refused; and what is no form at all."""
        good = standalone_form(11, contact=person(6), source="kafka:upstream")
        bad = standalone_form(12, contact=person(7), source="kafka:upstream", member="Colombia")
        async with produced(self.system.stack.bootstrap_servers) as producer:
            for value in (json.dumps(good).encode(), json.dumps(bad).encode(), f"{{{CANARY}".encode()):
                await producer.send_and_wait(f"{self.system.prefix}{FORMS.name}", value)
        await self.system.database.wait("SELECT count(*) = 2 FROM intake.quarantine", what="two in quarantine")

    async def webhook(self) -> None:
        """By a signed webhook."""
        body = json.dumps(standalone_form(21, contact=person(8))).encode()
        at = datetime.now(UTC)
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": f"{int(at.timestamp())}",
            "webhook-signature": sign(key_of(WEBHOOK_SECRET), "msg_1", at, body),
        }
        answer = await self.system.web.post(f"{self.url}/webhooks/form-system", content=body, headers=headers)
        assert answer.status_code == 201, answer.text

    async def sheet(self) -> None:
        """By a spreadsheet: dry, refused, and taken in."""
        good, bad = standalone_form(31, contact=person(9)), standalone_form(32, contact=person(9), member="Colombia")
        for forms, query, status in (([good], "?dry_run=true", 200), ([bad], "", 422), ([good], "", 200)):
            answer = await self._post("/imports" + query, csv_of(forms), "desk")
            assert answer.status_code in {status, 400 if status == 422 else status}, answer.text

    async def registry(self) -> None:
        """By the registry's table of points of contact."""
        one = person(10)
        table = f"code,name,address,language\nCO,{one['name']},{one['address']},en\n"
        answer = await self._post("/registry/pocs", table.encode(), "desk")
        assert answer.is_success, answer.text

    async def page(self) -> str:
        """By a page: refused, then saved as a draft, whose link is asked for by letter; gives its secret."""
        opened = await self.system.web.get(f"{self.url}/en/standalone")
        [token] = re.findall(r'name="draft" value="([^"]+)"', opened.text)
        fields = {"draft": token, "contact.name": person(11)["name"], "contact.address": person(11)["address"]}
        for verb, status in (("check", 400), ("save", 303)):
            answer = await self.system.web.post(f"{self.url}/en/standalone", data={**fields, "do": verb})
            assert answer.status_code == status, answer.text[:500]
        draft = answer.headers["location"].partition("?")[0]
        asked = await self.system.web.post(f"{self.url}{draft}/send")
        assert asked.status_code == 303, asked.text[:500]
        return draft.rpartition("/")[2]

    async def subscription(self) -> str:
        """By the wish to get the reports, confirmed by its letter's link; gives that link's token."""
        await self.send("/subscriptions", {"address": person(13)["address"], "language": "en"}, 202)
        path = await seen(
            partial(self._link_to_confirm, person(13)["address"]), bool, what="the letter that asks to confirm"
        )
        answer = await self.system.web.post(f"{self.url}{path}")
        assert answer.status_code == 303, answer.text[:500]
        return str(path).rpartition("/")[2]

    async def search(self) -> str:
        """By a search that is saved on its page: refused, asked for, and confirmed by its letter's link; its token."""
        page, address = f"{self.url}/en/searches", person(14)["address"]
        for filters, status in (({"area": CANARY}, 400), ({"q": address}, 400), ({"q": f"{SOUGHT} OR asambleas"}, 303)):
            answer = await self.system.web.post(page, data={**filters, "address": address})
            assert answer.status_code == status, answer.text[:500]
        path = await seen(partial(self._link_to_confirm, address), bool, what="the letter that asks to confirm")
        answer = await self.system.web.post(f"{self.url}{path}")
        assert answer.status_code == 303, answer.text[:500]
        return str(path).rpartition("/")[2]

    async def unsubscribe(self, number: int) -> str:
        """By one click on what somebody gets by letter; gives its token."""
        url = await seen(partial(self._one_click, person(number)["address"]), bool, what="a letter with its one click")
        answer = await self.system.web.post(str(url), data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200, answer.text
        return str(url).rpartition("/")[2]

    async def _link_to_confirm(self, address: str) -> str:
        texts = " ".join(text_of(mail) for mail in self._letters_to(address))
        return next(iter(re.findall(r"/en/subscribe/\S+", texts)), "")

    async def _one_click(self, address: str) -> str:
        headers = (str(mail["List-Unsubscribe"] or "") for mail in self._letters_to(address))
        return next((header.strip("<>") for header in headers if header), "")

    def _letters_to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.system.mailbox.messages() if address in str(mail["To"])]

    async def nomination(self) -> None:
        """By a form that the rules refuse: no round of awards is open."""
        await self.send("/channels/award-nomination/submissions", nomination_form(41, contact=person(12)), 422)

    async def _post(self, path: str, content: bytes, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.system.deployed.token(token)}", "Content-Type": "text/csv"}
        return await self.system.web.post(self.url + path, content=content, headers=headers)


async def test_canaries_are_found_nowhere(system: System, sink: TraceSink) -> None:
    """Through every door, a month's review, letters and an erasure; then everything is searched."""
    doors, people = Doors(system), People(system)
    receipt = await doors.http()
    await doors.kafka()
    await doors.webhook()
    await doors.sheet()
    await doors.registry()
    key_of_draft = await doors.page()
    await doors.nomination()
    keys = [key_of_draft, await doors.subscription(), await doors.search()]
    await people.amend(receipt, "A better title")
    month = await people.end_month()
    [item] = [one for one in await people.items(month) if one["submission_id"] == receipt.id]
    await people.review(month)
    await people.release(month)
    keys.append(await doors.unsubscribe(13))
    await system.settled()
    contact = await _contact_of(system, item)
    assert contact["submitter"] == person(1)
    assert CANARY in _letters(system)
    assert key_of_draft in _letters(system).replace("=\n", "")

    await seen(sink.look, lambda spans: b"apply notices" in spans, what="the traces of what was heard last")
    before = await gather(system, sink)
    assert _unread(before, receipt) == []
    assert set(places_of(CANARY, before)) == IN_CLEAR
    assert places_of(receipt.secret, before) == []
    assert SOUGHT in _letters(system)
    assert set(places_of(SOUGHT, before)) == HOLDS_SEARCHES

    keys.append(await doors.unsubscribe(14))
    await _erase(system, person(1)["address"])
    await _erase(system, person(7)["address"])
    await _erase(system, person(11)["address"])
    assert (await _contact_of(system, item))["submitter"] is None
    assert len(json.loads(await _command(system, "erasures", "--json"))["records"]) == 3
    await people.whole_month(1)
    await system.settled()
    after = await gather(system, sink)
    assert set(places_of(CANARY, after)) == IN_CLEAR
    assert [place for key in keys for place in places_of(key, after)] == []
    assert set(places_of(SOUGHT, after)) == HOLDS_SEARCHES - GONE_WITH_THE_WISH
    assert await _sealed(system) == {"contact": await _contacts(system), "draft": 0, "quarantine": 1}


async def test_planted_leaks_are_found(system: System, sink: TraceSink) -> None:
    """Silence means something: a leak into a table, a topic, a log, in clear or in disguise, is named by its place."""
    word = f"zq{secrets.token_hex(6)}"
    await system.database.rows(PLANTED_IN_HISTORY, f'{{"to": "{word.upper()}@example.org"}}')
    await system.database.rows(PLANTED_IN_BYTES, word.encode().hex())
    async with administered(system.stack.bootstrap_servers) as admin:
        await admin.create_topics([NewTopic(f"{system.prefix}planted", 1, 1)])
    async with produced(system.stack.bootstrap_servers) as producer:
        disguised = base64.b64encode(f"x{word}".encode())
        await producer.send_and_wait(f"{system.prefix}planted", disguised)
    with system.log_of("notify").open("a") as log:
        log.write(f'{{"event": "planted", "reason": "{word.encode().hex()}"}}\n')
    assert places_of(word, await gather(system, sink)) == [
        "log of notify",
        "table intake.webhook_delivery",
        "table review.history",
        "topic planted",
    ]


def _unread(evidence: dict[str, bytes], receipt: Receipt) -> list[str]:
    """Name the places that were not really looked into: each holds something harmless that must be found."""
    harmless = {
        "table intake.outbox": receipt.reference,
        "table review.told": receipt.reference,
        "table notify.letter": "receipt",
        "table publish.reform_entry": receipt.reference,
        "topic submissions": receipt.reference,
        "topic decisions": receipt.reference,
        "topic forms-refused": "problems",
        "log of intake": "event",
        "log of postgres": "database system is ready",
        "metrics of review": "challenge_applied_events_total",
        "traces": "apply",
    }
    return [place for place, word in harmless.items() if word.encode() not in evidence.get(place, b"")]


def _letters(system: System) -> str:
    return " ".join(str(mail) for mail in system.mailbox.messages())


async def _contact_of(system: System, item: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {system.deployed.token('desk')}"}
    path = f"/items/{item['submission_id']}/{item['round']}/contact"
    answer = await system.web.get(system.door_of("review") + path, headers=headers)
    return dict(answer.raise_for_status().json())


async def _erase(system: System, address: str) -> None:
    erased = await _command(system, "erase", address, "--yes")
    assert '"asked_by":"address"' in erased
    assert address not in erased


async def _command(system: System, *words: str) -> str:
    options = ["--url", system.door_of("intake"), "--token", system.deployed.token("desk")]
    done = await asyncio.to_thread(CliRunner().invoke, intake, [*words, *options])
    assert done.exit_code == 0, done.output
    return done.output


async def _contacts(system: System) -> int:
    found: int = await system.database.value("SELECT count(*) FROM intake.contact WHERE erased_at IS NULL")
    return found


async def _sealed(system: System) -> dict[str, int]:
    tables = ("contact", "draft", "quarantine")
    return {
        name: await system.database.value(f"SELECT count(*) FROM intake.{name} WHERE sealed IS NOT NULL")
        for name in tables
    }
