"""One instance of a service's relay as a process of its own, to be killed and frozen."""

import asyncio

from services.chassis.database import Database
from services.chassis.relay.leader import Relay
from services.chassis.settings import ServiceSettings
from tests.integration.chassis.relay.writer import SERVICE


async def main() -> None:
    """Run until something ends it."""
    settings = ServiceSettings()
    database = Database(settings, SERVICE)
    await database.open()
    await Relay(database, settings, SERVICE).run()


if __name__ == "__main__":
    asyncio.run(main())
