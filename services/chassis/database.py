"""The service's one Postgres: its pool, its transactions, and what is asserted of the server at start."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
from asyncpg import Record

from contracts.topics import CATALOGUE
from services.chassis import outbox
from services.chassis.settings import ServiceSettings
from services.chassis.transaction import Transaction

__all__ = ["Database", "Record", "Transaction"]

CLOCK_OFFSET = 'SELECT "offset" FROM platform.clock'
REQUIRED_SETTINGS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "server_encoding": "UTF8"}
"""Without these a commit is no promise."""


class Database:
    """The pool of one service's role, in its schema. ``on_emit`` is called after a commit that told something.

    A read-only one is for a role that may do nothing but select.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        service: str,
        on_emit: Callable[[], None] = lambda: None,
        *,
        read_only: bool = False,
    ) -> None:
        self.settings = settings
        self.service = service
        self.on_emit = on_emit
        self.read_only = read_only
        self._pool: asyncpg.Pool[Record] | None = None

    async def open(self) -> None:
        """Connect, and refuse a server that cannot keep the promise.

        Raises:
            RuntimeError: a setting on which the guarantee rests is off.
        """
        self._pool = await asyncpg.create_pool(
            min_size=1, max_size=self.settings.pool_max_connections, reset=_keep_session, **self.connection_arguments()
        )
        if self.read_only:
            return
        async with self.transaction() as tx:
            await _assert_durable(tx, self.settings.profile)
            await tx.execute(outbox.ENSURE_STREAMS, *_streams_of(self.service))

    async def close(self) -> None:
        """Give up all connections."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    def connection_arguments(self) -> dict[str, Any]:
        """Arguments of asyncpg.connect for this service: its role, its schema, limits on everything."""
        settings = self.settings
        return {
            "dsn": settings.database_url.get_secret_value(),
            "command_timeout": settings.statement_timeout_seconds + 5,
            "server_settings": {
                "search_path": self.service,
                "application_name": f"challenge-{self.service}",
                "statement_timeout": f"{settings.statement_timeout_seconds:.0f}s",
                "lock_timeout": f"{settings.lock_timeout_seconds:.0f}s",
                "idle_in_transaction_session_timeout": "60s",
                "default_transaction_read_only": "on" if self.read_only else "off",
            },
        }

    @asynccontextmanager
    async def transaction(self, *, read_clock: bool = True) -> AsyncIterator[Transaction]:
        """Open a transaction; commit when the block ends well, with everything that it told.

        A task that is being cancelled is, whatever becomes of the connection meanwhile: the rollback of a connection
        that is gone raises in the place of the cancellation, and whoever tries again on passing trouble would go on.
        """
        if self._pool is None:
            raise RuntimeError("the database is not open")
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                tx = Transaction(connection, self.service)
                if read_clock and not self.read_only:
                    await tx.read_clock()
                yield tx
                told = await tx.keep_facts()
        except Exception as error:
            if _is_being_cancelled():
                raise asyncio.CancelledError from error
            raise
        if told:
            self.on_emit()


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _keep_session(_: object) -> None:
    # asyncpg's default reset costs a round trip at each release; nothing of ours outlives its transaction
    return


def _streams_of(service: str) -> tuple[list[str], list[int]]:
    pairs = [(t.name, p) for t in CATALOGUE.values() if t.writer == service for p in range(t.partitions)]
    return [topic for topic, _ in pairs], [partition for _, partition in pairs]


async def _assert_durable(tx: Transaction, profile: str) -> None:
    for name, wanted in REQUIRED_SETTINGS.items():
        found = await tx.fetchval("SELECT current_setting($1)", name)
        if found != wanted:
            raise RuntimeError(f"Postgres has {name} = {found}: the guarantee needs {wanted}")
    if profile == "production" and await tx.fetchval(CLOCK_OFFSET) != timedelta(0):
        raise RuntimeError("the platform's clock is offset: production refuses any but zero")


def as_columns(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    """Turn rows into ``width`` arrays, one a column, for ``unnest``; right for no rows too."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
