"""The database gives each role its own and nothing of another's."""

from datetime import timedelta

import asyncpg
import pytest

from deploy.database import OPERATOR, PUBLIC_READER, connected, role_password, service_url, set_up
from deploy.services import find_services
from tests.conftest import TestDatabase

SERVICES = find_services()
OUTSIDE_ROLES = [OPERATOR, PUBLIC_READER]
TABLES_OF = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND schemaname <> $1
"""
MAY_READ = "SELECT has_schema_privilege($1, split_part($2, '.', 1), 'USAGE') AND has_table_privilege($1, $2, 'SELECT')"
READABLE = {
    OPERATOR: {"platform.clock"},
    PUBLIC_READER: set[str](),
    **{service: {"platform.clock"} for service in SERVICES},
}
WRITING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


@pytest.mark.parametrize("role", [*SERVICES, *OUTSIDE_ROLES])
async def test_role_reads_only_its_own(database: TestDatabase, role: str) -> None:
    """Of all tables that are not its own, a role may read the clock at most."""
    async with connected(database.admin_url) as admin:
        others = [row[0] for row in await admin.fetch(TABLES_OF, role)]
        readable = {table for table in others if await admin.fetchval(MAY_READ, role, table)}
    assert len(others) > len(SERVICES)
    assert readable == READABLE[role]


@pytest.mark.parametrize("role", [*SERVICES, *OUTSIDE_ROLES])
async def test_role_writes_nothing_of_another(database: TestDatabase, role: str) -> None:
    """No role may write a table that is not its own; the clock's offset is the operator's alone."""
    async with connected(database.admin_url) as admin:
        others = [row[0] for row in await admin.fetch(TABLES_OF, role)]
        writable = [
            (table, right)
            for table in others
            for right in WRITING
            if await admin.fetchval("SELECT has_table_privilege($1, $2, $3)", role, table, right)
        ]
        moves_clock = await admin.fetchval(
            "SELECT has_column_privilege($1, 'platform.clock', 'offset', 'UPDATE')", role
        )
    assert writable == []
    assert moves_clock == (role == OPERATOR)


@pytest.mark.parametrize("service", SERVICES)
async def test_reading_another_service_is_refused(database: TestDatabase, service: str) -> None:
    """The refusal is Postgres' own: there is a table, and this role is not let in."""
    other = next(name for name in SERVICES if name != service)
    async with connected(database.url(service)) as mine:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await mine.fetch(f"SELECT * FROM {other}.outbox")


async def test_public_reader_makes_nothing(database: TestDatabase) -> None:
    """Anyone may read what is public, and leave nothing behind, not even something temporary."""
    async with connected(database.url(PUBLIC_READER)) as anyone:
        await anyone.execute("SET default_transaction_read_only = off")  # a default, which anyone may change
        for statement in ("CREATE TABLE public.mine ()", "CREATE TEMP TABLE mine ()", "CREATE SCHEMA mine"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await anyone.execute(statement)


async def test_service_finds_its_own_tables_without_naming_its_schema(database: TestDatabase) -> None:
    """The search path of a role is its schema."""
    for service in SERVICES:
        async with connected(database.url(service)) as mine:
            assert await mine.fetchval("SELECT count(*) FROM outbox") == 0


async def test_clock_goes_forward_only(database: TestDatabase) -> None:
    """The offset grows by the operator's hand and never shrinks."""
    async with connected(database.url(OPERATOR)) as operator:
        await operator.execute('UPDATE platform.clock SET "offset" = $1', timedelta(days=40))
        with pytest.raises(asyncpg.CheckViolationError, match="only goes forward"):
            await operator.execute('UPDATE platform.clock SET "offset" = $1', timedelta(days=39))


async def test_platform_time_is_ahead_by_the_offset(database: TestDatabase) -> None:
    """Every service sees the same moved time."""
    async with connected(database.url(OPERATOR)) as operator:
        await operator.execute('UPDATE platform.clock SET "offset" = $1', timedelta(days=40))
    async with connected(database.url(SERVICES[0])) as service:
        ahead = await service.fetchval("SELECT platform.now() - clock_timestamp()")
    assert timedelta(days=39, hours=23) < ahead <= timedelta(days=40)


async def test_setting_up_again_changes_nothing(database: TestDatabase) -> None:
    """A deployment may run its setup as often as it likes."""
    await set_up(database.admin_url)
    async with connected(database.url(SERVICES[0])) as service:
        assert await service.fetchval("SELECT count(*) FROM outbox") == 0


async def test_wrong_password_is_refused(database: TestDatabase) -> None:
    """Roles are kept apart by passwords, on loopback too."""
    url = service_url(database.admin_url.replace(":", ":x", 2).replace("x//", "//"), SERVICES[0])
    with pytest.raises(asyncpg.InvalidPasswordError):
        async with connected(url):
            pass


def test_passwords_differ_by_role_and_need_a_secret() -> None:
    """One role's password tells nothing of another's, and without a secret there is none."""
    url = "postgresql://admin:secret@127.0.0.1/challenge"
    assert role_password(url, "review") != role_password(url, "intake")
    with pytest.raises(ValueError, match="password"):
        role_password("postgresql://admin@127.0.0.1/challenge", "review")
