"""The log holds what the outbox does not: it may be the only copy of given receipts, so nothing touches it."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import asyncpg
import pytest

from contracts.topics import SUBMISSIONS
from deploy.database import copy_database, drop_database
from services.chassis.database import Database
from services.chassis.errors import is_passing
from services.chassis.reading.hears import Hears
from services.chassis.relay.halt import order_repair
from services.chassis.relay.vouching import is_vouched
from tests.conftest import TestDatabase
from tests.harness.waiting import seen
from tests.integration.chassis.conftest import settings_of
from tests.integration.chassis.relay.test_hearers import Listener, hearing
from tests.integration.chassis.relay.writer import SERVICE, Writer


@pytest.fixture
async def older(writer: Writer, database: TestDatabase) -> AsyncIterator[Writer]:
    """The same service on a copy of its database, from before its last events; what was copied since is in the log."""
    async with writer.relay():
        await writer.emit_everywhere(5)
        await writer.until_recorded()
    await writer.database.close()
    url = await copy_database(database.admin_url, f"older_{writer.settings.topic_prefix.strip('.').replace('-', '_')}")
    await writer.database.open()
    async with writer.relay():
        await writer.emit_everywhere(5)
        await writer.until_recorded()
    settings = writer.settings.model_copy(update={"database_url": settings_of(TestDatabase(url), SERVICE).database_url})
    opened = Database(settings, SERVICE)
    await opened.open()
    yield Writer(opened, settings)
    await opened.close()
    await drop_database(url)


async def test_a_log_ahead_of_the_outbox_stops_everything(writer: Writer, older: Writer) -> None:
    """An older database is restored: the relay says so and stands still, and nothing more is emitted."""
    async with older.relay():
        await older.until_halted("fork")
        with pytest.raises(asyncpg.PostgresError) as caught:
            await older.emit(1)
    assert is_passing(caught.value)  # doors answer 503, readers wait
    assert await writer.heard() == await writer.outbox()


async def test_another_event_under_a_known_number_stops_everything(writer: Writer, older: Writer) -> None:
    """The restored service has told other events meanwhile: the log is not touched, not even added to."""
    await older.emit_everywhere(5)
    before = await writer.log_seqs()
    async with older.relay():
        await older.until_halted("fork")
    assert await writer.log_seqs() == before


async def test_a_fork_outweighs_a_loss(writer: Writer, older: Writer) -> None:
    """By its end the log is lost; but what is left of it is ahead of the outbox, so it is not deleted."""
    await older.rows("UPDATE relay_cursor SET kafka_offset = 999 WHERE relayed_seq > 0 RETURNING 1")
    async with older.relay():
        await older.until_halted("fork")
    assert await writer.heard() == await writer.outbox()


async def test_a_fork_is_never_repaired(writer: Writer, older: Writer) -> None:
    """No order and no resumption moves it; a restart finds it halted."""
    async with older.relay():
        await older.until_halted("fork")
        async with older.database.transaction() as tx:
            assert not await order_repair(tx)
    async with older.relay():
        await older.rows("DELETE FROM halted_reader RETURNING 1")
        await older.until_halted("fork")
    assert await writer.heard() == await writer.outbox()


async def test_only_a_log_that_was_compared_is_vouched_for(writer: Writer, older: Writer) -> None:
    """What cannot be told twice waits for that: never on an older copy, whether the fork is known by now or not."""
    assert not await is_vouched(writer.database)
    async with writer.relay():
        await seen(partial(is_vouched, writer.database), what="vouched for")
    await seen(partial(is_vouched, writer.database), lambda it: not it, what="vouched for no longer")
    async with older.relay():
        await older.until_halted("fork")
        assert not await is_vouched(older.database)


async def test_an_older_outbox_whose_log_is_lost_besides_is_found(
    writer: Writer, older: Writer, database: TestDatabase
) -> None:
    """Its numbers would be given again to other events, which readers skip: a reader's position tells."""
    listener = Listener()
    hears = Hears(SUBMISSIONS, listener.numbered)
    async with hearing(writer, database, "review", hears):
        await seen(listener.count, lambda count: count == 10 * SUBMISSIONS.partitions, what="all heard")
    await writer.remake_topic()
    async with older.relay(), hearing(writer, database, "review", hears):
        await older.until_halted("fork")


async def test_a_fork_while_it_runs_is_found(writer: Writer) -> None:
    """Somebody else writes a number of ours: seen within a second, though nothing is lost."""
    async with writer.relay():
        await writer.emit_everywhere(5)
        await writer.until_recorded()
        [first, *_] = (await writer.outbox())[0]
        await writer.send([(0, 3, first)])
        await writer.until_halted("fork")


async def test_records_of_ours_a_second_time_are_no_fork(writer: Writer) -> None:
    """A leader that was thawed sends once more what it had in hand: known numbers, known events."""
    async with writer.relay():
        await writer.emit_everywhere(5)
        await writer.until_recorded()
        ids = (await writer.outbox())[0]
        await writer.send([(0, seq, ids[seq - 1]) for seq in (3, 4, 5)])
        await asyncio.sleep(2)
        await writer.emit_everywhere(5)
        await writer.until_recorded()
    assert await writer.halted() == []
    assert await writer.heard() == await writer.outbox()


async def test_records_without_a_number_are_not_the_relay_s_business(writer: Writer) -> None:
    """What no relay wrote is put aside by readers; the relay goes on."""
    async with writer.relay():
        await writer.emit_everywhere(5)
        await writer.until_recorded()
        await writer.send_stray(0)
        await asyncio.sleep(2)
        await writer.emit_everywhere(5)
        await writer.until_recorded()
    assert await writer.halted() == []
