"""What a postman's claims hang on: a lease that lives as long as its connection, and what follows when it has ended."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.chassis.database import Database
from services.chassis.transaction import Transaction
from services.notify.domain.delivery import Lost, settle
from services.notify.settings import Settings
from services.notify.store import claims, leases

LEASES = 2**31


@asynccontextmanager
async def hold_lease(database: Database, settings: Settings) -> AsyncIterator[tuple[int, Transaction]]:
    """Hold a lease by a transaction that stays open: who loses it has lost its claims, and nobody guesses by a clock.

    Raises:
        RuntimeError: someone holds the same lease already.
    """
    lease = secrets.randbelow(LEASES)
    async with database.transaction(read_clock=False) as tx:
        if not await leases.hold_lease(tx, lease, settings.postman_silence_seconds):
            raise RuntimeError("two postmen drew the same lease")
        yield lease, tx


@asynccontextmanager
async def beating(tx: Transaction, beat_seconds: float) -> "AsyncIterator[asyncio.Future[None]]":
    """Show life on the lease's connection meanwhile. What is given is done when the lease is lost; that is raised."""
    beats = asyncio.ensure_future(_beat(tx, beat_seconds))
    try:
        yield beats
    finally:
        beats.cancel()
        await asyncio.gather(beats, return_exceptions=True)
    if not beats.cancelled():
        beats.result()


async def take_over(database: Database) -> None:
    """Look after the letters of postmen that are gone: send again what was surely not sent, show what is unknown."""
    async with database.transaction() as tx:
        ended = await leases.find_ended_leases(tx)
        if ended:
            await leases.return_claimed(tx, ended)
            lost = [settle(letter, Lost(), tx.now) for letter in await leases.list_intended(tx, ended)]
            await claims.save_settlements(tx, lost, ended)


async def _beat(tx: Transaction, beat_seconds: float) -> None:
    while True:
        await asyncio.sleep(beat_seconds)
        await leases.beat(tx)
