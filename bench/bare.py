"""The bare loop: `getmany`, one typed decode, one statement a chunk, and a bare relay beside it; nothing else.

Run as a process: `python -m bench.bare review` (or `publish`), with a service's environment.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol, cast

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from contracts.topics import PARTITIONS

Record = ConsumerRecord[bytes, bytes]

UNRELAYED = """
SELECT c.partition, o.seq, o.event_id, o.type, o.key, o.payload
FROM unnest($2::integer[], $3::bigint[]) AS c (partition, seq)
CROSS JOIN LATERAL (
    SELECT * FROM outbox o WHERE o.topic = $1 AND o.partition = c.partition AND o.seq > c.seq ORDER BY o.seq LIMIT 400
) o
"""
BATCH_MAX_BYTES = 1_000_000
SAVE_CURSORS = """
INSERT INTO relay_cursor (topic, partition, relayed_seq, kafka_offset)
SELECT $1, c.* FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS c
ON CONFLICT (topic, partition) DO UPDATE SET relayed_seq = excluded.relayed_seq, kafka_offset = excluded.kafka_offset
"""


class Rows(Protocol):
    """What a service's rows are: decodes a chunk and gives the arguments of the one statement."""

    heard: str
    told: str
    statement: str

    def arguments(self, records: Sequence[Record]) -> Sequence[object]:
        """Decode a chunk, and give the columns of all that it writes."""


class BareLoop:
    """Reads, decodes, writes."""

    def __init__(self, rows: Rows, service: str) -> None:
        self.rows = rows
        self.prefix = os.environ["TOPIC_PREFIX"]
        self.servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
        self.chunk = int(os.environ.get("CHUNK_MAX_RECORDS", "1000"))
        self.connection: dict[str, Any] = {
            "dsn": os.environ["DATABASE_URL"],
            "server_settings": {"search_path": service},
        }
        self.written = asyncio.Event()

    async def run(self) -> None:
        """Go on for ever."""
        relay = BareRelay(self)
        await asyncio.gather(self._read(), relay.run())

    async def _read(self) -> None:
        database = await asyncpg.connect(**self.connection)
        consumer = AIOKafkaConsumer(
            self.prefix + self.rows.heard,
            bootstrap_servers=self.servers,
            group_id=f"{self.prefix}bare",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        await consumer.start()
        while True:
            polled = await consumer.getmany(timeout_ms=10, max_records=self.chunk)
            records = [record for of_partition in polled.values() for record in of_partition]
            if records:
                await database.execute(self.rows.statement, *self.rows.arguments(records))
                self.written.set()


class BareRelay:
    """Copies what the loop has numbered to Kafka."""

    def __init__(self, loop: BareLoop) -> None:
        self.loop = loop
        self.relayed = dict.fromkeys(range(PARTITIONS), 0)

    async def run(self) -> None:
        """Go on for ever."""
        database = await asyncpg.connect(**self.loop.connection)
        producer = AIOKafkaProducer(
            bootstrap_servers=self.loop.servers, enable_idempotence=True, acks="all", max_batch_size=BATCH_MAX_BYTES
        )
        await producer.start()
        while True:
            self.loop.written.clear()
            if not await self._copy(database, producer):
                await self.loop.written.wait()

    async def _copy(self, database: "asyncpg.Connection[asyncpg.Record]", producer: AIOKafkaProducer) -> bool:
        told = self.loop.rows.told
        rows = await database.fetch(UNRELAYED, told, list(self.relayed), list(self.relayed.values()))
        parts = [list(of_partition) for _, of_partition in groupby(rows, itemgetter("partition"))]
        sent = await asyncio.gather(*(self._send(producer, part) for part in parts))
        if sent:
            await database.execute(SAVE_CURSORS, told, *columns(sent, 3))
        return bool(rows)

    async def _send(self, producer: AIOKafkaProducer, rows: Sequence[asyncpg.Record]) -> tuple[int, int, int]:
        batch = producer.create_batch()
        partition, count = rows[0]["partition"], 0
        for row in rows:
            if (
                batch.append(timestamp=None, key=row["key"].encode(), value=row["payload"], headers=_headers(row))
                is None
            ):
                break
            count += 1
        acknowledged = await producer.send_batch(batch, self.loop.prefix + self.loop.rows.told, partition=partition)
        meta = await acknowledged
        self.relayed[partition] = rows[count - 1]["seq"]
        return partition, self.relayed[partition], meta.offset + count - 1


def _headers(row: asyncpg.Record) -> list[tuple[str, bytes]]:
    return [
        ("ce_id", str(row["event_id"]).encode()),
        ("ce_type", row["type"].encode()),
        ("ce_specversion", b"1.0"),
        ("content-type", b"application/cloudevents+json"),
        ("seq", str(row["seq"]).encode()),
    ]


def columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Turn rows into ``width`` arrays, one a column, for ``unnest``."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def rows_of(service: str) -> Rows:
    """Give the rows of a service; only what is measured is loaded into the process."""
    return cast("Rows", getattr(import_module(f"bench.rows_of_{service}"), f"{service.capitalize()}Rows")())


if __name__ == "__main__":
    asyncio.run(BareLoop(rows_of(sys.argv[1]), sys.argv[1]).run())
