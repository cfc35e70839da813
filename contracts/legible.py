"""What a text may hold to be taken in, whatever the door: one rule for forms, staff, tables and holders' pages."""

import re
from unicodedata import category

MAX_MARKS = 8
MAX_WORD_IN_LINE = 150
MAX_WORD_IN_PROSE = 600

_BREAKS = re.compile(r"[\r\n]|=\?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS_IN_PROSE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(
    rf"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{MAX_MARKS + 1}}}"
)
_WORD_IN_LINE = re.compile(rf"[!-~\u00a1-\u024f\u0370-\u052f]{{{MAX_WORD_IN_LINE + 1}}}")
_WORD_IN_PROSE = re.compile(rf"[!-~\u00a1-\u024f\u0370-\u052f]{{{MAX_WORD_IN_PROSE + 1}}}")
_EMPTY_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""What Unicode calls a letter or a symbol, and shows nothing: the fillers of Hangul, and Braille without a dot."""


def line_fault(text: str) -> str | None:
    """Name what is wrong with a title, a name or anything else that could reach a mail header."""
    if is_blank(text):
        return "blank"
    if _BREAKS.search(text):
        return "header-characters"
    if _CONTROLS.search(text):
        return "control-character"
    if turns(text):
        return "bidi"
    return "text-shape" if _MARKS.search(text) or _WORD_IN_LINE.search(text) else None


def prose_fault(text: str) -> str | None:
    """Name what is wrong with a text of several paragraphs that somebody reviews, who is told where it turns."""
    if is_blank(text):
        return "blank"
    if _CONTROLS_IN_PROSE.search(text):
        return "control-character"
    return "text-shape" if _MARKS.search(text) or _WORD_IN_PROSE.search(text) else None


def unread_fault(text: str) -> str | None:
    """Name what is wrong with a text that is shown, or sent, without anybody reviewing it: nothing in it may turn."""
    fault = prose_fault(text)
    return "bidi" if fault in {None, "text-shape"} and turns(text) else fault


def is_blank(text: str) -> bool:
    """Say whether there is nothing to see: spaces, or what takes no room at all."""
    if text.isascii():
        return not text.strip()
    return not any(category(letter)[0] in "LNPS" and letter not in _EMPTY_LETTERS for letter in text)


def turns(text: str) -> bool:
    """Say whether something in it turns the direction of the letters around it: they read as another text then."""
    return _TURNING.search(text) is not None
