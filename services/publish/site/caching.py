"""Whether what a reader has is still what stands: entity tags from the projection's state and this edition's files."""

from collections.abc import Awaitable, Callable
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


def digest_of(folders: list[Path], zone: str) -> str:
    """Name the edition of the site: another after any change of its files, or of the zone of its days."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sha256(b"".join(path.read_bytes() for path in files) + zone.encode()).hexdigest()[:16]


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


def last_modified(position: Position) -> dict[str, str]:
    """Tell when the newest event that is in it was told: its id knows."""
    told = position.newest_event_id
    if told is None or told.version != _UUID_VERSION_WITH_TIME:
        return {}
    return {"Last-Modified": format_datetime(_made_at(told), usegmt=True)}


def _made_at(event_id: UUID) -> datetime:
    return datetime.fromtimestamp((event_id.int >> 80) // 1000, tz=UTC)


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
