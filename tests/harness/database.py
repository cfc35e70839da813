"""Looks into a system's database as its administrator, through restarts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import asyncpg

from tests.harness.waiting import seen


class Look:
    """One connection that is made again when it is lost."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def rows(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """Give the rows of a statement; one that finds its connection lost is said again."""
        try:
            return list(await (await self._connected()).fetch(sql, *args))
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError):
            return list(await (await self._connected()).fetch(sql, *args))

    async def _connected(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self.admin_url, timeout=10, command_timeout=30)
        return self._connection

    async def value(self, sql: str, *args: object) -> Any:
        """Give the first column of the first row, or None."""
        rows = await self.rows(sql, *args)
        return rows[0][0] if rows else None

    async def wait(
        self, sql: str, *args: object, wanted: Callable[[Any], bool] = bool, what: str, within_seconds: float = 60
    ) -> Any:
        """Wait until the first column of the first row is what is wanted, and give it."""
        return await seen(lambda: self.value(sql, *args), wanted, what=what, within_seconds=within_seconds)

    async def move_clock(self, by: timedelta) -> None:
        """Let the system's time go ahead."""
        await self.rows('UPDATE platform.clock SET "offset" = "offset" + $1', by)

    async def close(self) -> None:
        """Give up the connection."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
