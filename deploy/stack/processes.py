"""Knows which processes are ours, by pid and start time, and ends those and no others."""

import json
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

_SAME_START_SECONDS = 0.5


@dataclass(frozen=True)
class Started:
    """A process that we started: its start time tells it from a later one with the same pid."""

    name: str
    pid: int
    started: float
    stop_signal: int = signal.SIGTERM

    def find(self) -> psutil.Process | None:
        """Return the process if it still is the one that was recorded, and runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _SAME_START_SECONDS
            return process if same and _runs(process) else None
        except psutil.NoSuchProcess:
            return None


def describe(pid: int, name: str, stop_signal: int = signal.SIGTERM) -> Started:
    """Describe a process that runs now."""
    return Started(name, pid, psutil.Process(pid).create_time(), stop_signal)


class Ledger:
    """The list of what one run started; a line is appended by each process itself, before it does anything else."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, process: Started) -> None:
        """Record a process."""
        with self.path.open("a") as lines:
            lines.write(json.dumps(asdict(process)) + "\n")

    def read(self) -> list[Started]:
        """List everything recorded, oldest first; a line cut short by a crash is passed over."""
        if not self.path.exists():
            return []
        lines = self.path.read_text().splitlines()
        return [Started(**json.loads(line)) for line in lines if line.endswith("}")]

    def live(self) -> list[Started]:
        """List what was recorded and still runs."""
        return [process for process in self.read() if process.find()]


def end_recorded(ledger: Ledger, grace_seconds: float = 5.0) -> None:
    """End every live process of the ledger and what descends from it: asked first, then by SIGKILL.

    The ledger is read again until nothing is left, since a supervisor may start a process while it is being ended.
    """
    while live := ledger.live():
        end(live, grace_seconds)


def end(live: list[Started], grace_seconds: float) -> None:
    """End these processes and what descends from them: asked first, then by SIGKILL."""
    family = _with_descendants(live)
    for started in live:
        _send(started.find(), started.stop_signal)
    stubborn = _wait_for(family, grace_seconds)
    for process in stubborn:
        _send(process, signal.SIGKILL)
    _wait_for(stubborn, grace_seconds)


def end_tree(process: psutil.Process) -> None:
    """SIGKILL a process and all that descends from it, and wait until they are gone."""
    family = [process, *process.children(recursive=True)]
    for member in family:
        _send(member, signal.SIGKILL)
    _wait_for(family, 10)


def wait_until(seen: Callable[[], bool], what: str, timeout_seconds: float) -> None:
    """Look again and again until it is seen.

    Raises:
        TimeoutError: saying what was not seen.
    """
    deadline = time.monotonic() + timeout_seconds
    while not seen():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not seen within {timeout_seconds:.0f} s: {what}")
        time.sleep(0.05)


def _with_descendants(live: list[Started]) -> list[psutil.Process]:
    found = [process for started in live if (process := started.find())]
    family = set(found)
    for process in found:
        try:
            family.update(process.children(recursive=True))
        except psutil.NoSuchProcess:
            continue
    return list(family)


def _wait_for(family: list[psutil.Process], timeout_seconds: float) -> list[psutil.Process]:
    """Wait until the family has ended and return who has not; who is dead but not yet buried has ended."""
    deadline = time.monotonic() + timeout_seconds
    while (left := [process for process in family if _runs(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _send(process: psutil.Process | None, number: int) -> None:
    try:
        if process:
            process.send_signal(number)
    except psutil.NoSuchProcess:
        return
