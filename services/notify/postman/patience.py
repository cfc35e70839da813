"""How a postman bears trouble that passes, and how long it goes on with a letter when it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from services.chassis.errors import is_passing
from services.chassis.log import get_logger

P = ParamSpec("P")
T = TypeVar("T")

LEASE_ENDED = "25P03"
"""SQLSTATE: the transaction that holds the lease was idle for too long, and Postgres has ended it."""

UNWINDING_SECONDS = 1.0

log = get_logger()


async def patiently(work: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do this again and again, less and less often, until no trouble that may pass keeps it from its end.

    Whoever is told to stop, stops: a transaction sees to it that a lost connection does not speak last.
    """
    retrying = AsyncRetrying(
        retry=retry_if_exception(_may_pass),
        wait=wait_exponential_jitter(multiplier=0.1, max=5, jitter=0.1),
        before_sleep=_tell,
    )
    return await retrying(work, *args, **kwargs)


async def to_its_end(work: Coroutine[Any, Any, None], stop_seconds: float) -> None:
    """Finish this even when told to stop, within so many seconds; then leave it as it is."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=stop_seconds)
        if not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=UNWINDING_SECONDS)
        raise


def _may_pass(error: BaseException) -> bool:
    return is_passing(error) or getattr(error, "sqlstate", None) == LEASE_ENDED


def _tell(retry: RetryCallState) -> None:
    error = retry.outcome and retry.outcome.exception()
    sqlstate = getattr(error, "sqlstate", None)
    log.warning("postman.waits", error=type(error).__name__, sqlstate=sqlstate, attempt=retry.attempt_number)
