"""Looks every night whether each public reform can be followed back to its submission, and says where it cannot."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from prometheus_client import Gauge

from services.chassis.database import Database
from services.chassis.log import get_logger
from services.chassis.patience import patiently
from services.publish.settings import Settings
from services.publish.store.gaps import Gap, find_gaps

GAPS = Gauge("challenge_provenance_gaps", "Gaps in the chains of public reforms, as last counted", ["kind"])
POLL_SECONDS = 60.0

log = get_logger()


async def audit(database: Database, grace_days: int) -> list[Gap]:
    """Find what is missing; letters and months' reports may take so many days."""
    async with database.transaction() as tx:
        return await find_gaps(tx, tx.now - timedelta(days=grace_days))


class Auditing:
    """Once a day, behind an hour of the declared zone; by the platform's clock. It changes and stops nothing."""

    def __init__(self, settings: Settings) -> None:
        self.zone = ZoneInfo(settings.zone)
        self.hour = timedelta(hours=settings.provenance_hour)
        self.grace_days = settings.provenance_grace_days
        self.looked_on = ""

    async def run(self, database: Database) -> None:
        """Look night by night, for ever; the first night that is whole comes first."""
        while True:
            await patiently(self.look, database)
            await asyncio.sleep(POLL_SECONDS)

    async def look(self, database: Database) -> list[Gap]:
        """Look, where a night has come since the last time, and tell each kind of gap in a metric and a line."""
        night = self._night(await _now(database))
        if night == self.looked_on:
            return []
        began, self.looked_on = not self.looked_on, night
        return [] if began else await self.tell(database)

    async def tell(self, database: Database) -> list[Gap]:
        """Look now, and tell each kind of gap in a metric and a line."""
        gaps = await audit(database, self.grace_days)
        GAPS.clear()
        for gap in gaps:
            GAPS.labels(gap.kind).set(gap.total)
            log.warning("provenance.gap", kind=gap.kind, count=gap.total, reference=gap.first[0])
        log.info("provenance.checked", count=sum(gap.total for gap in gaps))
        return gaps

    def _night(self, now: datetime) -> str:
        return (now.astimezone(self.zone) - self.hour).date().isoformat()


async def _now(database: Database) -> datetime:
    async with database.transaction() as tx:
        return tx.now
