"""What a run starts ends with its owner, and nothing else does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.stack.processes import Started, describe
from deploy.stack.runs import ROOT, Run, is_reachable, sweep

OWNER = """
import sys, time
from pathlib import Path
from deploy.stack.runs import Run
run = Run.begin(Path(sys.argv[1]))
run.spawn("sleeper", ["sleep", "1000"])
run.spawn("stubborn", ["sh", "-c", "trap '' TERM; while true; do sleep 1; done"])
while len(run.ledger.read()) < 2:
    time.sleep(0.05)
print("ready", flush=True)
time.sleep(1000)
"""


def start_owner(local: Path) -> subprocess.Popen[bytes]:
    """Start a process that begins a run with two children, and return when both have recorded themselves."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(local)], cwd=ROOT, stdout=subprocess.PIPE)
    assert owner.stdout
    assert owner.stdout.readline() == b"ready\n"
    owner.stdout.close()
    return owner


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Look until it is so or the time is over."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL and bury."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def find_run(local: Path) -> Run:
    """Return the only run there is."""
    (owner_file,) = local.glob("runs/*/owner.json")
    return Run.load(owner_file.parent)


def guards_of(run: Run) -> list[psutil.Process]:
    """List the guards that watch over a run."""
    return [p for p in psutil.process_iter(["cmdline"]) if str(run.directory) in (p.info["cmdline"] or [])]


def test_guard_ends_the_rest_when_the_owner_is_killed(tmp_path: Path) -> None:
    """Within ten seconds of the owner's SIGKILL nothing of its run is left: no process, no data."""
    owner = start_owner(tmp_path)
    run = find_run(tmp_path)
    started = run.ledger.live()
    kill(owner)
    assert sorted(process.name for process in started) == ["sleeper", "stubborn"]
    assert wait_for(lambda: not any(process.find() for process in started), 10)
    assert wait_for(lambda: not run.directory.exists(), 2)


def test_guard_ends_the_owner_when_its_make_is_killed(tmp_path: Path) -> None:
    """Whoever kills `make` has ended all that it started, the owner included."""
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {OWNER!r}, {str(tmp_path)!r}])"
    make = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "MAKELEVEL": "1"},
        stdout=subprocess.PIPE,
    )
    assert make.stdout
    assert make.stdout.readline() == b"ready\n"
    make.stdout.close()
    run = find_run(tmp_path)
    everything = [run.owner, *run.ledger.live()]
    assert len(everything) == 3
    kill(make)
    assert wait_for(lambda: not any(process.find() for process in everything), 10)


def test_sweep_ends_what_owner_and_guard_left(tmp_path: Path) -> None:
    """When the guard was killed too, the next command ends the rest and says what it ended."""
    owner = start_owner(tmp_path)
    run = find_run(tmp_path)
    for guard in guards_of(run):
        guard.kill()
    kill(owner)
    assert sorted(process.name for process in sweep(tmp_path)) == ["sleeper", "stubborn"]
    assert not run.directory.exists()


def test_sweep_leaves_living_owners_alone(tmp_path: Path) -> None:
    """A run whose owner lives is nobody else's business."""
    owner = start_owner(tmp_path)
    run = find_run(tmp_path)
    try:
        assert sweep(tmp_path) == []
        assert len(run.ledger.live()) == 2
    finally:
        kill(owner)
        assert wait_for(lambda: not run.directory.exists(), 12)


def test_sweep_spares_a_stranger_with_a_recorded_pid(tmp_path: Path) -> None:
    """The pid alone proves nothing: a process that began at another time is not ours."""
    stranger = subprocess.Popen(["/bin/sleep", "1000"])
    try:
        with Run.resume(tmp_path / "kept") as run:
            recorded = Started("sleeper", stranger.pid, psutil.Process(stranger.pid).create_time())
            run.ledger.append(replace(recorded, started=recorded.started - 60))
            assert recorded.find()
        assert stranger.poll() is None
    finally:
        kill(stranger)


def test_resume_refuses_a_directory_in_use(tmp_path: Path) -> None:
    """Two at once in one directory would destroy each other's data."""
    with Run.resume(tmp_path / "kept"), pytest.raises(RuntimeError, match="running already"):
        Run.resume(tmp_path / "kept")


def test_resumed_run_keeps_its_data(tmp_path: Path) -> None:
    """What is in the directory is there again the next time."""
    with Run.resume(tmp_path / "kept") as run:
        (run.directory / "data").write_text("kept")
    with Run.resume(tmp_path / "kept") as run:
        assert (run.directory / "data").read_text() == "kept"


def test_fresh_run_drops_its_data(tmp_path: Path) -> None:
    """A run with fresh data leaves none behind."""
    with Run.begin(tmp_path) as run:
        (run.directory / "data").write_text("dropped")
    assert not run.directory.exists()


def test_this_process_finds_itself() -> None:
    """Pid and start time together find the very process."""
    found = describe(psutil.Process().pid, "test").find()
    assert found
    assert found.pid == psutil.Process().pid


def test_place_is_elsewhere_when_the_way_is_closed(tmp_path: Path) -> None:
    """A directory that an unprivileged user cannot reach is replaced by one that it can, and both go together."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with Run.begin(closed) as run:
        place = run.place_for("data", psutil.Process().uids().effective)
        assert not is_reachable(closed)
        assert is_reachable(place)
        assert (run.directory / "data").resolve() == place
    assert not place.exists()
