"""A service that emits, on a real database and a real broker."""

from collections.abc import AsyncIterator

import pytest

from deploy.stack.stack import Broker
from services.chassis.database import Database
from tests.conftest import TestDatabase
from tests.integration.chassis.conftest import settings_of
from tests.integration.chassis.relay.writer import SERVICE, Writer


@pytest.fixture
async def writer(database: TestDatabase, kafka: Broker, topic_prefix: str) -> AsyncIterator[Writer]:
    """Intake, emitting, on a database and topics of the test's own."""
    settings = settings_of(
        database, SERVICE, kafka_bootstrap_servers=kafka.bootstrap_servers, topic_prefix=topic_prefix
    )
    opened = Database(settings, SERVICE)
    await opened.open()
    yield Writer(opened, settings)
    await opened.close()
