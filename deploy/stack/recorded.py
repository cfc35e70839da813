"""Records itself in a run's ledger, gives up root if told to, and becomes the program that was asked for."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from deploy.stack.processes import Ledger, describe


def command(
    ledger: Path,
    name: str,
    argv: list[str],
    *,
    stop_signal: int = signal.SIGTERM,
    user: int | None = None,
    environment: Path | None = None,
) -> list[str]:
    """Return the command line that starts `argv` so that it is recorded from its first moment.

    `environment` is a file of JSON that holds all that the program is told; without it, it is told what its parent is.
    """
    options = ["--ledger", str(ledger), "--name", name, "--stop-signal", str(int(stop_signal))]
    if user is not None:
        options += ["--user", str(user)]
    if environment is not None:
        options += ["--environment", str(environment)]
    return [sys.executable, "-m", "deploy.stack.recorded", *options, "--", *argv]


def main() -> None:
    """Record, then exec: pid and start time stay the same."""
    options = _options()
    told = json.loads(options.environment.read_text()) if options.environment else dict(os.environ)
    Ledger(options.ledger).append(describe(os.getpid(), options.name, options.stop_signal))
    if options.user is not None:
        os.setgroups([])
        os.setgid(options.user)
        os.setuid(options.user)
    os.execvpe(options.argv[0], options.argv, told)  # noqa: S606 -- the command is the caller's own


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--stop-signal", type=int, required=True)
    parser.add_argument("--user", type=int)
    parser.add_argument("--environment", type=Path)
    parser.add_argument("argv", nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    main()
