"""One system for each module of tests, on the session's stack."""

import os
import secrets
from collections.abc import AsyncIterator

import pytest

from deploy.database import copy_database, drop_database
from deploy.stack.stack import Stack
from tests.harness.people import People
from tests.harness.system import System

SMALL_CHUNKS = {"RELEASE_CHUNK_ITEMS": "2"}


@pytest.fixture(scope="module")
async def system(stack: Stack, template_url: str) -> AsyncIterator[System]:
    """A running system of this module's own."""
    name = f"e{os.getpid()}{secrets.token_hex(3)}"
    admin_url = await copy_database(template_url, name)
    running = System(stack, admin_url, f"{name}.", SMALL_CHUNKS)
    try:
        await running.start()
        yield running
    finally:
        await running.stop()
        await drop_database(running.admin_url)


@pytest.fixture(scope="module")
def people(system: System) -> People:
    """Everyone who uses this module's system."""
    return People(system)
