"""Looks at the database: whether a commit is on disk, what time it is, and who may reach what."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg

from deploy.database import OPERATOR, PUBLIC_READER, connected
from deploy.examination.finding import Finding
from deploy.services import find_services
from services.chassis.database import REQUIRED_SETTINGS

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name = ANY ($1::text[])"
_OF_ROLES = """
SELECT coalesce(r.rolname, 'everybody') AS role, split_part(each, '=', 1) AS name,
       substr(each, strpos(each, '=') + 1) AS setting
FROM pg_db_role_setting AS s LEFT JOIN pg_roles AS r ON r.oid = s.setrole CROSS JOIN unnest(s.setconfig) AS each
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
_OFFSET = 'SELECT "offset" FROM platform.clock'
_FOREIGN_RIGHTS = """
SELECT format('%I may %s %I.%I', role.name, lower(kind.name), t.schemaname, t.tablename)
FROM pg_tables AS t
CROSS JOIN unnest($1::text[]) AS role (name)
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS kind (name)
WHERE t.schemaname NOT IN ('pg_catalog', 'information_schema')
  AND NOT (t.tableowner = role.name AND starts_with(t.schemaname, role.name || '_')) AND t.schemaname <> role.name
  AND NOT (t.schemaname = 'platform' AND t.tablename = 'clock' AND kind.name = 'SELECT' AND role.name <> $2)
  AND has_schema_privilege(role.name, t.schemaname, 'USAGE')
  AND has_table_privilege(role.name, format('%I.%I', t.schemaname, t.tablename), kind.name)
ORDER BY 1
"""

_BESIDES_READING = """
SELECT DISTINCT proname::text FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE')
  AND proname ~ '^(lo_|lowrite|pg_(try_)?advisory_|pg_notify|pg_logical_emit_message|pg_(cancel|terminate)_backend)'
ORDER BY 1
"""
_NOBODY_ELSE = "tell nobody its password; docs/operations.md says more"


async def examine_database(url: str, profile: str) -> list[Finding]:
    """Look as the administrator; `profile` says whether the clock may be ahead."""
    try:
        async with connected(url) as admin:
            return [
                Finding("the database answers"),
                await _examine_durability(admin),
                await _examine_clock(admin, profile),
                await _examine_grants(admin),
                await _examine_reading(admin),
            ]
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [Finding("the database can be looked at", f"{type(error).__name__}: {error}")]


async def _examine_durability(admin: "Connection") -> Finding:
    of_server = await admin.fetch(_SETTINGS, list(REQUIRED_SETTINGS))
    found = [("the server", row["name"], row["setting"]) for row in of_server]
    found += [(row["role"], row["name"], row["setting"]) for row in await admin.fetch(_OF_ROLES)]
    trouble = "; ".join(_find_faults(found))
    return Finding("a commit is on disk, for every role", trouble, trouble and "no service starts on such a database")


def _find_faults(found: Sequence[tuple[str, str, Any]]) -> Iterator[str]:
    for whose, name, setting in found:
        if REQUIRED_SETTINGS.get(name, setting) != setting:
            yield f"{name} is {setting} for {whose}: wanted is {REQUIRED_SETTINGS[name]}"


async def _examine_clock(admin: "Connection", profile: str) -> Finding:
    offset = await admin.fetchval(_OFFSET)
    if offset == timedelta(0):
        return Finding("the system's time is the server's")
    what = f"the system's time is {offset} ahead"
    if profile == "production":
        return Finding(what, "production refuses to run on moved time")
    return Finding(f"{what}, as it may be outside production")


async def _examine_grants(admin: "Connection") -> Finding:
    foreign = await admin.fetch(_FOREIGN_RIGHTS, [*find_services(), OPERATOR, PUBLIC_READER], PUBLIC_READER)
    return Finding("no role reaches another's tables", "; ".join(row[0] for row in foreign), "revoke it")


async def _examine_reading(admin: "Connection") -> Finding:
    besides = [row[0] for row in await admin.fetch(_BESIDES_READING, PUBLIC_READER)]
    return Finding("whoever may read can do nothing else", ", ".join(besides), _NOBODY_ELSE)
