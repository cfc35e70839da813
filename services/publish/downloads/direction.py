"""Text that turns only itself: nothing that somebody wrote changes how what stands beside it is read."""

import re

_CONTROLS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
_CLOSED_BY = {
    "\u202a": _POP_EMBEDDING,
    "\u202b": _POP_EMBEDDING,
    "\u2066": _POP_ISOLATE,
    "\u2067": _POP_ISOLATE,
    "\u2068": _POP_ISOLATE,
}
"""What scripts that run from the right need. No override: it makes a text read as it is not written."""


def unturned(text: str) -> str:
    """Give a text without the controls of direction (UAX #9) in lines that hold an override, or leave one open.

    Where each is closed within its line they stay: mixed texts need them, and nothing beyond them turns.
    """
    lines = text.splitlines(keepends=True)
    return "".join(line if _closes_all(line) else _CONTROLS.sub("", line) for line in lines)


def _closes_all(line: str) -> bool:
    owed: list[str] = []
    for control in _CONTROLS.findall(line):
        if control in _CLOSED_BY:
            owed.append(_CLOSED_BY[control])
        elif not owed or owed.pop() != control:
            return False
    return not owed
