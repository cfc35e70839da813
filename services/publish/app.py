"""Puts publish together: what it hears, and the doors through which anyone reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter

from services.chassis.app import Service
from services.chassis.database import Database, Transaction
from services.publish.handlers import on_decisions
from services.publish.settings import Settings
from services.publish.site.doors import Reading, make_doors

NAME = "publish"


def make_service(settings: Settings) -> Service:
    """Make the service: the fold of `decisions`, and the public record's pages and data."""

    def doors(database: Database) -> APIRouter:
        return make_doors(_reading_publicly(settings) or _reading(database))

    return Service(
        name=NAME,
        about="Keeps the public record of Challenge reforms, and shows it to anyone.",
        handlers=[on_decisions],
        doors=doors,
    )


def _reading(database: Database) -> Reading:
    return lambda: database.transaction(read_clock=False)


def _reading_publicly(settings: Settings) -> Reading | None:
    if settings.public_database_url is None:
        return None
    told = {
        "database_url": settings.public_database_url,
        "statement_timeout_seconds": settings.public_statement_timeout_seconds,
    }
    database = Database(settings.model_copy(update=told), NAME, read_only=True)
    opening, opened = asyncio.Lock(), asyncio.Event()

    @asynccontextmanager
    async def reading() -> AsyncIterator[Transaction]:
        async with opening:
            if not opened.is_set():
                await database.open()
                opened.set()
        async with database.transaction() as tx:
            yield tx

    return reading
