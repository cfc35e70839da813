"""What every test may ask for: a real broker, a real database of its own, a mailbox. Each starts when first wanted."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from deploy.database import copy_database, create_database, drop_database, service_url, set_up
from deploy.stack.mailbox import Mailbox
from deploy.stack.runs import Run
from deploy.stack.stack import Broker, DatabaseServer, Stack


@dataclass(frozen=True)
class TestDatabase:
    """A migrated database that belongs to one test: its administrator's URL, and one for each role."""

    __test__ = False

    admin_url: str

    def url(self, role: str) -> str:
        """Return the URL of a service's role, of `operator` or of `public_reader`."""
        return service_url(self.admin_url, role)


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """Everything that this test session starts, and the directory of its data."""
    with Run.begin() as begun:
        yield begun


@pytest.fixture(scope="session")
def lazy_stack(run: Run) -> Iterator[Stack]:
    """The stack of this session with nothing started yet."""
    with Stack(run) as made:
        yield made


@pytest.fixture(scope="session")
def stack(lazy_stack: Stack) -> Stack:
    """The stack of this session: broker, database and mailbox, all running."""
    lazy_stack.start()
    return lazy_stack


@pytest.fixture(scope="session")
def postgres(lazy_stack: Stack) -> DatabaseServer:
    """The database server of this session."""
    lazy_stack.start(kafka=False, mailbox=False)
    return lazy_stack.postgres


@pytest.fixture(scope="session")
def kafka(lazy_stack: Stack) -> Broker:
    """The broker of this session."""
    lazy_stack.start(postgres=False, mailbox=False)
    return lazy_stack.kafka


@pytest.fixture(scope="session")
def mailbox(lazy_stack: Stack) -> Mailbox:
    """The mailbox of this session; tests tell their mail apart by its recipients."""
    lazy_stack.start(kafka=False, postgres=False)
    return lazy_stack.mailbox


@pytest.fixture(scope="session")
async def template_url(postgres: DatabaseServer) -> AsyncIterator[str]:
    """A database with all roles, schemas and migrations, from which each test's own is copied."""
    url = await create_database(postgres.database_url, f"template_{secrets.token_hex(4)}")
    await set_up(url)
    yield url
    await drop_database(url)


@pytest.fixture
async def database(template_url: str) -> AsyncIterator[TestDatabase]:
    """A migrated database of this test's own."""
    url = await copy_database(template_url, f"test_{secrets.token_hex(6)}")
    yield TestDatabase(url)
    await drop_database(url)


@pytest.fixture
def topic_prefix() -> str:
    """A prefix of topics and consumer groups of this test's own."""
    return f"t{os.getpid()}-{secrets.token_hex(4)}."
