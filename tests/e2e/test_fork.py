"""An older copy of the database is restored: everything stops and says so, and the log is left as it is."""

from deploy.database import connected, copy_database, database_name, drop_database
from tests.campaign.collect import read_log
from tests.harness.people import People
from tests.harness.system import System
from tests.harness.waiting import seen

PATIENCE_SECONDS = 90


async def test_older_database_restored_stops_everything(system: System, people: People) -> None:
    """The log holds the only copy of given receipts: nobody writes to it, and nobody goes on."""
    await people.submit_many(3)
    await system.settled()
    backup = await _back_up(system)
    await people.whole_month(4)
    await system.settled()
    log = await read_log(system.stack.bootstrap_servers, system.prefix)

    await restore(system, backup)

    for name in system.instances:
        await says_fork(system, name)
    answer = await system.web.post(f"{system['intake'].url}/submissions", json=people.new_form())
    assert answer.status_code == 503, answer.text
    assert await read_log(system.stack.bootstrap_servers, system.prefix) == log


async def says_fork(system: System, name: str) -> None:
    """Wait until an instance says that it stands at a fork."""

    async def halted() -> dict[str, str]:
        answer = await system.web.get(f"{system[name].url}/readyz")
        assert answer.status_code == 503, answer.text
        return dict(answer.json()["halted"])

    await seen(
        halted, lambda it: it.get("relay") == "fork", what=f"{name} stands at the fork", within_seconds=PATIENCE_SECONDS
    )


async def _back_up(system: System) -> str:
    for instance in system.instances.values():
        instance.stop()
    await system.database.close()
    backup = await copy_database(system.admin_url, f"{database_name(system.admin_url)}_old")
    for instance in system.instances.values():
        instance.start()
    await system.ready()
    return backup


async def restore(system: System, backup: str) -> None:
    """Put the backup in the database's place, under the services' feet."""
    await system.database.close()
    old, name = database_name(backup), database_name(system.admin_url)
    await drop_database(system.admin_url)
    async with connected(system.stack.database_url) as admin:
        await admin.execute(f'ALTER DATABASE "{old}" RENAME TO "{name}"')
