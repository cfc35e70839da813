"""Outlives its owner by seconds: when the owner is gone, however it went, it ends what the owner's run started."""

import sys
import time
from pathlib import Path

from deploy.stack.processes import Started, end_recorded
from deploy.stack.runs import Run

_LOOK_EVERY_SECONDS = 0.5
_OWNER_GRACE_SECONDS = 4.0


def main(directory: Path) -> None:
    """Wait for the owner's end, then end the rest, and remove what the run did not mean to keep."""
    run = Run.load(directory)
    while run.is_wanted:
        time.sleep(_LOOK_EVERY_SECONDS)
    _end_owner(run.owner)
    end_recorded(run.ledger, grace_seconds=3.0)
    run.discard()


def _end_owner(owner: Started) -> None:
    """Ask an owner whose make is gone to end; it has a moment to do so tidily."""
    process = owner.find()
    deadline = time.monotonic() + _OWNER_GRACE_SECONDS
    if process:
        process.terminate()
    while owner.find() and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_SECONDS)
    if process and owner.find():
        process.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
