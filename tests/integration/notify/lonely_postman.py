"""A postman as a process of its own, without the rest of notify: what a SIGKILL is tried on."""

import asyncio
from dataclasses import replace

from services.chassis.database import Database
from services.notify.postman.contacts import Vault
from services.notify.postman.lease import hold_lease
from services.notify.postman.worker import make_postman
from services.notify.settings import Settings
from tests.integration.notify.vault import FakeVault


async def main() -> None:
    """Deliver what is due, once."""
    settings = Settings.model_validate({})
    database = Database(settings, "notify")
    await database.open()
    postman = replace(make_postman(settings), vault=Vault(FakeVault().client()))
    async with hold_lease(database, settings) as (lease, _):
        await postman.deliver_due(database, lease)


if __name__ == "__main__":
    asyncio.run(main())
