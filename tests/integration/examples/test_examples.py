"""The examples do what they say, each as a process of its own that knows nothing of this project."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.stack.stack import Stack
from tests.conftest import TestDatabase
from tests.harness.people import People
from tests.harness.system import System

EXAMPLES = Path(__file__).parents[3] / "examples"
CONSUMER_LINES = 40


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
    month = await people.end_month()
    await people.review(month)
    await people.release(month)
    code, said = await _run(tmp_path, "consume_decisions.py", "--once", **_kafka(system))
    title = json.loads((EXAMPLES / "submission.json").read_text(encoding="utf-8"))["proposal"]["title"]
    assert (code, said) == (0, f"{receipt['reference']}  submission.accepted.v1  Costa Rica: {title}\n")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: str(path.name))
def test_example_stands_alone(path: Path) -> None:
    """It can be copied away and still runs; the consumer is short enough to be read at once."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.startswith(("from contracts", "from services", "from deploy"))]
    assert path.name != "consume_decisions.py" or len(lines) <= CONSUMER_LINES


async def _check_fault(system: System, tmp_path: Path) -> None:
    form = json.loads((EXAMPLES / "submission.json").read_text(encoding="utf-8"))
    file = tmp_path / "form.json"
    file.write_text(json.dumps(form | {"member": "Costa Rica"}), encoding="utf-8")
    code, said = await _run(tmp_path, "submit.py", system["intake"].url, str(file))
    assert code == 1
    assert [error["field"] for error in json.loads(said)["errors"]] == ["/member"]


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
