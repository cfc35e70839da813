"""What of a text only the reviewer is told; what is refused is the contracts' own rule."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from contracts.legible import turns

_ZERO_WIDTH = re.compile(r"[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_WORDS = re.compile(r"\w++")
_MIXABLE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
_MAY_MIX = re.compile(
    r"[\u0370-\u058f\u13a0-\u13ff\u1c80-\u1c8f\u1d26-\u1d6a\u1f00-\u1fff\u2de0-\u2dff"
    r"\ua640-\ua69f\uab60-\uabbf\ufb13-\ufb17\U0001e030-\U0001e08f]"
)
"""Where the letters of these alphabets stand, Latin's apart: a text with none of them mixes nothing."""


def text_flags(lines: Iterable[str], prose: Iterable[str]) -> list[str]:
    """Tell the reviewer of what the eye does not see. Nothing here is refused."""
    # none of it is in ASCII, and that a text is ASCII costs nothing to see
    lines, prose = ([text for text in texts if not text.isascii()] for texts in (lines, prose))
    found = {
        "zero-width": any(_ZERO_WIDTH.search(text) for text in (*lines, *prose)),
        "bidi": any(turns(text) for text in prose),
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
