"""Commits concurrent requests together: a few milliseconds or 500 of them, whichever comes first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from services.chassis.database import Database
from services.chassis.errors import Refusal, is_passing
from services.intake.reception.desk import Desk
from services.intake.reception.outcome import Arrival, Outcome
from services.intake.reception.take_in import take_in
from services.intake.settings import Settings

ATTEMPTS = 3
GROUPS_WAITING = 10
HALVED_ABOVE = 16
"""So many requests are committed together in any case; of more, about half at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Waiter:
    """Someone at a door, who hears of the outcome only after it is committed."""

    arrival: Arrival
    outcome: asyncio.Future[Outcome]


class Reception:
    """Collects what comes through the HTTP doors into groups, and takes in one group after the other."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self.desk = desk
        self._wait_seconds = settings.group_wait_ms / 1000
        self._group_max = settings.group_max_requests
        self._queue: asyncio.Queue[Waiter] = asyncio.Queue(GROUPS_WAITING * settings.group_max_requests)
        self._group_before = 0

    async def ask(self, arrival: Arrival) -> Outcome:
        """Bring an arrival in, and give its outcome once that is committed.

        Raises:
            Refusal: 503 ``busy``, when too many wait already.
        """
        waiter = Waiter(arrival, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiter)
        except asyncio.QueueFull:
            raise Refusal("busy", "try again in a moment", status=503) from None
        return await waiter.outcome

    async def run(self, database: Database) -> None:
        """Serve group after group, for ever."""
        while True:
            await self._serve(await self._gather(), database)

    async def _gather(self) -> list[Waiter]:
        group = [await self._queue.get()]
        if self._queue.empty():
            await asyncio.sleep(self._wait_seconds)
        size = self._size_of_next()
        while len(group) < size and not self._queue.empty():
            group.append(self._queue.get_nowait())
        self._group_before = len(group)
        return group

    def _size_of_next(self) -> int:
        # whoever was just answered comes again while the next group is kept. Taken all at once, the others leave
        # nothing to read meanwhile: groups of 60 and of 4 take turns, and half of the time nobody works
        about = self._queue.qsize() + 1 + self._group_before
        return min(self._group_max, max(HALVED_ABOVE, (about + 1) // 2))

    async def _serve(self, group: Sequence[Waiter], database: Database) -> None:
        try:
            outcomes = await self._commit([waiter.arrival for waiter in group], database)
        except Exception as error:  # noqa: BLE001 - told to those who wait
            await self._serve_apart(group, database, error)
        else:
            for waiter, outcome in zip(group, outcomes, strict=True):
                if not waiter.outcome.done():
                    waiter.outcome.set_result(outcome)

    async def _serve_apart(self, group: Sequence[Waiter], database: Database, error: Exception) -> None:
        if len(group) > 1 and not is_passing(error):
            for waiter in group:
                await self._serve([waiter], database)
            return
        for waiter in group:
            if not waiter.outcome.done():
                waiter.outcome.set_exception(error)

    async def _commit(self, arrivals: Sequence[Arrival], database: Database) -> list[Outcome]:
        # the same again after a lost COMMIT finds what stands under its id: the answer is the same receipt
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(is_passing),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential_jitter(multiplier=0.02, max=0.5, jitter=0.02),
            reraise=True,
        ):
            with attempt:
                async with database.transaction(read_clock=False) as tx:
                    outcomes = await take_in(tx, arrivals, self.desk)
        return outcomes
