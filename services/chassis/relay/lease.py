"""The leader's lock, on a connection of its own: whoever has lost it can write no cursor."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from uuid import UUID

import asyncpg
from asyncpg import Record

from services.chassis.database import Database
from services.chassis.relay.lost_log import Cursor, Stream

LOCK_POLL_SECONDS = 1.0
ROOM_FOR_HEADERS_BYTES = 400

TROUBLE = asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError

TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('challenge relay of ' || $1, 0))"

BEAT = "SELECT 1"

ENSURE_CURSORS = """
INSERT INTO relay_cursor (topic, partition) SELECT * FROM unnest($1::text[], $2::integer[])
ON CONFLICT DO NOTHING
"""

READ_CURSORS = "SELECT topic, partition, relayed_seq, kafka_offset FROM relay_cursor"

READ_CHUNK = """
SELECT c.place, o.seq, o.event_id, o.type, o.key, o.payload
FROM unnest($1::text[], $2::integer[], $3::bigint[]) WITH ORDINALITY AS c (topic, partition, relayed_seq, place)
CROSS JOIN LATERAL (
    SELECT *, sum(octet_length(payload) + $5) OVER (ORDER BY seq) AS bytes
    FROM (
        SELECT * FROM outbox
        WHERE topic = c.topic AND partition = c.partition AND seq > c.relayed_seq
        ORDER BY seq LIMIT $4
    ) AS next
) AS o
WHERE o.bytes <= $6 OR o.seq = c.relayed_seq + 1
"""

FIND_IDS = "SELECT seq, event_id FROM outbox WHERE topic = $1 AND partition = $2 AND seq = ANY ($3::bigint[])"

SAVE_CURSORS = """
UPDATE relay_cursor c SET relayed_seq = s.relayed_seq, kafka_offset = s.kafka_offset
FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS s (topic, partition, relayed_seq, kafka_offset)
WHERE c.topic = s.topic AND c.partition = s.partition
"""

RESET_CURSORS = "UPDATE relay_cursor SET relayed_seq = 0, kafka_offset = -1 WHERE topic = $1"


class LeaseLost(Exception):
    """The connection that holds the leader's lock is of no more use: this process has to end."""


class Lease:
    """What only the leader may do in the database, all of it on the connection that holds the lock."""

    def __init__(self, connection: "asyncpg.Connection[Record]", service: str) -> None:
        self._connection = connection
        self.service = service
        self._turn = asyncio.Lock()

    async def beat(self, beat_seconds: float) -> None:
        """Show the database that the leader lives. A frozen one does not, and loses its connection."""
        while True:
            await asyncio.sleep(beat_seconds)
            await self.fetch(BEAT)

    async def read_cursors(self, streams: Sequence[Stream]) -> dict[Stream, Cursor]:
        """Say how far these streams are copied."""
        await self.fetch(ENSURE_CURSORS, *_columns(streams))
        rows = await self.fetch(READ_CURSORS)
        found = {
            Stream(row["topic"], row["partition"]): Cursor(row["relayed_seq"], row["kafka_offset"]) for row in rows
        }
        return {stream: found[stream] for stream in streams}

    async def save_cursors(self, cursors: Mapping[Stream, Cursor]) -> None:
        """Record how far these streams are copied."""
        await self.fetch(SAVE_CURSORS, *_columns(cursors), *_columns(cursors.values()))

    async def reset_cursors(self, topic: str) -> None:
        """Record that nothing of a topic is copied, in any of its partitions."""
        await self.fetch(RESET_CURSORS, topic)

    async def read_chunk(
        self, cursors: Mapping[Stream, Cursor], limit_records: int, limit_bytes: int
    ) -> dict[Stream, list[Record]]:
        """Read what comes next of each stream, in order, up to these limits a stream.

        Raises:
            RuntimeError: the outbox itself has a hole.
        """
        streams = list(cursors)
        seqs = [cursor.relayed_seq for cursor in cursors.values()]
        rows = await self.fetch(
            READ_CHUNK, *_columns(streams), seqs, limit_records, ROOM_FOR_HEADERS_BYTES, limit_bytes
        )
        chunk = {streams[place - 1]: list(group) for place, group in groupby(rows, lambda row: row["place"])}
        for stream, found in chunk.items():
            _assert_whole(stream, cursors[stream].relayed_seq, found)
        return chunk

    async def find_ids(self, stream: Stream, seqs: Collection[int]) -> dict[int, UUID]:
        """Say which events the outbox holds under these numbers."""
        return {row["seq"]: row["event_id"] for row in await self.fetch(FIND_IDS, *stream, list(seqs))}

    async def fetch(self, sql: str, *args: object) -> list[Record]:
        """Run a statement and give its rows.

        Raises:
            LeaseLost: it could not be run.
        """
        async with self._turn:
            try:
                return await self._connection.fetch(sql, *args)
            except TROUBLE as error:
                raise LeaseLost(f"{type(error).__name__}: {error}") from error


@asynccontextmanager
async def hold_lease(database: Database, idle_session_seconds: float) -> AsyncIterator[Lease]:
    """Wait for the leader's lock of this service, and hold it. The database ends the connection when no beat comes."""
    arguments = database.connection_arguments()
    idle_ms = int(idle_session_seconds * 1000)
    # a cursor that a crash of Postgres turns back is found behind the log, and moved on: no flush need be waited for
    arguments["server_settings"] |= {"idle_session_timeout": f"{idle_ms}ms", "synchronous_commit": "off"}
    connection = await asyncpg.connect(**arguments)
    try:
        lease = Lease(connection, database.service)
        while not (await lease.fetch(TRY_LOCK, database.service))[0][0]:  # noqa: ASYNC110 - the event is a lock
            await asyncio.sleep(LOCK_POLL_SECONDS)
        yield lease
    finally:
        connection.terminate()


def _columns(rows: "Collection[Sequence[object]]") -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _assert_whole(stream: Stream, relayed_seq: int, rows: Sequence[Record]) -> None:
    if (rows[0]["seq"], rows[-1]["seq"]) != (relayed_seq + 1, relayed_seq + len(rows)):
        raise RuntimeError(f"the outbox of {stream} has a hole after number {relayed_seq}")
