"""Whether what a reader has is still what stands: entity tags from the projection's state and this edition's files."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar
from uuid import UUID

from fastapi import Request

from services.publish.store.position import Position

T = TypeVar("T")

_UUID_VERSION_WITH_TIME = 7


def digest_of(folders: Sequence[Path], setting: str) -> str:
    """Name the edition of the site: another after any change of its files, or of its setting: zone and address."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sha256(b"".join(path.read_bytes() for path in files) + setting.encode()).hexdigest()[:16]


def tag_of(position: Position, edition: str, form: str, request: Request) -> str:
    """Make the entity tag of one address in one form: it changes with the public record and with the site."""
    told = f"{position.state} {edition} {form} {request.url.path}?{request.url.query}"
    return f'"{sha256(told.encode()).hexdigest()[:24]}"'


def is_current(tag: str, request: Request) -> bool:
    """Say whether the reader has it already.

    By tag alone: many changes share one second, and a date would then call the old new.
    """
    offered = request.headers.get("if-none-match", "")
    return tag in (one.strip().removeprefix("W/") for one in offered.split(","))


def last_modified(position: Position, turned_at: datetime) -> dict[str, str]:
    """Tell when the newest event that is in it was told, its id knows; or when the clock changed it, if that was later.

    Both by the clocks of their own: that of the platform may have been put forward.
    """
    told = position.newest_event_id
    if told is not None and told.version == _UUID_VERSION_WITH_TIME:
        turned_at = max(_made_at(told), turned_at)
    return {"Last-Modified": format_datetime(turned_at.astimezone(UTC), usegmt=True)}


def _made_at(event_id: UUID) -> datetime:
    return datetime.fromtimestamp((event_id.int >> 80) // 1000, tz=UTC)


class Rounds(Generic[T]):
    """Finds a value for all who ask at the same time, once: whoever asks gets what was found after it asked."""

    def __init__(self, find: Callable[[], Awaitable[T]]) -> None:
        self._find = find
        self._next: asyncio.Future[T] | None = None
        self._going: asyncio.Task[None] | None = None

    async def give(self) -> T:
        """Give what the next round finds."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        waiting = self._next
        if self._going is None or self._going.done():
            self._going = asyncio.create_task(self._go())
        return await asyncio.shield(waiting)

    async def _go(self) -> None:
        while self._next is not None:
            waiting, self._next = self._next, None
            try:
                waiting.set_result(await self._find())
            except Exception as error:  # noqa: BLE001 - whoever waits is told, and may know what to do
                waiting.set_exception(error)
                waiting.exception()


class Bodies:
    """Answers that were written, never more than so many bytes, by their tags, which name all that they depend on."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def find(self, tag: str) -> bytes | None:
        """Give what was written under a tag, if it is still there."""
        if tag in self._kept:
            self._kept.move_to_end(tag)
        return self._kept.get(tag)

    def keep(self, tag: str, body: bytes) -> None:
        """Keep what was written; what was not asked for the longest goes first."""
        if len(body) > self._limit or tag in self._kept:
            return
        self._kept[tag] = body
        self._size += len(body)
        while self._size > self._limit:
            _, gone = self._kept.popitem(last=False)
            self._size -= len(gone)


class Kept(Generic[T]):
    """A value that is found once for each state of the public record."""

    def __init__(self) -> None:
        self._state = ""
        self._value: T | None = None

    async def give(self, state: str, find: Callable[[], Awaitable[T]]) -> T:
        """Give the value for this state."""
        if self._value is None or self._state != state:
            self._value, self._state = await find(), state
        return self._value
