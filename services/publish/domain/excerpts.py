"""The words that a search found, shown in their place in the text."""

import re
from typing import NamedTuple

from services.publish.domain.reforms import Document

OPENS, CLOSES = "\ue000", "\ue001"
"""What the search puts around each word that it found: characters that are nobody's."""

BEFORE, AFTER = 90, 170
"""How many characters are shown before the first word that was found, and behind it."""
LONGEST = 20_000

_MARKS = re.compile(f"[{OPENS}{CLOSES}<>]")


class Piece(NamedTuple):
    """A piece of an excerpt; ``found`` where it is what was looked for."""

    text: str
    found: bool


def text_of(document: Document) -> str:
    """Give the institution's own text, in which the words are shown, as long as is looked at."""
    proposal = document.reform.proposal
    steps = (milestone.title for milestone in proposal.milestones)
    parts = (proposal.title, proposal.description, proposal.problems, *proposal.values.values(), *steps)
    return _MARKS.sub(" ", "\n".join(parts)[:LONGEST])


def excerpt_of(text: str, marked: str) -> tuple[Piece, ...]:
    """Cut out of a text what stands around the first word that was found; nothing where none was.

    ``marked`` is the same text, character by character, with marks around each word that was found.
    """
    spans = _spans(marked)
    if not spans or len(marked) - marked.count(OPENS) - marked.count(CLOSES) != len(text):
        return ()
    begin, end = _bounds(text, spans[0])
    pieces, at = [Piece("… " if begin else "", found=False)], begin
    for start, stop in (span for span in spans if span[1] <= end):
        pieces += [Piece(text[at:start], found=False), Piece(text[start:stop], found=True)]
        at = stop
    pieces += [Piece(text[at:end], found=False), Piece(" …" if end < len(text) else "", found=False)]
    return tuple(piece for piece in pieces if piece.text)


def _spans(marked: str) -> list[tuple[int, int]]:
    spans, opened, passed = [], 0, 0
    for at, character in enumerate(marked):
        if character == OPENS:
            opened, passed = at - passed, passed + 1
        elif character == CLOSES:
            spans.append((opened, at - passed))
            passed += 1
    return spans


def _bounds(text: str, first: tuple[int, int]) -> tuple[int, int]:
    begin, end = max(0, first[0] - BEFORE), min(len(text), first[1] + AFTER)
    if begin:
        begin = text.find(" ", begin, first[0]) + 1 or first[0]
    if end < len(text):
        last = text.rfind(" ", first[1], end)
        end = max(first[1], last)
    return begin, end
