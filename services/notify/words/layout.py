"""Lays a letter out: one rendering of its template, read as plain text and as HTML of the same words."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Literal, NamedTuple

from markupsafe import Markup

HEADING, BEGIN, END, INNER_LINE = "\x01", "\x02", "\x03", "\x04"
"""Marks in a rendering: before a heading of ours, around what the event tells, and between the lines of that.

What is told holds none of them.
"""

MARKS = HEADING, BEGIN, END, INNER_LINE
VALUE = re.compile(f"{BEGIN}([^{END}]*){END}")
MARGIN, ITEM, HANGING = "    ", "– ", "  "
NEW_LINE = "<br>\n"

What = Literal["heading", "paragraph", "quote", "list"]
Read = Callable[[str], tuple[What, str]]


class Block(NamedTuple):
    """A part of a letter, as HTML: all of its lines in one, or a list's items."""

    what: What
    words: tuple[Markup, ...]


def mark(value: object) -> str:
    """Mark what a template is filled with, so that nothing told can pass for a heading, a list or a link of ours."""
    text = plain(str(value))
    margin = text[: len(text) - len(text.lstrip(" "))]
    return f"{margin}{BEGIN}{text[len(margin) :]}{END}"


def heading(words: str) -> str:
    """Mark a line of a template as a heading."""
    return f"{HEADING}{words}"


def plain(rendering: str) -> str:
    """Read a rendering as plain text."""
    for it in MARKS:
        rendering = rendering.replace(it, "")
    return rendering


def read_blocks(rendering: str, links: Collection[str]) -> list[Block]:
    """Read a rendering as parts of a page: their order is the template's, what is told in them is escaped.

    Only ``links`` become links, wherever they stand alone as what the template was filled with.
    """
    told = VALUE.split(rendering)[1::2]
    # a value of several lines belongs to the line that it stands in: what comes between is put back with it
    if any("\n" in value for value in told):
        rendering = VALUE.sub(lambda value: value[0].replace("\n", INNER_LINE), rendering)

    def read(line: str) -> tuple[What, str]:
        if BEGIN not in line:
            return _own(line)
        texts = VALUE.split(_bare(line))
        texts[::2] = [_escaped(text) for text in texts[::2]]
        texts[1::2] = [_value(value, links) for value in texts[1::2]]
        return _what(line), "".join(texts)

    paragraphs = rendering.strip("\n").split("\n\n")
    return list(_blocks(paragraphs, read))


def _blocks(paragraphs: Iterable[str], read: Read) -> Iterator[Block]:
    parts = [(*read(line), place) for place, text in enumerate(paragraphs) for line in text.split("\n")]
    # what follows item after item is one list, also over blank lines
    for (what, _), several in groupby(parts, key=lambda part: (part[0], None if part[0] == "list" else part[2])):
        lines = [words for _, words, _ in several]
        yield Block(what, tuple(map(Markup, _items(lines) if what == "list" else [NEW_LINE.join(lines)])))


@lru_cache(maxsize=4096)
def _own(line: str) -> tuple[What, str]:
    """Read a line that is the template's own, the same in many letters; what the event tells is kept nowhere."""
    return _what(line), _escaped(_bare(line))


def _bare(line: str) -> str:
    return line.lstrip(HEADING).strip()


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
    if INNER_LINE in value:
        return NEW_LINE.join(_escaped(line.strip()) for line in value.split(INNER_LINE))
    return _escaped(value.strip())


def _escaped(text: str) -> str:
    # it stands between elements, where quotation marks mean nothing
    return escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text
