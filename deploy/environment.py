"""Makes the project's environment, `.venv`, from the locked requirements; runs on any bare Python 3.11+."""

from __future__ import annotations

import fcntl
import hashlib
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
LOG = ROOT / ".local" / "environment.log"
PYTHON = VENV / "bin" / "python"
COMMAND = VENV / "bin" / "challenge"


def main() -> None:
    """Bring `.venv` up to `requirements.lock`; nothing is done when it is; two at once wait for one another."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- whoever types `make` may have an older one
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 …")
    (ROOT / ".local").mkdir(exist_ok=True)
    with (ROOT / ".local" / "environment.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not _is_current():
            _make()


def _is_current() -> bool:
    return PYTHON.exists() and COMMAND.exists() and _stamp().exists()


def _stamp() -> Path:
    locked = LOCK.read_bytes() + Path(__file__).read_bytes()
    return VENV / f"locked-{hashlib.sha256(locked).hexdigest()[:16]}"


def _make() -> None:
    if not PYTHON.exists():
        _say("Making .venv; the first time takes a minute or two.\n")
        venv.create(VENV, with_pip=True, symlinks=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar", "off"]
    run_quietly([*pip, "--require-hashes", "--no-deps", "-r", str(LOCK)], LOG, count_locked(LOCK.read_text()))
    _write_command()
    for old in VENV.glob("locked-*"):
        old.unlink()
    _stamp().touch()


def count_locked(lock: str) -> int:
    """Count the packages of a lock file."""
    return len(re.findall(r"^[\w.-]+==", lock, re.MULTILINE))


def run_quietly(command: list[str], log: Path, packages: int) -> None:
    """Run pip on one line that tells how far it is; all that it says is in `log`, which is kept if it fails."""
    with (
        log.open("w") as kept,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip,
    ):
        _follow(pip.stdout or [], kept, packages)
    if pip.returncode:
        end = "".join(log.read_text().splitlines(keepends=True)[-10:])
        sys.exit(f"\nThe environment could not be made. What pip said last:\n{end}All of it is in {log}")
    log.unlink()


def _follow(lines: IO[str] | list[str], kept: IO[str], packages: int) -> None:
    """Show the count on one line of a terminal; elsewhere only what is begun."""
    began, show = 0, _say if sys.stdout.isatty() else _say_nothing
    _say(f"Installing {packages} locked packages …{'' if sys.stdout.isatty() else chr(10)}")
    for line in lines:
        kept.write(line)
        if line.startswith(("Collecting ", "Requirement already satisfied", "Ignoring ")):
            began += 1
            show(f"\r\033[KInstalling {packages} locked packages: {began} fetched")
        elif line.startswith("Installing collected"):
            show(f"\r\033[KInstalling {packages} locked packages: all fetched, unpacking …")
    show("\r\033[K")


def _say(words: str) -> None:
    sys.stdout.write(words)  # this runs before rich is there
    sys.stdout.flush()


def _say_nothing(_: str) -> None:
    pass


def _write_command() -> None:
    """Make `.venv/bin/challenge`: the project runs from its tree, so the command only has to say where that is."""
    script = f'#!/bin/sh\nPYTHONPATH="{ROOT}${{PYTHONPATH:+:$PYTHONPATH}}" exec "{PYTHON}" -m deploy "$@"\n'
    fresh = COMMAND.with_suffix(".new")
    fresh.write_text(script)
    fresh.chmod(0o755)
    fresh.replace(COMMAND)


if __name__ == "__main__":
    main()
