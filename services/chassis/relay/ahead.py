"""Reads the outbox one chunk ahead: while one is on its way into the log, the database reads what follows it."""

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from typing import TypeVar

from services.chassis.database import Record
from services.chassis.relay.lease import Lease
from services.chassis.relay.lost_log import Cursor, Stream

T = TypeVar("T")
Chunk = Mapping[Stream, Sequence[Record]]

CHUNK_MAX_BYTES = 950_000
"""Of one stream, with its headers: what goes into one batch."""


class ReadAhead:
    """Gives the outbox chunk by chunk. What was read ahead is given only where the cursors stand as was expected."""

    def __init__(self, lease: Lease, limit_records: int, gathering_seconds: float = 0.0) -> None:
        self._lease = lease
        self._gathering_seconds = gathering_seconds
        self._gathered_at = float("-inf")
        self._limit_records = limit_records
        self._rows = limit_records
        self._begins: dict[Stream, int] = {}
        self._chunk: Chunk = {}

    async def read(self, cursors: Mapping[Stream, Cursor]) -> Chunk:
        """Give what comes next of each stream, in order, as much as is sent at once; empty where all is copied.

        Soon after a chunk that held all there was, what follows is gathered for a while first.
        """
        chunk, self._chunk = self._chunk, {}
        if chunk and self._begins == _begins(cursors):
            return chunk
        await self._gather()
        chunk = await self._read(cursors)
        if chunk and not self._is_full(chunk):
            self._gathered_at = time.monotonic()
        return chunk

    async def during(self, sending: Awaitable[T], cursors: Mapping[Stream, Cursor], chunk: Chunk) -> T:
        """Wait for ``chunk``, which begins at these cursors, to be sent, and read what follows it meanwhile.

        Nothing is read ahead of a chunk that holds all there was: what comes next has not been told yet.
        """
        if not self._is_full(chunk):
            return await sending
        reading = asyncio.create_task(self._read_behind(cursors, chunk))
        try:
            return await sending
        except asyncio.CancelledError:
            reading.cancel()
            raise
        finally:
            await reading  # on the leader's own connection: it comes to its end whatever became of the sending

    async def _gather(self) -> None:
        left = self._gathered_at + self._gathering_seconds - time.monotonic()
        if left > 0:
            await asyncio.sleep(left)

    async def _read_behind(self, cursors: Mapping[Stream, Cursor], chunk: Chunk) -> None:
        behind = dict(cursors) | {stream: Cursor(rows[-1]["seq"]) for stream, rows in chunk.items()}
        self._begins = _begins(behind)
        self._chunk = await self._read(behind)

    async def _read(self, cursors: Mapping[Stream, Cursor]) -> Chunk:
        chunk = await self._lease.read_chunk(cursors, self._rows, CHUNK_MAX_BYTES)
        if chunk:
            self._rows = min(self._limit_records, _rows_of_a_batch(chunk))
        return chunk

    def _is_full(self, chunk: Chunk) -> bool:
        sizes = [(len(rows), sum(len(row["payload"]) for row in rows)) for rows in chunk.values()]
        return any(2 * rows > self._rows or 2 * size > CHUNK_MAX_BYTES for rows, size in sizes)


def _begins(cursors: Mapping[Stream, Cursor]) -> dict[Stream, int]:
    return {stream: cursor.relayed_seq for stream, cursor in cursors.items()}


def _rows_of_a_batch(chunk: Chunk) -> int:
    # as long as the last ones, and some more: what is read beyond the bytes of a batch is read again next time
    sizes = [len(row["payload"]) for rows in chunk.values() for row in rows]
    return CHUNK_MAX_BYTES * len(sizes) * 5 // (4 * sum(sizes)) + 1
