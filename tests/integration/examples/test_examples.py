"""The examples do what they say, each as a process of its own that knows nothing of this project."""

import asyncio
import json
import os
import shutil
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.stack.stack import Stack
from tests.conftest import TestDatabase
from tests.controls.intake import story_form
from tests.harness.people import People
from tests.harness.system import System

EXAMPLES = Path(__file__).parents[3] / "examples"
CONSUMER_LINES = {"consume_decisions.py": 40, "consume_reviews.py": 30, "consume_reviews_librdkafka.py": 30}
UNRELAYED = """
SELECT count(*) FROM review.outbox_stream s LEFT JOIN review.relay_cursor c USING (topic, partition)
WHERE s.next_seq - 1 <> coalesce(c.relayed_seq, 0)
"""
TOLD = "SELECT topic, partition, seq, type, key FROM review.outbox ORDER BY topic DESC, partition, seq"


@pytest.fixture
async def system(stack: Stack, database: TestDatabase, topic_prefix: str) -> AsyncIterator[System]:
    """A whole system of this test's own."""
    made = System(stack=stack, admin_url=database.admin_url, prefix=topic_prefix)
    await made.start()
    yield made
    await made.stop()


async def test_outsider_submits_and_reads_the_decision(system: System, tmp_path: Path) -> None:
    """A form with a fault is told so; a good one gets its receipt, the same when sent again; then its decision."""
    await _check_fault(system, tmp_path)
    code, said = await _run(tmp_path, "submit.py", system["intake"].url)
    assert code == 0, said
    receipt = json.loads(said)
    assert await _run(tmp_path, "submit.py", system["intake"].url) == (0, said)
    people = People(system)
    story = await people.submit(story_form())
    month = await people.end_month()
    await people.review(month)
    await people.release(month)
    await people.release_story(story.id)
    await system.database.wait(UNRELAYED, wanted=lambda count: count == 0, what="everything told is on its topic")
    code, said = await _run(tmp_path, "consume_decisions.py", "--once", **_kafka(system))
    title = json.loads((EXAMPLES / "submission.json").read_text(encoding="utf-8"))["proposal"]["title"]
    assert (code, said) == (0, f"{receipt['reference']}  submission.accepted.v1  Costa Rica: {title}\n")
    await _check_followers(system, tmp_path)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: str(path.name))
def test_example_stands_alone(path: Path) -> None:
    """It can be copied away and still runs; the consumer is short enough to be read at once."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.startswith(("from contracts", "from services", "from deploy"))]
    assert len(lines) <= CONSUMER_LINES.get(path.name, 60)


async def _check_fault(system: System, tmp_path: Path) -> None:
    form = json.loads((EXAMPLES / "submission.json").read_text(encoding="utf-8"))
    file = tmp_path / "form.json"
    file.write_text(json.dumps(form | {"member": "Costa Rica"}), encoding="utf-8")
    code, said = await _run(tmp_path, "submit.py", system["intake"].url, str(file))
    assert code == 1
    assert [error["field"] for error in json.loads(said)["errors"]] == ["/member"]


async def _check_followers(system: System, tmp_path: Path) -> None:
    """Whatever the client library, everything that review told is read, each partition's events in their order."""
    told = [tuple(row) for row in await system.database.rows(TOLD)]
    assert {topic for topic, *_ in told} == {"reviews", "decisions"}
    for example in ("consume_reviews.py", "consume_reviews_librdkafka.py"):
        code, said = await _run(tmp_path, example, "--once", **_kafka(system))
        places = defaultdict(list)
        for topic, partition, seq, kind, subject in map(str.split, said.splitlines()):
            places[topic.removeprefix(system.prefix), int(partition)].append((int(seq), kind, subject))
        read = [(*place, *event) for place in sorted(places, key=_as_told) for event in places[place]]
        assert (example, code, read) == (example, 0, told)
    if shutil.which("kcat"):
        assert await _read_by_kcat(system) == told


async def _read_by_kcat(system: System) -> list[tuple[str, int, int, str, str]]:
    """Read as docs/connect-reviews.md shows."""
    read: list[tuple[str, int, int, str, str]] = []
    for topic in ("reviews", "decisions"):
        words = [
            "-C",
            "-e",
            "-q",
            "-b",
            system.stack.bootstrap_servers,
            "-t",
            system.prefix + topic,
            "-f",
            "%p %h %k\n",
        ]
        kcat = await asyncio.create_subprocess_exec("kcat", *words, stdout=asyncio.subprocess.PIPE)
        said, _ = await asyncio.wait_for(kcat.communicate(), 60)
        for partition, headers, key in map(str.split, said.decode().splitlines()):
            told = dict(header.split("=", 1) for header in headers.split(","))
            read.append((topic, int(partition), int(told["seq"]), told["ce_type"], key))
    return sorted(read, key=lambda one: (*_as_told(one[:2]), one[2]))


def _as_told(place: tuple[str, int]) -> tuple[bool, int]:
    topic, partition = place
    return topic != "reviews", partition


async def _run(elsewhere: Path, example: str, *words: str, **env: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(EXAMPLES / example),
        *words,
        cwd=elsewhere,
        env={"PATH": os.environ["PATH"], **env},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, said.decode()


def _kafka(system: System) -> dict[str, str]:
    return {"KAFKA_BOOTSTRAP_SERVERS": system.stack.bootstrap_servers, "TOPIC_PREFIX": system.prefix}
