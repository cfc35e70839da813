"""How much room a page has for what others wrote: all of it where it fits, else so many letters of each text."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from jinja2 import pass_context
from jinja2.runtime import Context

T = TypeVar("T")

PAGE_BYTES = 50_000
"""A page is smaller than this."""
MORE = "\N{NO-BREAK SPACE}…"


class Room(NamedTuple):
    """So many ``letters`` of each text, and so many ``items`` of each list; None is all of them."""

    letters: int | None = None
    items: int | None = None


ROOMS = (Room(), Room(1_500, 30), Room(400, 12), Room(80, 4), Room(30, 2))
"""From the widest on; real texts fit into the first. What is left out stands whole elsewhere."""


def fitted(write: Callable[[Room], bytes]) -> bytes:
    """Write a page with as much room as it can have."""
    for room in ROOMS:
        page = write(room)
        if len(page) < PAGE_BYTES:
            break
    return page


def shortened(text: str, letters: int | None) -> str:
    """Give a text's beginning, up to the end of a word where one is near, and a sign that more follows."""
    if letters is None or len(text) <= letters:
        return text
    return text[: max(text.rfind(" ", 0, letters), letters * 3 // 4)].rstrip() + MORE


@pass_context
def cut(context: Context, text: str) -> str:
    """Shorten a text to the room that its page has; templates say this of whatever may be long."""
    return shortened(text, _room_of(context).letters)


@pass_context
def few(context: Context, items: Sequence[T]) -> Sequence[T]:
    """Give as many items of a list as its page has room for."""
    return items[: _room_of(context).items]


@pass_context
def left_out(context: Context, items: Sequence[Any]) -> int:
    """Say how many items of a list its page has no room for."""
    return len(items) - len(few(context, items))


def _room_of(context: Context) -> Room:
    room: Room = context["room"]
    return room
