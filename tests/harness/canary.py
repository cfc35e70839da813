"""Looks for a word everywhere: tables, topics, logs, metrics, traces; as it is, and in the usual disguises."""

import base64
import io
import json
import re
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.harness.kafka import administered
from tests.harness.system import System

Evidence = Mapping[str, bytes]

TABLES = """
SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""


def places_of(word: str, evidence: Evidence) -> list[str]:
    """Name the places where a word of ASCII letters and digits stands, in any case, plain, in hex or in base64."""
    found = re.compile(b"|".join(map(re.escape, _disguises(word))), re.IGNORECASE)
    return sorted(place for place, content in evidence.items() if found.search(content))


def _disguises(word: str) -> Iterator[bytes]:
    plain = word.encode()
    yield plain
    yield plain.hex().encode()
    for shift in range(3):  # base64 reads three bytes at a time: the word may begin at any of them
        encoded = base64.b64encode(b"\0" * shift + plain)
        yield encoded[(0, 2, 3)[shift] : len(plain) * 4 // 3 - 2]


class TraceSink:
    """Takes in traces as a collector does, and keeps their bytes."""

    def __init__(self) -> None:
        sink = self
        self.received = b""

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sink.received += self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where traces are to be sent."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1/traces"

    async def look(self) -> bytes:
        """Give what has been received by now."""
        return self.received

    def close(self) -> None:
        """Take in no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


async def gather(system: System, sink: TraceSink) -> dict[str, bytes]:
    """Read everything that a system keeps or says, by the names of the places."""
    return {
        **await _tables(system.admin_url),
        **await _topics(system),
        **{f"log of {_source(system, path)}": path.read_bytes() for path in system.stack.run.directory.glob("*.log")},
        **{f"metrics of {name}": (await system.web.get(f"{one.url}/metrics")).content for name, one in _up(system)},
        "traces": sink.received,
    }


def _up(system: System) -> list[tuple[str, Any]]:
    return list(system.instances.items())


def _source(system: System, log: Path) -> str:
    return log.stem.removeprefix(system.prefix)


async def _tables(admin_url: str) -> dict[str, bytes]:
    connection = await asyncpg.connect(admin_url)
    try:
        return {
            f"table {row['schemaname']}.{row['tablename']}": await _table(connection, row)
            for row in await connection.fetch(TABLES)
        }
    finally:
        await connection.close()


async def _table(connection: "asyncpg.Connection[asyncpg.Record]", row: asyncpg.Record) -> bytes:
    kept = io.BytesIO()
    await connection.copy_from_table(row["tablename"], schema_name=row["schemaname"], output=kept, format="binary")
    return kept.getvalue()


async def _topics(system: System) -> dict[str, bytes]:
    async with administered(system.stack.bootstrap_servers) as admin:
        names = [name for name in await admin.list_topics() if name.startswith(system.prefix)]
        described = await admin.describe_topics(names)
    places = [TopicPartition(one["topic"], part["partition"]) for one in described for part in one["partitions"]]
    found = {f"topic {name.removeprefix(system.prefix)}": b"" for name in names}
    async for record in _records(system, places):
        found[f"topic {record.topic.removeprefix(system.prefix)}"] += _bytes_of(record)
    return found


async def _records(system: System, places: list[TopicPartition]) -> AsyncIterator[Any]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=system.stack.bootstrap_servers, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    yield record
    finally:
        await consumer.stop()


def _bytes_of(record: Any) -> bytes:
    headers = json.dumps([(name, value.decode(errors="replace")) for name, value in record.headers])
    return b"\n".join((record.key or b"", record.value or b"", headers.encode()))
