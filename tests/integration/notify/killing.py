"""What is in hand when a postman is killed, what another finds afterwards, and what must be true then."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from msgspec import structs

from services.chassis.database import Database
from services.notify.domain.planning import letters_for
from services.notify.postman.doubts import settle_doubts
from services.notify.postman.lease import hold_lease
from services.notify.postman.worker import Postman
from services.notify.settings import Settings
from services.notify.store import ledger
from tests.controls.envelope import id_of
from tests.controls.notify import SENDER, told_events
from tests.harness.mortal import Life
from tests.harness.nasty_mail import address_at
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk
from tests.integration.notify.vault import ref_of

FORGET = """
TRUNCATE notify.letter, notify.verdict, notify.moved, notify.outbox;
UPDATE notify.outbox_stream SET next_seq = 1;
"""
CONNECTIONS = 2
ONCE = (["sent"], ["failed", "sent"])
"""Sent at once, or told as in doubt and then as sent."""

AT_ONCE = {"unknown_resend": frozenset({"outcome", "poc-informed"}), "unknown_pause_minutes": 0}
FINISHED = {"sent", "unknown"}


def person(address: str) -> dict[str, str]:
    """Give somebody with this address."""
    return {"name": "Ana", "address": address, "language": "es"}


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a postman has to bring out: letters about events of one sort, and the people that the vault knows."""

    name: str
    told: str
    people: tuple[str, ...]
    times: int = 1
    to_pocs: bool = False
    waits: bool = False

    async def lay(self, desk: Desk) -> None:
        """Put it into an empty ledger, before an empty server that is as nasty as the people's addresses say."""
        await desk.admin.execute(FORGET)
        desk.server.forget()
        desk.server.heeds = True
        desk.vault.pocs = [person(address) for address in self.people]
        events = [
            replace(told_events()[self.told], id=id_of(f"{self.told} {n}"), subject=str(id_of(f"subject {n}")))
            for n in range(self.times)
        ]
        letters = [letter for event in events for letter in letters_for(event)]
        if self.to_pocs:
            owed = [it for it in letters if it.recipient != "submitter"]
        else:
            people = [it for it in letters if it.recipient == "submitter"]
            owed = [
                structs.replace(it, contact_ref=ref_of(person(address)))
                for it, address in zip(people, self.people, strict=True)
            ]
        async with desk.database.transaction() as tx:
            await ledger.insert_letters(tx, [structs.replace(it, waits=self.waits) for it in owed])


LETTERS = Load(
    name="letters",
    told="accepted",
    people=("ana@example.org", address_at("taken-hang-up"), address_at("final-451")),
    times=3,
)
"""To one who takes it, one whose server loses its answer, one who puts it off."""

DIGESTS = Load(name="digests", told="received", people=("luis@example.org", "eva@example.org"), times=2, to_pocs=True)
"""To two points of contact, about two submissions: each gets one piece of mail, once it is known that they are two."""

LOADS = (LETTERS, DIGESTS)


def carrying(settings: Settings, make: Callable[[], Postman]) -> Callable[[Life], Coroutine[Any, Any, None]]:
    """Give a life in which a postman delivers once what is due."""

    async def lived(life: Life) -> None:
        database = Database(settings, "notify")
        await database.open()
        async with hold_lease(database, settings) as (lease, _):
            await _connect(database)
            life.begin()
            await make().deliver_due(database, lease)
            life.end()
        await database.close()

    return lived


async def _connect(database: Database) -> None:
    # so that the suspensions which are counted are those of sending
    async with AsyncExitStack() as stack:
        for _ in range(CONNECTIONS):
            await stack.enter_async_context(database.transaction(read_clock=False))


async def finish(desk: Desk, *, what: str) -> None:
    """Let another postman finish, at a server that is kind by now."""
    desk.server.heeds = False
    desk.vault.pocs.reverse()  # a list that turns round meanwhile changes nothing
    await seen(lambda: _is_finished(desk), what=f"an end after {what}")


async def _is_finished(desk: Desk) -> bool:
    await desk.make_due()
    await desk.go_once()
    return set(await desk.states()) <= FINISHED


class End(NamedTuple):
    """Where a delivery ended: its state, and how many copies of its mail the server took, or knew again."""

    state: str
    copies: int


Right = Mapping[End, Sequence[list[str]]]
"""How a delivery may end, and what the topic may have heard of it then."""

RIGHT: Right = {End("sent", 1): (["sent"],), End("unknown", 0): (["failed"],), End("unknown", 1): (["failed"],)}


async def ends_of(desk: Desk) -> list[End]:
    """Say where each delivery ended."""
    return [End(row["state"], desk.server.heard[_message_id(row)]) for row in await _rows(desk)]


async def faults(desk: Desk, right: Right = RIGHT) -> list[str]:
    """Say what is wrong: a copy too many, one missing, a delivery that was not told, or told as something else."""
    rows, told = await _rows(desk), _told_of(await desk.told())
    found = []
    for row, end in zip(rows, await ends_of(desk), strict=True):
        heard = told.get(str(row["delivery_id"]), [])
        if heard not in right.get(end, ()):
            found.append(f"{end.state} with {end.copies} copies, told as {heard}")
    strangers = {str(mail["Message-ID"]) for mail in desk.server.taken} - {_message_id(row) for row in rows}
    twice = [them for them, count in Counter(desk.server.recipients).items() if count > 1]
    return found + [f"mail of no delivery: {it}" for it in strangers] + [f"several to {them}" for them in twice]


async def go_again(desk: Desk) -> list[str]:
    """Let what is in doubt go once more, to a server that deduplicates; say what is wrong when all of it is sent."""
    await seen(lambda: _is_sent(desk), what="all of it sent")
    rows, told = await _rows(desk), _told_of(await desk.told())
    copies = [desk.server.copies(_message_id(row)) for row in rows]
    heard = [told.get(str(row["delivery_id"]), []) for row in rows]
    return [f"{n} copies, told as {it}" for n, it in zip(copies, heard, strict=True) if n != 1 or it not in ONCE]


async def _is_sent(desk: Desk) -> bool:
    await settle_doubts(desk.database, desk.settings.model_copy(update=AT_ONCE))
    await desk.make_due()
    await desk.go_once()
    return set(await desk.states()) == {"sent"}


async def _rows(desk: Desk) -> list[Any]:
    return await desk.rows("delivery_id, state, to_jsonb(letter) ->> 'mail_id' AS mail_id")


def kill_a_postman(settings: Settings, **environment: str) -> int:
    """Let a postman as a process deliver what is due, or die by SIGKILL where it is told to; give how it ended."""
    return kill("tests.integration.notify.lonely_postman", settings, **environment)


def kill(module: str, settings: Settings, **environment: str) -> int:
    """Run a module as a process, until its end or until it dies by SIGKILL where it is told to; give how it ended."""
    env = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "KAFKA_BOOTSTRAP_SERVERS": "unused",
        "SMTP_PORT": str(settings.smtp_port),
        "SMTP_FINAL_REPLY_SECONDS": str(settings.smtp_final_reply_seconds),
        "PUBLIC_URL": str(settings.public_url),
        **environment,
    }
    died = subprocess.run([sys.executable, "-m", module], env=env, check=False, capture_output=True, timeout=60)
    assert died.returncode in {0, -signal.SIGKILL}, died.stderr.decode()
    return died.returncode


def _message_id(row: Any) -> str:
    return f"<{row['mail_id'] or row['delivery_id']}@{SENDER.domain}>"


def _told_of(events: list[dict[str, Any]]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for event in events:
        outcome = event["type"].rpartition(".notice.")[2].partition(".")[0]
        told.setdefault(event["data"]["notice"]["delivery_id"], []).append(outcome)
    return told
