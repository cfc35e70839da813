"""Who is behind a submission is known to the vault alone: canaries go in by every door, and are found nowhere else."""

import asyncio
import base64
import json
import os
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka.admin import NewTopic
from typer.testing import CliRunner

from contracts.topics import FORMS
from deploy.database import copy_database, drop_database
from deploy.stack.stack import Stack
from services.intake.cli import app as intake
from tests.e2e.ways_in import CANARY, SOUGHT, WEBHOOKS, Doors, person
from tests.harness.canary import TraceSink, gather, places_of
from tests.harness.kafka import administered, produced
from tests.harness.people import People, Receipt
from tests.harness.system import System
from tests.harness.waiting import seen

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
