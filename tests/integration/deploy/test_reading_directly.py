"""Whoever reads the database directly reads, and does nothing else; not even with every default of theirs lifted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from deploy.database import PUBLIC_READER, connected
from deploy.examination.database import examine_database
from services.chassis.database import Database
from services.publish.app import make_service
from services.publish.guarding import Guarding
from services.publish.settings import Settings
from tests.conftest import TestDatabase
from tests.harness.waiting import seen

STRANGER, PASSWORD = "a_stranger", "a password of theirs"
LIFTED = ("default_transaction_read_only = off", "statement_timeout = 0", "idle_in_transaction_session_timeout = 0")
REFUSED = (
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_xact_lock_shared(1, 2)",
    "SELECT pg_notify('anyone', 'x')",
    "SELECT pg_export_snapshot()",
    "SELECT pg_logical_emit_message(false, 'x', 'x')",
    "SELECT pg_current_xact_id()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'public_reader'",
    "DO $$ BEGIN END $$",
    "SET temp_file_limit = -1",
    "SET ROLE public_reader",
    "ALTER ROLE public_reader PASSWORD 'mine'",
    "SELECT platform.let_in_reader('another', 'x')",
)
IS_READING = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = $1 AND state = 'active' AND query LIKE 'WITH%')"
)
VOLATILE = """
SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE has_schema_privilege($1, n.oid, 'USAGE') AND has_function_privilege($1, p.oid, 'EXECUTE') AND p.provolatile = 'v'
  AND p.prorettype <> 'trigger'::regtype AND p.proname !~ $2
"""
HARMLESS = (
    # what tells, and what chance and the clock give
    "^(pg_stat_.*|pg_sleep.*|pg_(control|last|current|is|get|available|wal|xact|collation|database_collation)_.*|pg_jit_available|"
    "pg_lock_status|pg_prepared_xact|pg_notification_queue_usage|pg_.*_size|pg_partition_.*|pg_.*blocking_pids|"
    "pg_isolation_test_session_is_blocked|pg_sequence_last_value|(cursor|query)_to_xml.*|ts_(rewrite|stat)|"
    "random.*|array_(sample|shuffle)|setseed|gen_random_uuid|uuidv[47]|clock_timestamp|timeofday|current_query|txid_.*|"
    # what a session sets of its own; what asks for rights of its own: on sequences, indexes, slots, tables
    "set_config|(curr|last|next|set)val|currtid2|brin_.*|gin_clean_.*|pg_(copy|create|drop)_.*_slot|"
    "pg_logical_slot_.*|pg_replication_slot_advance|pg_sync_replication_slots|pg_(clear|restore)_(relation|attribute)_stats|"
    # for superusers, for pg_upgrade, and what cannot be called by name
    "binary_upgrade_.*|pg_nextoid|pg_import_system_collations|pg_extension_config_dump|pg_stop_making_pinned_objects|"
    "amvalidate|.*handler|dsnowball_.*|plpgsql_validator|bernoulli|system)$"
)


@asynccontextmanager
async def as_stranger(database: TestDatabase) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """Connect as somebody who was let in as a reader, and lifts what can be lifted."""
    async with connected(database.admin_url) as admin:
        await admin.execute("SELECT platform.let_in_reader($1, $2)", STRANGER, PASSWORD)
    parts = urlsplit(database.admin_url)
    address = f"{STRANGER}:{PASSWORD.replace(' ', '%20')}@{parts.netloc.rpartition('@')[2]}"
    async with connected(urlunsplit(parts._replace(netloc=address))) as stranger:
        for setting in LIFTED:
            await stranger.execute(f"SET {setting}")
        yield stranger


async def test_reader_stores_locks_and_ends_nothing(database: TestDatabase) -> None:
    """It reads what is public; each way to leave something, to keep others waiting or to end them, is refused."""
    async with as_stranger(database) as stranger:
        assert await stranger.fetchval("SELECT count(*) FROM publish.public_reforms") == 0
        for statement in REFUSED:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await stranger.execute(statement)


async def test_reader_may_call_nothing_that_is_not_known(database: TestDatabase) -> None:
    """A function that a newer Postgres brings, or a migration makes, is looked at before anyone may call it."""
    async with connected(database.admin_url) as admin:
        assert [row[0] for row in await admin.fetch(VOLATILE, PUBLIC_READER, HARMLESS)] == []
        await admin.execute("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC")
        assert [row[0] for row in await admin.fetch(VOLATILE, PUBLIC_READER, HARMLESS)] == ["lo_create"]
    (found,) = [one for one in await examine_database(database.admin_url, "embedded") if one.trouble]
    assert (found.what, found.trouble) == ("whoever may read can do nothing else", "lo_create")


async def test_services_lock_all_the_same(database: TestDatabase) -> None:
    """What their relays, postmen and workers stand on is theirs."""
    async with connected(database.url("publish")) as service:
        assert await service.fetchval("SELECT pg_try_advisory_lock(1)")


async def test_readers_beyond_a_number_wait_outside(database: TestDatabase) -> None:
    """They cannot take the connections of others."""
    async with connected(database.admin_url) as admin:
        limits = await admin.fetch("SELECT rolconnlimit FROM pg_roles WHERE rolname = $1", PUBLIC_READER)
    assert [row[0] > 0 for row in limits] == [True]
    async with as_stranger(database), as_stranger(database), as_stranger(database):
        with pytest.raises(asyncpg.TooManyConnectionsError):
            async with as_stranger(database):
                pass


@pytest.mark.parametrize("lifted", ["statement", "transaction"])
async def test_reading_over_the_limit_is_ended(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch, lifted: str
) -> None:
    """By publish, whatever the reader has set; who keeps the limits is left alone, and so is everybody else."""
    settings = {"database_url": database.url("publish"), "kafka_bootstrap_servers": "unused"}
    guarding, own = Guarding(made := Settings.model_validate(settings)), Database(made, "publish")
    assert any(isinstance(getattr(worker, "__self__", None), Guarding) for worker in make_service(made).workers)
    await own.open()
    async with as_stranger(database) as stranger, connected(database.admin_url) as admin:
        await stranger.execute("BEGIN")
        await stranger.execute("SELECT")
        endless = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n"
        reading = asyncio.create_task(stranger.execute(endless if lifted == "statement" else "SELECT"))
        other = asyncio.create_task(admin.execute("SELECT pg_sleep(1)"))
        if lifted == "statement":
            await seen(partial(_is_reading, database), what="a reader who reads")
            assert await guarding.look(own) == 0
            guarding.statement_at_most *= 0
        else:
            await reading
            assert await guarding.look(own) == 0
            monkeypatch.setattr("services.publish.guarding.TRANSACTION_AT_MOST", guarding.statement_at_most * 0)
        assert await guarding.look(own) == 1
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)):
            await (reading if lifted == "statement" else stranger.execute("SELECT"))
        await other
    await own.close()


async def _is_reading(database: TestDatabase) -> bool:
    async with connected(database.admin_url) as admin:
        return bool(await admin.fetchval(IS_READING, STRANGER))
