"""Makes the project's environment, `.venv`, from the locked requirements; runs on any bare Python 3.11+."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
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
        print("Making .venv; the first time takes a minute or two.", flush=True)  # noqa: T201 -- this runs before rich is there
        venv.create(VENV, with_pip=True, symlinks=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", str(LOCK)], check=True, cwd=ROOT)
    _write_command()
    for old in VENV.glob("locked-*"):
        old.unlink()
    _stamp().touch()


def _write_command() -> None:
    """Make `.venv/bin/challenge`: the project runs from its tree, so the command only has to say where that is."""
    script = f'#!/bin/sh\nPYTHONPATH="{ROOT}${{PYTHONPATH:+:$PYTHONPATH}}" exec "{PYTHON}" -m deploy "$@"\n'
    fresh = COMMAND.with_suffix(".new")
    fresh.write_text(script)
    fresh.chmod(0o755)
    fresh.replace(COMMAND)


if __name__ == "__main__":
    main()
