"""Takes in one report that came back, as a process of its own: what a SIGKILL is tried on. ``REPORT`` is its text."""

import asyncio
import os

from services.chassis.database import Database
from services.notify.api.returns import Returns
from services.notify.domain.bounces import read_report
from services.notify.settings import Settings


async def main() -> None:
    """Take it in, once."""
    settings, raw = Settings.model_validate({}), os.environ["REPORT"].encode()
    database = Database(settings, "notify")
    await database.open()
    await Returns(database, settings).take(read_report(raw, settings.mail_domain), raw, "by:pipe")
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
