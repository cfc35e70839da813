"""Every SQL statement of every store is one that its service's migrated schema understands, in its own role."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

import asyncpg
import pytest

import services
from deploy.services import find_services
from tests.architecture.rules import SQL
from tests.conftest import TestDatabase

SERVICES = find_services()


def _modules(package: str) -> Iterator[ModuleType]:
    module = import_module(package)
    yield module
    for found in walk_packages(getattr(module, "__path__", []), f"{package}."):
        yield import_module(found.name)


def _statements(package: str) -> list[tuple[str, str]]:
    """Find the statements of a package by their names; a name with an underscore before it is a part of others."""
    return [
        (f"{module.__name__}.{name}", value)
        for module in _modules(package)
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, str) and SQL.match(value)
    ]


async def _refused(url: str, statements: list[tuple[str, str]]) -> dict[str, str]:
    connection = await asyncpg.connect(url)
    refused = {}
    try:
        for name, statement in statements:
            try:
                await connection.prepare(statement)
            except asyncpg.PostgresError as error:
                refused[name] = str(error)
    finally:
        await connection.close()
    return refused


@pytest.mark.parametrize("service", SERVICES)
async def test_every_statement_of_a_store_prepares(database: TestDatabase, service: str) -> None:
    """No statement waits for a rare path to find out that its column was renamed."""
    statements = _statements(f"services.{service}.store")
    assert statements
    assert await _refused(database.url(service), statements) == {}


@pytest.mark.parametrize("service", SERVICES)
async def test_every_statement_of_the_chassis_prepares_in_every_schema(database: TestDatabase, service: str) -> None:
    """Every service stands on the same tables."""
    statements = _statements("services.chassis")
    assert statements
    assert await _refused(database.url(service), statements) == {}


async def test_statement_that_does_not_fit_is_named(database: TestDatabase) -> None:
    """The check is a real one: another service's table is not found, nor a column that is not there."""
    planted = [("FIND_OTHER", "SELECT 1 FROM no_such_table"), ("FIND_COLUMN", "SELECT no_such_column FROM outbox")]
    assert set(await _refused(database.url(SERVICES[0]), planted)) == {"FIND_OTHER", "FIND_COLUMN"}


def test_services_have_stores() -> None:
    """The services are found by looking: there is something to check."""
    assert {module.name for module in walk_packages(services.__path__, "services.")} >= {
        f"services.{service}.store" for service in SERVICES
    }
