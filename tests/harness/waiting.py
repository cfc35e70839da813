"""Waits for what shall be seen, and says what was not."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.05


async def seen(
    look: Callable[[], Awaitable[T]],
    wanted: Callable[[T], bool] = bool,
    *,
    what: str,
    within_seconds: float = PATIENCE_SECONDS,
) -> T:
    """Look again and again until what is found is what is wanted, and give it.

    Raises:
        AssertionError: it was not seen in time; says what was wanted and what was found last.
    """
    deadline = time.monotonic() + within_seconds
    while True:
        found = await _try(look)
        if not isinstance(found, _Trouble) and wanted(found):
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not seen within {within_seconds:.0f} s: {what}; last: {str(found)[:2000]}")
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


class _Trouble(str):
    """What went wrong while looking: a server that is away may come back."""

    __slots__ = ()


async def _try(look: Callable[[], Awaitable[T]]) -> T | _Trouble:
    try:
        return await look()
    except Exception as error:  # noqa: BLE001 - whatever stands in the way of seeing is told at the end
        return _Trouble(f"{type(error).__name__}: {error}")
