"""Settles, by the policy of each kind, letters of which nobody knows whether they arrived."""

from datetime import timedelta

from prometheus_client import Gauge

from services.chassis.database import Database
from services.notify.settings import Settings
from services.notify.store.doubts import Policy, count_unknown, send_again

UNKNOWN = Gauge("challenge_letters_unknown", "Letters of which nobody knows whether they arrived")


async def settle_doubts(database: Database, settings: Settings) -> None:
    """Let letters in doubt go again where a provider knows them by their key, or their kind's policy says so."""
    remembers = timedelta(hours=settings.provider_remembers_hours)
    async with database.transaction() as tx:
        policy = Policy(
            provider_remembers_since=tx.now - remembers if settings.mail_door == "http" else None,
            kinds=settings.unknown_resend,
            unknown_before=tx.now - timedelta(minutes=settings.unknown_pause_minutes),
        )
        await send_again(tx, policy)
        UNKNOWN.set(await count_unknown(tx))
