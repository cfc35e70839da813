"""A whole system under its supervisor, started once for all tests of it; the last of them kills its owner."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.doctor import Patient
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

    @property
    def patient(self) -> Patient:
        """What the doctor is told of the whole system."""
        system = self.system
        return Patient(
            urls=system.urls,
            token=system.token("desk"),
            database_url=system.database_url,
            bootstrap_servers=system.bootstrap_servers,
            topic_prefix=system.topic_prefix,
            directory=Path(system.directory),
        )

    def is_ready(self, service: str) -> bool:
        """Ask a service."""
        try:
            return httpx.get(f"{self.system.urls[service]}/readyz", timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A system that only the tests of this folder use, owned by another process."""
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
