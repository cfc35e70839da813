"""Outlives its owner by seconds: when the owner is gone, however it went, it ends what the owner's run started."""

import sys
import time
from pathlib import Path

from deploy.stack.processes import end_recorded
from deploy.stack.runs import Run

_LOOK_EVERY_SECONDS = 0.5


def main(directory: Path) -> None:
    """Wait for the owner's end, then end the rest, and remove what the run did not mean to keep."""
    run = Run.load(directory)
    while run.owner.find():
        time.sleep(_LOOK_EVERY_SECONDS)
    end_recorded(run.ledger, grace_seconds=3.0)
    run.discard()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
