"""What text may hold: what is refused in a line or in prose, and what only the reviewer is told."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MAX_MARKS = 8
MAX_WORD_IN_LINE = 150
MAX_WORD_IN_PROSE = 600

_BREAKS = re.compile(r"[\r\n]|=\?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS_IN_PROSE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_ZERO_WIDTH = re.compile(r"[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_MARKS = re.compile(
    rf"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{MAX_MARKS + 1}}}"
)
_WORD_IN_LINE = re.compile(rf"[!-~\u00a1-\u024f\u0370-\u052f]{{{MAX_WORD_IN_LINE + 1}}}")
_WORD_IN_PROSE = re.compile(rf"[!-~\u00a1-\u024f\u0370-\u052f]{{{MAX_WORD_IN_PROSE + 1}}}")
_WORDS = re.compile(r"\w++")
_MIXABLE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
_MAY_MIX = re.compile(
    r"[\u0370-\u058f\u13a0-\u13ff\u1c80-\u1c8f\u1d26-\u1d6a\u1f00-\u1fff\u2de0-\u2dff"
    r"\ua640-\ua69f\uab60-\uabbf\ufb13-\ufb17\U0001e030-\U0001e08f]"
)
"""Where the letters of these alphabets stand, Latin's apart: a text with none of them mixes nothing."""


def line_fault(text: str) -> str | None:
    """Name what is wrong with a title, a name or anything else that could reach a mail header."""
    if not text.strip():
        return "blank"
    if _BREAKS.search(text):
        return "header-characters"
    if _CONTROLS.search(text):
        return "control-character"
    if _BIDI.search(text):
        return "bidi"
    return "text-shape" if _MARKS.search(text) or _WORD_IN_LINE.search(text) else None


def prose_fault(text: str) -> str | None:
    """Name what is wrong with a text of several paragraphs."""
    if not text.strip():
        return "blank"
    if _CONTROLS_IN_PROSE.search(text):
        return "control-character"
    return "text-shape" if _MARKS.search(text) or _WORD_IN_PROSE.search(text) else None


def text_flags(lines: Iterable[str], prose: Iterable[str]) -> list[str]:
    """Tell the reviewer of what the eye does not see. Nothing here is refused."""
    # none of it is in ASCII, and that a text is ASCII costs nothing to see
    lines, prose = ([text for text in texts if not text.isascii()] for texts in (lines, prose))
    found = {
        "zero-width": any(_ZERO_WIDTH.search(text) for text in (*lines, *prose)),
        "bidi": any(_BIDI.search(text) for text in prose),
        "mixed-script": any(is_mixed_script(text) for text in lines),
    }
    return [flag for flag, is_so in found.items() if is_so]


def is_mixed_script(text: str) -> bool:
    """Say whether one word mixes alphabets whose letters look alike."""
    if not _MAY_MIX.search(text):
        return False
    return any(not w.isascii() and len(_scripts(w)) > 1 for w in _WORDS.findall(text))


def _scripts(word: str) -> frozenset[str]:
    return frozenset(_script(letter) for letter in word) & _MIXABLE


@lru_cache(maxsize=4_096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""
