"""Named points at which a test may let this process die, as by a power cut."""

import os
import signal

_NAME, _, _COUNT = os.environ.get("FAILPOINT", "").partition(":")
_left = int(_COUNT or 1)


def reach(name: str) -> None:
    """Die here by SIGKILL when ``FAILPOINT=name`` (or ``name:n``, at the n-th time) is set. Else nothing."""
    global _left  # noqa: PLW0603 - one count a process
    if name == _NAME:
        _left -= 1
        if _left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
