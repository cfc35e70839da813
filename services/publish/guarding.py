"""Ends what reads the database directly for longer than anyone may: a limit that nobody can lift from inside."""

import asyncio
from datetime import timedelta

from services.chassis.database import Database
from services.chassis.log import get_logger
from services.chassis.patience import patiently
from services.publish.settings import Settings
from services.publish.store.guarding import end_overlong_reading

POLL_SECONDS = 2.0
GRACE = 2
"""So many times the limit: a reader that keeps it is given up by Postgres first, and is told so."""
TRANSACTION_AT_MOST = timedelta(minutes=30)

log = get_logger()


class Guarding:
    """Every other moment: sessions of whoever may select from the public views and nothing else."""

    def __init__(self, settings: Settings) -> None:
        self.statement_at_most = timedelta(seconds=settings.public_statement_timeout_seconds * GRACE)

    async def run(self, database: Database) -> None:
        """Look for ever."""
        while True:
            await patiently(self.look, database)
            await asyncio.sleep(POLL_SECONDS)

    async def look(self, database: Database) -> int:
        """End what is over the limit now, and say how many sessions that were."""
        async with database.transaction(read_clock=False) as tx:
            ended = await end_overlong_reading(tx, self.statement_at_most, TRANSACTION_AT_MOST)
        if ended:
            log.warning("reading.ended", count=ended)
        return ended
