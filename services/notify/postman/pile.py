"""Claimed mail that waits for a carrier: filled by whoever holds the lease, emptied by whoever has a free hand."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from services.notify.domain.mail import Mail


@dataclass(frozen=True, slots=True)
class Errand:
    """A piece of mail to bring out: claimed under which lease, and when."""

    lease: int
    mail: Mail
    claimed_at: datetime


@dataclass(slots=True)
class Pile:
    """Errands in the order in which they were claimed."""

    _errands: deque[Errand] = field(default_factory=deque)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __len__(self) -> int:
        return len(self._errands)

    async def put(self, errands: Iterable[Errand]) -> None:
        """Lay these beneath what is there."""
        async with self._changed:
            self._errands.extend(errands)
            self._changed.notify_all()

    async def take(self) -> Errand:
        """Take the next, when there is one."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._errands)
            self._changed.notify_all()
            return self._errands.popleft()

    def take_if_any(self) -> Errand | None:
        """Take the next, if there is one now."""
        return self._errands.popleft() if self._errands else None

    def next(self, letters: int) -> Iterator[Mail]:
        """Give what will be taken next, as long as it is no more than so many letters, and leave it where it is."""
        for errand in self._errands:
            letters -= len(errand.mail.letters)
            if letters < 0:
                return
            yield errand.mail

    async def sinks_to(self, count: int) -> None:
        """Wait until there is no more than so much."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._errands) <= count)

    def drop(self) -> None:
        """Let go of everything: the lease under which it was claimed has ended."""
        self._errands.clear()
