"""Review as a process: a month comes by Kafka, is worked on by the command line, and leaves by Kafka."""

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from typer.testing import CliRunner, Result

from contracts.topics import PARTITIONS
from deploy.stack.ports import LOOPBACK, free_port
from deploy.stack.stack import Stack
from services.review.cli import app as command_line
from tests.conftest import TestDatabase
from tests.controls.envelope import MONTH, event_of, submission_id
from tests.controls.stories import AWARD_ROUND, draft_saved, nomination_received, story_shared
from tests.controls.submissions import submission_amended
from tests.harness.waiting import seen
from tests.integration.review.conftest import SCOPES, Heard, Log, assessment, received

STORY = event_of(story_shared(), number=104)
NOMINATION = event_of(nomination_received(), number=106)
DRAFT = event_of(draft_saved(), number=109)


@dataclass
class Running:
    """A running review: where its doors are, where its topics, and how to start it again."""

    stack: Stack
    environment: Mapping[str, str]
    url: str
    prefix: str
    log: Log = field(default_factory=Log)
    started: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def start(self, **more: str) -> "subprocess.Popen[bytes]":
        """Start the process."""
        words = [sys.executable, "-m", "services.review"]
        process = self.stack.run.spawn(f"{self.prefix}review", words, env={**self.environment, **more})
        self.started.append(process)
        return process

    async def write(self, records: Sequence[Heard]) -> None:
        """Write records as intake's relay does."""
        producer = AIOKafkaProducer(bootstrap_servers=self.stack.bootstrap_servers, enable_idempotence=True)
        await producer.start()
        try:
            for record in records:
                topic, headers = f"{self.prefix}submissions", list(record.headers)
                await producer.send(topic, record.value, record.key, record.partition, headers=headers)
        finally:
            await producer.stop()

    async def read(self, topic: str, count: int) -> list[dict[str, Any]]:
        """Read so many events of a topic, from its start."""
        servers = self.stack.bootstrap_servers
        consumer = AIOKafkaConsumer(self.prefix + topic, bootstrap_servers=servers, auto_offset_reset="earliest")
        await consumer.start()
        try:
            async with asyncio.timeout(30):
                return [json.loads((await consumer.getone()).value or b"null") for _ in range(count)]
        finally:
            await consumer.stop()

    async def say(self, *words: str, ok: bool = True) -> Result:
        """Say something on the command line, as someone who may do everything."""
        told = [*words, "--url", self.url, "--token", "token-of-decider"]
        found = await asyncio.to_thread(CliRunner().invoke, command_line, told)
        assert (found.exit_code == 0) == ok, found.output
        return found

    async def look(self, *words: str) -> Any:
        """Say something, and read its answer."""
        return json.loads((await self.say(*words, "--json")).output)

    async def has_state(self, state: str) -> bool:
        """Say whether the batch has come so far."""
        async with httpx.AsyncClient(headers={"Authorization": "Bearer token-of-decider"}) as client:
            answer = await client.get(f"{self.url}/batches/{MONTH}")
        return answer.is_success and answer.json()["state"] == state


@pytest.fixture
async def running(stack: Stack, database: TestDatabase, topic_prefix: str) -> AsyncIterator[Running]:
    """Review as a process of its own, on this test's database and topics."""
    tokens = [
        {"sha256": hashlib.sha256(f"token-of-{name}".encode()).hexdigest(), "actor_ref": ref, "scopes": sorted(scopes)}
        for name, (ref, scopes) in SCOPES.items()
    ]
    port = str(free_port())
    environment = {
        "PATH": "/usr/bin:/bin",
        "DATABASE_URL": database.url("review"),
        "KAFKA_BOOTSTRAP_SERVERS": stack.bootstrap_servers,
        "TOPIC_PREFIX": topic_prefix,
        "HTTP_PORT": port,
        "TOKENS": json.dumps(tokens),
        "RELEASE_CHUNK_ITEMS": "2",
    }
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic_prefix + name, PARTITIONS, 1) for name in ("submissions", "notices")])
    await admin.close()
    made = Running(stack, environment, f"http://{LOOPBACK}:{port}", topic_prefix)
    yield made
    for process in made.started:
        process.kill()
        process.wait()


async def test_a_month_from_the_log_to_the_log(running: Running, tmp_path: Path) -> None:
    """Entered, sealed, assessed, decided; killed in the middle of the release, started again: everything left once."""
    process = running.start()
    numbers = range(1, 6)
    told = [received(number) for number in numbers]
    await running.write(running.log.write(STORY, DRAFT, NOMINATION))
    await running.write(running.log.write(*told, event_of(submission_amended(), number=2)))
    await running.write(running.log.close())
    await seen(partial(running.has_state, "sealed"), what="the batch is sealed")
    items = await running.look("batch", "items", MONTH)
    assert sorted(item["submission_id"] for item in items) == sorted(str(submission_id(n)) for n in numbers)

    file = tmp_path / "assessment.json"
    file.write_text(json.dumps(assessment()))
    for number in numbers:
        await running.say("batch", "assess", str(submission_id(number)), str(file))
        await running.say("decide", "accept", str(submission_id(number)), "--title", f"Reform {number}")
    process.terminate()
    assert await asyncio.to_thread(process.wait, 20) == 0

    process = running.start(FAILPOINT="mid_release:2")
    await seen(partial(running.has_state, "sealed"), what="review answers again")
    await running.say("batch", "release", MONTH)
    assert await asyncio.to_thread(process.wait, 20) < 0

    process = running.start()
    await seen(partial(running.has_state, "released"), what="the release has gone on")
    decisions = await running.read("decisions", len(numbers))
    assert sorted(event["subject"] for event in decisions) == sorted(str(submission_id(n)) for n in numbers)
    assert {event["data"]["reform"]["published_title"] for event in decisions} == {f"Reform {n}" for n in numbers}
    reviews = await running.read("reviews", 2 * len(numbers) + 3)
    kinds = [event["type"].removeprefix("org.opengovpartnership.challenge.") for event in reviews]
    assert [kinds.count(f"{kind}.v1") for kind in ("batch.sealed", "release.ordered", "batch.released")] == [1, 1, 1]

    await _reverse(running, str(submission_id(1)))
    assert MONTH in (await running.say("batch", "list")).output
    await _work_on_contributions(running)
    manifest = await running.say("batch", "manifest", MONTH)
    batch = await running.look("batch", "show", MONTH)
    assert hashlib.sha256(manifest.stdout_bytes).hexdigest() == batch["manifest_hash"]
    process.terminate()
    assert await asyncio.to_thread(process.wait, 20) == 0


async def _reverse(running: Running, first: str) -> None:
    """Retract a reform, and put it back; by who saw it as it stands."""
    await running.say("decide", "retract", first, "--why", "Its owner asked for it.", "--silent")
    assert (await running.look("batch", "item", first))["state"] == "retracted"
    refused = await running.say("decide", "ask", first, "When?", ok=False)
    assert "already-retracted" in refused.output
    stale = await running.say("decide", "reinstate", first, "--why", "It goes on.", "--revision", "1", ok=False)
    assert '"stale"' in stale.output
    await running.say("decide", "reinstate", first, "--why", "It goes on.", "--title", "Courts, on time")
    await running.say("decide", "encourage", first, "--promising", "--support", "Peer exchange.")
    shown = await running.look("batch", "item", first)
    assert (shown["state"], shown["encouragement"]["promising"]) == ("accepted", True)


async def _work_on_contributions(running: Running) -> None:
    """Look at a story and a nomination, and release the story."""
    [waiting] = await running.look("story", "list", "--waiting")
    assert (waiting["submission_id"], waiting["state"]) == (STORY.subject, "shared")
    listed = (await running.say("story", "list")).output
    assert {STORY.data.reference, STORY.subject} <= set(listed.split())
    assert (await running.look("story", "release", STORY.subject))["state"] == "released"
    assert (await running.look("story", "show", STORY.subject))["released_by"] == "support-unit:1"
    assert await running.look("story", "list", "--waiting") == []
    assert "already-released" in (await running.say("story", "release", STORY.subject, ok=False)).output
    [named] = await running.look("nomination", "list", "--round", AWARD_ROUND)
    assert await running.look("nomination", "list", "--round", "another-round") == []
    assert (await running.look("nomination", "show", NOMINATION.subject)) == named
    assert {NOMINATION.data.reference, NOMINATION.subject} <= set(
        (await running.say("nomination", "list")).output.split()
    )


def test_the_command_says_when_review_does_not_answer() -> None:
    """One sentence, and exit code 2."""
    nobody = ["batch", "list", "--url", "http://127.0.0.1:9", "--token", "x"]
    found = CliRunner().invoke(command_line, nobody)
    assert found.exit_code == 2
    assert "does not answer" in found.output


def test_every_command_is_described() -> None:
    """Help tells a sentence for each."""
    for group in ("batch", "decide", "story", "nomination"):
        found = CliRunner().invoke(command_line, [group, "--help"])
        assert found.exit_code == 0
        assert found.output
