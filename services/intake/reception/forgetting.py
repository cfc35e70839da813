"""Forgets quarantine, drafts and unconfirmed subscriptions when their days are over: on a quiet system too."""

import asyncio

from services.chassis.database import Database
from services.chassis.log import get_logger
from services.chassis.patience import patiently
from services.intake.settings import Settings
from services.intake.store.drafts import delete_old_drafts
from services.intake.store.quarantine import delete_old
from services.intake.store.subscriptions import delete_unconfirmed
from services.intake.store.webhooks import delete_old_deliveries

log = get_logger()


class Forgetting:
    """Looks every minute whether something in quarantine, a draft, or a wish to subscribe is too old to be kept."""

    def __init__(self, settings: Settings) -> None:
        self.poll_seconds = settings.quarantine_poll_seconds

    async def run(self, database: Database) -> None:
        """Forget what is old, for ever."""
        while True:
            await patiently(self.forget_old, database)
            await asyncio.sleep(self.poll_seconds)

    async def forget_old(self, database: Database) -> int:
        """Forget what is old by now, and say how much it was."""
        async with database.transaction() as tx:
            count = await delete_old(tx)
            await delete_old_deliveries(tx)
            count += await delete_old_drafts(tx) + await delete_unconfirmed(tx)
        if count:
            log.info("forgotten", count=count)
        return count
