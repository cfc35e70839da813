"""What people write into a search box, read as words to find and words to leave out."""

import re
from typing import NamedTuple

_PUNCTUATION = str.maketrans(
    dict.fromkeys("\u00a0\u202f\u2019\u2018\u02bc\u00ab\u00bb\u2013\u2014\u2026\u00b7\u2022\u00bf\u00a1", " ")
)
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e", '"'))
_UNWANTED = re.compile(r'(?:^|(?<=\s))-("[^"]*"|[^\s"]+)')


class Words(NamedTuple):
    """What to find, and what must not be there; each as it is written into a search box, the second with *or* between.

    They are told apart because a word is looked for as each language would stem it: one language is enough for what is
    wanted, and none may find what is not.
    """

    wanted: str
    unwanted: str


def read_words(written: str) -> Words:
    """Read what is written into a search box: words, *or*, ``"phrases"``, and ``-words`` that must not be there."""
    plain = written.translate(_QUOTES).translate(_PUNCTUATION)
    unwanted = " or ".join(_UNWANTED.findall(plain))
    return Words(" ".join(_UNWANTED.sub(" ", plain).split()), unwanted)


def plain(text: str) -> str:
    """Let punctuation that would be taken for a part of a word be spaces, character by character."""
    return text.translate(_PUNCTUATION)
