"""A postman with a ledger in a real Postgres, a vault at the edge, and a mail server that can be nasty."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import pytest

from contracts.event import Event
from deploy.database import copy_database, drop_database
from services.chassis.codec import decode
from services.chassis.database import Database
from services.notify.domain.delivery import TRANSITIONS, State
from services.notify.domain.letters import Letter
from services.notify.domain.planning import letters_for
from services.notify.postman.contacts import Vault
from services.notify.postman.lease import hold_lease, take_over
from services.notify.postman.pile import Errand, Pile
from services.notify.postman.worker import Postman, make_postman
from services.notify.settings import Settings
from services.notify.store import claims, ledger
from tests.conftest import TestDatabase
from tests.controls.envelope import id_of
from tests.controls.notify import told_events
from tests.harness.nasty_mail import NastyServer
from tests.integration.notify.vault import FakeVault

WATCH = """
CREATE TABLE notify.moved (delivery_id uuid, before text, after text);
CREATE FUNCTION notify.watch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO notify.moved VALUES (NEW.delivery_id, OLD.state, NEW.state);
    RETURN NEW;
END $$;
CREATE TRIGGER watch AFTER UPDATE OF state ON notify.letter FOR EACH ROW EXECUTE FUNCTION notify.watch();
"""
"""Writes down every change of state, so that each test also checks that it was a declared one."""


EMPTY = """
TRUNCATE notify.letter, notify.verdict, notify.subscriber, notify.bounce, notify.suppression, notify.standing,
    notify.month_review, notify.moved, notify.outbox, notify.outbox_stream, notify.relay_cursor, notify.stream_position
"""


@dataclass
class Desk:
    """Everything around one postman; the ledger is looked into as the administrator."""

    settings: Settings
    database: Database
    admin: "asyncpg.Connection[asyncpg.Record]"
    vault: FakeVault
    server: NastyServer

    def postman(self, **settings: Any) -> Postman:
        """Make a postman who asks this vault and brings letters to this server."""
        made = make_postman(self.settings.model_copy(update=settings))
        return replace(made, vault=Vault(self.vault.client()))

    async def owe(self, told: str = "accepted", *, times: int = 1, only: str = "submitter") -> list[Letter]:
        """Enter the letters of so many events of one sort into the ledger."""
        events = [
            replace(told_events()[told], id=id_of(f"{told} {n}"), subject=str(id_of(f"subject {n}")))
            for n in range(times)
        ]
        letters = [letter for event in events for letter in letters_for(event) if letter.recipient.startswith(only)]
        async with self.database.transaction() as tx:
            await ledger.insert_letters(tx, letters)
        return letters

    async def hear(self, handler: Any, events: Sequence[Event[Any]]) -> None:
        """Let a handler hear a chunk."""
        async with self.database.transaction() as tx:
            await handler.handler(events, tx)

    async def go_once(self, postman: Postman | None = None) -> int:
        """Take over what is left lying, then let a postman deliver what is due once."""
        postman = postman or self.postman()
        await take_over(self.database)
        try:
            async with hold_lease(self.database, self.settings) as (lease, _):
                return await postman.deliver_due(self.database, lease)
        finally:
            postman.hang_up()

    async def claim(self, lease: int, count: int = 1) -> list[Errand]:
        """Claim mail that is due, under a lease that somebody holds or has lost."""
        async with self.database.transaction() as tx:
            return [Errand(lease, mail, tx.now) for mail in await claims.claim_mail(tx, lease, count)]

    async def deliver(self, errand: Errand) -> None:
        """Let a postman deliver what was claimed."""
        postman = self.postman()
        await postman.carriers(self.database, Pile())[0].deliver(errand)
        postman.hang_up()

    async def make_due(self) -> None:
        """Let the waiting of a back-off be over."""
        await self.admin.execute("UPDATE notify.letter SET due_at = made_at")

    async def states(self) -> list[str]:
        """Give the states of all letters, in the order of their ids."""
        rows = await self.admin.fetch("SELECT state FROM notify.letter ORDER BY delivery_id")
        return [row["state"] for row in rows]

    async def rows(self, columns: str = "*") -> list[Any]:
        """Give the ledger's rows."""
        return list(await self.admin.fetch(f"SELECT {columns} FROM notify.letter ORDER BY delivery_id"))

    async def told(self) -> list[dict[str, Any]]:
        """Give what was told on `notices`: type and data of each event, in order."""
        rows = await self.admin.fetch("SELECT payload FROM notify.outbox ORDER BY topic, partition, seq")
        return [decode(dict[str, Any], row["payload"]) for row in rows]


@pytest.fixture
def mail_server() -> Iterator[NastyServer]:
    """A nasty mail server."""
    server = NastyServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def shared_database(template_url: str) -> AsyncIterator[TestDatabase]:
    """A migrated database for the tests of a module; every desk finds it empty."""
    url = await copy_database(template_url, f"notify_{secrets.token_hex(6)}")
    admin = await asyncpg.connect(url)
    await admin.execute(WATCH)
    await admin.close()
    yield TestDatabase(url)
    await drop_database(url)


@pytest.fixture
def settings(shared_database: TestDatabase, mail_server: NastyServer) -> Settings:
    """The settings of a notify that is quick."""
    return Settings.model_validate(
        {
            "database_url": shared_database.url("notify"),
            "kafka_bootstrap_servers": "unused",
            "smtp_port": mail_server.port,
            "smtp_final_reply_seconds": 0.5,
            "postman_beat_seconds": 0.2,
            "postman_poll_seconds": 0.02,
            "postman_silence_seconds": 2,
            "public_url": "https://challenge.example.org",
        }
    )


@pytest.fixture
async def desk(shared_database: TestDatabase, settings: Settings, mail_server: NastyServer) -> AsyncIterator[Desk]:
    """A desk; at the end every change of state must have been a declared one."""
    admin = await asyncpg.connect(shared_database.admin_url)
    await admin.execute(EMPTY)
    ledger = Database(settings, "notify")
    await ledger.open()
    yield Desk(settings=settings, database=ledger, admin=admin, vault=FakeVault(), server=mail_server)
    moved = await admin.fetch("SELECT DISTINCT before, after FROM notify.moved WHERE before <> after")
    await ledger.close()
    await admin.close()
    assert {(row["before"], row["after"]) for row in moved} <= DECLARED


DECLARED = {(before.value, after.value) for before in State for after in TRANSITIONS[before]}


async def run_until(postman: Postman, database: Database, done: "asyncio.Future[Any]") -> None:
    """Let a postman work until something is done, then tell it to stop."""
    work = asyncio.ensure_future(postman.work(database))
    await asyncio.wait([work, done], return_when=asyncio.FIRST_COMPLETED)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
