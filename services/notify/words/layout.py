"""Lays a letter out: one rendering of its template, read as plain text and as HTML of the same words."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Literal

from markupsafe import Markup

HEADING, BEGIN, END = "\x01", "\x02", "\x03"
"""Marks in a rendering: before a heading of ours, and around what the event tells; what is told holds none."""

MARKS = re.compile(f"[{HEADING}{BEGIN}{END}]")
VALUE = re.compile(f"{BEGIN}([^{END}]*){END}")
MARGIN, ITEM, HANGING = "    ", "– ", "  "
NEW_LINE = "<br>\n"

What = Literal["heading", "paragraph", "quote", "list"]
Fill = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a letter, as HTML: all of its lines in one, or a list's items."""

    what: What
    words: tuple[Markup, ...]


def mark(value: object) -> str:
    """Mark what a template is filled with, so that nothing told can pass for a heading, a list or a link of ours."""
    text = MARKS.sub("", str(value))
    margin = text[: len(text) - len(text.lstrip(" "))]
    return f"{margin}{BEGIN}{text[len(margin) :]}{END}"


def heading(words: str) -> str:
    """Mark a line of a template as a heading."""
    return f"{HEADING}{words}"


def plain(rendering: str) -> str:
    """Read a rendering as plain text."""
    return MARKS.sub("", rendering)


def read_blocks(rendering: str, links: Collection[str]) -> list[Block]:
    """Read a rendering as parts of a page: their order is the template's, what is told in them is escaped.

    Only ``links`` become links, wherever they stand alone as what the template was filled with.
    """
    values: list[str] = []

    def keep(found: "re.Match[str]") -> str:
        values.append(found[1])
        return f"{BEGIN}{len(values) - 1}{END}"

    def fill(line: str) -> str:
        if BEGIN not in line:
            return _own(line)
        texts = VALUE.split(line)
        texts[::2] = [_own(text) for text in texts[::2]]
        texts[1::2] = [_value(values[int(number)], links) for number in texts[1::2]]
        return "".join(texts)

    paragraphs = VALUE.sub(keep, rendering).strip("\n").split("\n\n")
    return list(_blocks(paragraphs, fill))


def _blocks(paragraphs: Iterable[str], fill: Fill) -> Iterator[Block]:
    parts = [(_what(line), place, line) for place, text in enumerate(paragraphs) for line in text.split("\n")]
    # what follows item after item is one list, also over blank lines
    for (what, _), several in groupby(parts, key=lambda part: (part[0], None if part[0] == "list" else part[1])):
        lines = [fill(line.lstrip(HEADING).strip()) for _, _, line in several]
        yield Block(what, tuple(map(Markup, _items(lines) if what == "list" else [NEW_LINE.join(lines)])))


def _what(line: str) -> What:
    if line.startswith(HEADING):
        return "heading"
    if line.startswith(MARGIN):
        return "quote"
    return "list" if line.startswith((ITEM, HANGING)) else "paragraph"


def _items(lines: Iterable[str]) -> Iterator[str]:
    item: list[str] = []
    for line in lines:
        if line.startswith(ITEM) and item:
            yield NEW_LINE.join(item)
            item = []
        item.append(line.removeprefix(ITEM))
    yield NEW_LINE.join(item)


def _value(value: str, links: Collection[str]) -> str:
    if value in links:
        return f'<a href="{escape(value)}">{_escaped(value)}</a>'
    return NEW_LINE.join(_escaped(line.strip()) for line in value.split("\n"))


@lru_cache(maxsize=4096)
def _own(text: str) -> str:
    """Escape what is a template's own, the same in many letters; what the event tells is kept nowhere."""
    return _escaped(text)


def _escaped(text: str) -> str:
    # it stands between elements, where quotation marks mean nothing
    return escape(text, quote=False)
