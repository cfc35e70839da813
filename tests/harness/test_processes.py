"""The harness itself: what dies is started again, what is stopped is not, and what was not seen is said."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.harness.processes import Instance, Supervisor
from tests.harness.waiting import seen

FOR_EVER = [sys.executable, "-c", "import time; time.sleep(3600)"]
AT_THE_FAILPOINT = [
    sys.executable,
    "-c",
    "import os, signal, time; 'FAILPOINT' in os.environ and os.kill(os.getpid(), signal.SIGKILL); time.sleep(3600)",
]


def spawn(_: str, argv: list[str], env: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start a process as it is."""
    return subprocess.Popen(argv, env=env)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    """A supervisor that watches."""
    watching = Supervisor()
    watching.start()
    yield watching
    watching.stop()


def instance(supervisor: Supervisor, argv: list[str]) -> Instance:
    """An instance that is watched."""
    made = Instance("one", argv, {}, spawn, "http://127.0.0.1")
    supervisor.instances.append(made)
    return made


async def test_killed_instance_is_started_again(supervisor: Supervisor) -> None:
    """A SIGKILL is noted, and another process takes its place."""
    one = instance(supervisor, FOR_EVER)
    one.start()
    first = one.pid
    one.kill()
    await seen(lambda: _now(one.deaths), what="a death")
    assert one.deaths == [-9]
    assert one.pid != first


async def test_stopped_instance_stays_down(supervisor: Supervisor) -> None:
    """What was stopped on purpose is not started again, frozen or not."""
    one = instance(supervisor, FOR_EVER)
    one.start()
    first = psutil.Process(one.pid)
    one.freeze()
    one.stop()
    assert not first.is_running()
    assert one.deaths == []


async def test_failpoint_is_for_one_life_only(supervisor: Supervisor) -> None:
    """The process that is started after the failpoint knows nothing of it."""
    one = instance(supervisor, AT_THE_FAILPOINT)
    one.start(failpoint="before_commit")
    await seen(lambda: _now(one.deaths), what="a death")
    assert one.process is not None
    assert one.process.poll() is None
    assert one.deaths == [-9]


async def test_what_was_not_seen_is_said() -> None:
    """The message names what was wanted, and what was found instead."""
    with pytest.raises(AssertionError, match="not seen within 0 s: the sun; last: clouds"):
        await seen(lambda: _now("clouds"), lambda found: found == "sun", what="the sun", within_seconds=0)


async def test_trouble_while_looking_is_said() -> None:
    """A look that fails is tried again, and its trouble is told at the end."""

    async def fail() -> bool:
        raise OSError("nobody answers")

    with pytest.raises(AssertionError, match="OSError: nobody answers"):
        await seen(fail, what="an answer", within_seconds=0)


async def _now(value: object) -> object:
    return value
