"""A service starts only where a commit is a promise, and stops when it is told to."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from pydantic import ValidationError

from services.chassis.database import REQUIRED_SETTINGS, Database
from tests.conftest import TestDatabase
from tests.integration.chassis.conftest import settings_of


async def _refusal(database: TestDatabase, **settings: object) -> str:
    opened = Database(settings_of(database, "review", **settings), "review")
    try:
        with pytest.raises(RuntimeError) as refused:
            await opened.open()
    finally:
        await opened.close()
    return str(refused.value)


async def _as_admin(database: TestDatabase, sql: str) -> None:
    connection = await asyncpg.connect(database.admin_url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def test_a_server_that_may_lose_commits_is_refused(database: TestDatabase) -> None:
    """With `synchronous_commit` off a commit is no promise: the service does not start, and says why."""
    await _as_admin(database, "ALTER ROLE review SET synchronous_commit = off")
    try:
        assert "synchronous_commit = off" in await _refusal(database)
    finally:
        await _as_admin(database, "ALTER ROLE review RESET synchronous_commit")


async def test_all_that_the_promise_rests_on_is_asserted() -> None:
    """Whoever takes one of these away takes a guarantee away."""
    assert REQUIRED_SETTINGS.keys() >= {"fsync", "synchronous_commit", "full_page_writes"}


async def test_production_refuses_a_moved_clock(database: TestDatabase) -> None:
    """Outside demos and tests time is the time: any offset but zero is refused."""
    production = {"profile": "production", "topic_replication": 3, "min_insync_replicas": 2}
    await _as_admin(database, "UPDATE platform.clock SET \"offset\" = interval '1 day'")
    assert "clock is offset" in await _refusal(database, **production)


async def test_the_clock_only_grows(database: TestDatabase) -> None:
    """Time that has been told is not taken back, not even by the operator."""
    await _as_admin(database, "UPDATE platform.clock SET \"offset\" = interval '2 days'")
    with pytest.raises(asyncpg.PostgresError):
        await _as_admin(database, "UPDATE platform.clock SET \"offset\" = interval '1 day'")
    opened = Database(settings_of(database, "review"), "review")
    await opened.open()
    async with opened.transaction() as tx:
        assert tx.now - await tx.fetchval("SELECT clock_timestamp()") > timedelta(days=1, hours=23)
    await opened.close()


async def test_a_service_cannot_move_the_clock(database: TestDatabase) -> None:
    """Every service's role reads the clock; only the operator's may write it."""
    connection = await asyncpg.connect(database.url("review"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("UPDATE platform.clock SET \"offset\" = interval '9 days'")
    finally:
        await connection.close()


def test_production_needs_copies_and_a_person_to_repair(database: TestDatabase) -> None:
    """A broker of one copy, or a relay that repairs by itself, is for demos: production must say otherwise."""
    with pytest.raises(ValidationError, match="min_insync_replicas"):
        settings_of(database, "review", profile="production")
    chosen = settings_of(database, "review", profile="production", topic_replication=3, min_insync_replicas=2)
    assert chosen.relay_repair == "operator"
    assert settings_of(database, "review").relay_repair == "auto"


async def test_a_cancellation_is_not_lost_with_the_connection(database: TestDatabase) -> None:
    """The rollback of a connection that is gone raises; the task was told to stop all the same, and stops."""
    opened = Database(settings_of(database, "review"), "review")
    await opened.open()
    held = asyncio.Event()

    async def hold() -> None:
        async with opened.transaction() as tx:
            pid = await tx.fetchval("SELECT pg_backend_pid()")
            await _as_admin(database, f"SELECT pg_terminate_backend({pid:d})")
            held.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hold())
    await held.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await opened.close()
