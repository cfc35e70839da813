"""The whole system under its supervisor: what dies comes back, and nothing outlives its owner."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.clock import move_clock
from deploy.database import connected
from deploy.doctor import examine_system
from deploy.services import find_runnable_services
from deploy.stack.runs import ROOT, Run
from deploy.system import DESCRIPTION, System

OWNER = """
import sys, time
from pathlib import Path
from deploy.stack.runs import Run
from deploy.up import running_system
with running_system(Run.begin(Path(sys.argv[1]))):
    print("ready", file=sys.stderr, flush=True)
    time.sleep(1000)
"""
PATIENCE_SECONDS = 60.0


@dataclass
class Running:
    """A system and the process that owns it."""

    owner: subprocess.Popen[str]
    run: Run
    system: System

    def wait_for_process(self, service: str) -> psutil.Process:
        """Return the living process of a service, as soon as there is one."""
        wait_for(lambda: bool(self._live(service)), f"{service} lives")
        return self._live(service)[0]

    def _live(self, service: str) -> list[psutil.Process]:
        started = [process.find() for process in self.run.ledger.read() if process.name == service]
        return [process for process in started if process]

    def is_ready(self, service: str) -> bool:
        """Ask a service."""
        try:
            return httpx.get(f"{self.system.urls[service]}/readyz", timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A system that only these tests use, owned by another process."""
    local = tmp_path_factory.mktemp("local")
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(local)], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert owner.stderr
    assert owner.stderr.readline() == "ready\n"
    owner.stderr.close()
    (directory,) = local.glob("runs/*")
    yield Running(owner, Run.load(directory), System.read(directory / DESCRIPTION))
    owner.terminate()
    owner.wait(60)


def wait_for(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not seen: {what}"
        time.sleep(0.1)


def test_every_service_runs(running: Running) -> None:
    """What is in the tree is under the supervisor."""
    assert sorted(running.system.urls) == find_runnable_services()
    assert all(running.is_ready(service) for service in running.system.urls)


def test_doctor_finds_nothing(running: Running) -> None:
    """A fresh system is as it should be: services, topics, grants, positions."""
    findings = asyncio.run(examine_system(running.system))
    assert [finding for finding in findings if finding.trouble] == []
    assert len(findings) > 10


def test_doctor_sees_a_right_too_many(running: Running) -> None:
    """A grant across services is found and named."""

    async def examine(grant: str, revoke: str) -> list[str]:
        async with connected(running.system.database_url) as admin:
            await admin.execute(grant)
            try:
                return [finding.trouble for finding in await examine_system(running.system) if finding.trouble]
            finally:
                await admin.execute(revoke)

    troubles = asyncio.run(
        examine(
            "GRANT USAGE ON SCHEMA intake TO review; GRANT SELECT ON intake.outbox TO review",
            "REVOKE ALL ON intake.outbox FROM review; REVOKE ALL ON SCHEMA intake FROM review",
        )
    )
    assert troubles == ["review may select intake.outbox"]


def test_operator_moves_the_clock(running: Running) -> None:
    """As the operator, and by as much as was said."""
    _, before = asyncio.run(move_clock(running.system.operator_url, "0s"))
    _, after = asyncio.run(move_clock(running.system.operator_url, "5s"))
    assert after - before == timedelta(seconds=5)


def test_services_come_back_after_quick_deaths(running: Running) -> None:
    """Three SIGKILLs each, as soon as there is somebody to kill, do not tire the supervisor."""
    for _ in range(3):
        victims = [running.wait_for_process(service) for service in running.system.urls]
        for victim in victims:
            victim.kill()
        wait_for(lambda killed=victims: not any(p.is_running() and p.status() != "zombie" for p in killed), "deaths")  # type: ignore[misc]
    wait_for(lambda: all(running.is_ready(service) for service in running.system.urls), "all are ready again")


def test_killed_owner_leaves_nothing(running: Running) -> None:
    """Ten seconds after the owner's SIGKILL there is no broker, no database, no supervisor and no service."""
    started = running.run.ledger.live()
    assert {process.name for process in started} == {"kafka", "postgres", "supervisor", *running.system.urls}
    running.owner.kill()
    running.owner.wait()
    wait_for(lambda: not any(process.find() for process in started), "everything ended", 10)
    wait_for(lambda: not running.run.directory.exists(), "the data is gone", 5)


def test_demo_comes_true(tmp_path: Path) -> None:
    """`make demo ONCE=1` tells its whole story, exits with 0, and leaves nothing running."""
    told = tmp_path / "told"
    with told.open("w") as out:
        demo = subprocess.run([sys.executable, "-m", "deploy", "demo", "--once"], cwd=ROOT, stdout=out, check=False)
    assert demo.returncode == 0, told.read_text()
    assert "14 reforms" in told.read_text()
    assert "✗" not in told.read_text()
