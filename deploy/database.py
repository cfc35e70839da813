"""Makes the database: the platform's clock, a role and a schema for each service, and every service's migrations."""

import asyncio
import hashlib
import hmac
import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from deploy.services import SERVICES, find_services

OPERATOR = "operator"
PUBLIC_READER = "public_reader"
PLATFORM = "platform"
_PLATFORM_MIGRATIONS = Path(__file__).with_name("migrations")
_CHASSIS_MIGRATIONS = SERVICES / "chassis" / "migrations"
_DBMATE = Path(sys.executable).with_name("dbmate")
_CLOSE_TO_STRANGERS = "REVOKE ALL ON DATABASE {database} FROM PUBLIC"
_PATIENCE_SECONDS = 60 * 60.0
_LET_IN = "SELECT platform.let_in($1, $2)"
_LET_IN_SERVICE = "SELECT platform.let_in_service($1, $2)"


async def set_up(admin_url: str) -> None:
    """Bring the database to what the code needs: roles, schemas, grants, migrations. Safe to repeat.

    Raises:
        RuntimeError: a migration failed; says which and why.
    """
    services = find_services()
    await _migrate(admin_url, PLATFORM, "platform", _PLATFORM_MIGRATIONS)
    await _let_everybody_in(admin_url, services)
    await asyncio.gather(*(_migrate_service(admin_url, service) for service in services))


async def _migrate_service(admin_url: str, service: str) -> None:
    url = service_url(admin_url, service)
    await _migrate(url, service, "chassis", _CHASSIS_MIGRATIONS)
    await _migrate(url, service, "service", SERVICES / service / "migrations")


async def _let_everybody_in(admin_url: str, services: Iterable[str]) -> None:
    async with connected(admin_url) as admin:
        await admin.execute(_CLOSE_TO_STRANGERS.format(database=_quoted(database_name(admin_url))))
        for role in (OPERATOR, PUBLIC_READER):
            await admin.execute(_LET_IN, role, role_password(admin_url, role))
        for service in services:
            await admin.execute(_LET_IN_SERVICE, service, role_password(admin_url, service))


async def _migrate(url: str, schema: str, of: str, directory: Path) -> None:
    """Run the migrations that have not been run; `of` tells apart two sets of them in one schema."""
    arguments = ["--migrations-dir", str(directory), "--migrations-table", f"{schema}.schema_migrations_{of}"]
    process = await asyncio.create_subprocess_exec(
        _DBMATE,
        "--no-dump-schema",
        *arguments,
        "migrate",
        env={**os.environ, "DATABASE_URL": _with_query(url, search_path=schema)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"migrations of {of} in schema {schema} failed: {said.decode().strip()}")


async def make_beside(admin_url: str, service: str, schema: str) -> None:
    """Make an empty schema beside a service's own, with the same tables; one that is there goes, with all in it."""
    await make_empty_beside(admin_url, service, schema)
    url = service_url(admin_url, service)
    await _migrate(url, schema, "chassis", _CHASSIS_MIGRATIONS)
    await _migrate(url, schema, "service", SERVICES / service / "migrations")


async def make_empty_beside(admin_url: str, service: str, schema: str) -> None:
    """Make a schema of a service's role with nothing in it; one that is there goes, with all in it."""
    await drop_beside(admin_url, schema)
    async with connected(admin_url) as admin:
        await admin.execute(f"CREATE SCHEMA {_quoted(schema)} AUTHORIZATION {_quoted(service)}")


async def rename_beside(admin_url: str, schema: str, name: str) -> bool:
    """Give a schema another name; one that has it goes. Says whether there was one to rename."""
    async with connected(admin_url) as admin:
        if await admin.fetchval("SELECT to_regnamespace($1)", _quoted(schema)) is None:
            return False
        async with admin.transaction():
            await admin.execute(f"DROP SCHEMA IF EXISTS {_quoted(name)} CASCADE")
            await admin.execute(f"ALTER SCHEMA {_quoted(schema)} RENAME TO {_quoted(name)}")
    return True


async def tidy_beside(admin_url: str, schema: str) -> None:
    """Let the planner know what is in the tables of a schema, and where all may be seen by everyone."""
    async with connected(admin_url) as admin:
        for (table,) in await admin.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1", schema):
            await admin.execute(f"VACUUM (ANALYZE) {_quoted(schema)}.{_quoted(table)}", timeout=_PATIENCE_SECONDS)


async def drop_beside(admin_url: str, schema: str) -> None:
    """Remove a schema that was made beside a service's own, with all in it."""
    async with connected(admin_url) as admin:
        await admin.execute(f"DROP SCHEMA IF EXISTS {_quoted(schema)} CASCADE")


def role_password(admin_url: str, role: str) -> str:
    """Return a role's password: what `<ROLE>_DATABASE_PASSWORD` says, else derived from the administrator's.

    Raises:
        ValueError: neither is given.
    """
    given = os.environ.get(f"{role.upper()}_DATABASE_PASSWORD")
    if given:
        return given
    secret = urlsplit(admin_url).password
    if not secret:
        raise ValueError("DATABASE_URL needs a password: the roles' passwords are derived from it")
    return hmac.new(unquote(secret).encode(), f"role {role}".encode(), hashlib.sha256).hexdigest()


def service_url(admin_url: str, role: str) -> str:
    """Return the URL with which a service, the operator or the public reader connects to the same database."""
    parts = urlsplit(admin_url)
    address = (parts.netloc.rpartition("@"))[2]
    login = f"{quote(role)}:{role_password(admin_url, role)}"
    return urlunsplit(parts._replace(netloc=f"{login}@{address}"))


def database_name(url: str) -> str:
    """Return the name of the database that a URL leads to."""
    return unquote(urlsplit(url).path.removeprefix("/"))


async def copy_database(admin_url: str, name: str) -> str:
    """Make database `name` as a copy of the one that `admin_url` leads to, within a blink; return its URL.

    Nobody may be connected to the original meanwhile.
    """
    original = database_name(admin_url)
    async with connected(_at_database(admin_url, "postgres")) as admin:
        await admin.execute(f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(original)}")
    url = _at_database(admin_url, name)
    await _let_everybody_in(url, find_services())
    return url


async def create_database(admin_url: str, name: str) -> str:
    """Make an empty database beside the one that `admin_url` leads to; return its URL."""
    async with connected(admin_url) as admin:
        await admin.execute(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0")
    return _at_database(admin_url, name)


async def drop_database(url: str) -> None:
    """Remove the database that a URL leads to, whoever is connected to it."""
    async with connected(_at_database(url, "postgres")) as admin:
        await admin.execute(f"DROP DATABASE IF EXISTS {_quoted(database_name(url))} WITH (FORCE)")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Connect for the length of a block."""
    connection = await asyncpg.connect(url, timeout=30, command_timeout=60)
    try:
        yield connection
    finally:
        await connection.close(timeout=10)


def _at_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name)}"))


def _with_query(url: str, **more: str) -> str:
    parts = urlsplit(url)
    query = {"sslmode": "disable", **dict(parse_qsl(parts.query)), **more}
    return urlunsplit(parts._replace(query=urlencode(query)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
