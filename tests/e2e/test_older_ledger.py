"""An older copy of the mail ledger is restored: what waits in it has been sent since, and is not sent again."""

from datetime import timedelta

from deploy.database import copy_database, database_name
from tests.e2e.test_fork import restore, says_fork
from tests.harness.people import People
from tests.harness.system import System

WAITING = "SELECT count(*) FROM notify.letter WHERE state = 'failed-temporarily'"
LETTERS = 20


async def test_older_ledger_restored_sends_no_letter_again(system: System, people: People) -> None:
    """Neither before the fork is found nor at it, and not after a restart either."""
    await _put_off_letters(system, people)
    backup = await _back_up_when_due(system)
    await system.settled()
    assert len(system.mailbox.messages()) == LETTERS

    await restore(system, backup)

    await says_fork(system, "notify")
    system["notify"].restart()
    await says_fork(system, "notify")
    assert len(system.mailbox.messages()) == LETTERS


async def _put_off_letters(system: System, people: People) -> None:
    system.mailbox.answer = "451 4.3.0 later"
    await people.submit_many(LETTERS)
    await system.database.wait(WAITING, wanted=lambda waiting: waiting == LETTERS, what="all letters wait")


async def _back_up_when_due(system: System) -> str:
    for instance in system.instances.values():
        instance.stop()
    await system.database.move_clock(timedelta(hours=12))
    await system.database.close()
    backup = await copy_database(system.admin_url, f"{database_name(system.admin_url)}_old")
    system.mailbox.answer = "250 taken"
    for instance in system.instances.values():
        instance.start()
    await system.ready()
    return backup
