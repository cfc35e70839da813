"""Where it is measured: one broker and one Postgres for all, fresh database and outgoing topics for each run."""

import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import asyncpg
import psutil
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.protocol.admin import DeleteGroupsRequest

from contracts.topics import CATALOGUE
from deploy.database import copy_database, create_database, drop_database, set_up
from deploy.stack.ports import LOOPBACK, free_port
from deploy.stack.stack import Stack
from deploy.system import System

PREFIX = "bench."
_STOP_SECONDS = 20.0


@dataclass
class Stage:
    """The stack of this bench, and the database from which each run's own is copied."""

    stack: Stack
    template_url: str
    secret: str = field(default_factory=lambda: secrets.token_hex(32))

    @classmethod
    async def make(cls, stack: Stack) -> "Stage":
        """Start the stack and migrate a database to copy from."""
        stack.start(mailbox=False)
        url = await create_database(stack.database_url, f"bench_{secrets.token_hex(4)}")
        await set_up(url)
        return cls(stack, url)

    def server(self, name: str) -> psutil.Process:
        """Give the process of the broker (``kafka``) or of the database server (``postgres``).

        Raises:
            LookupError: this stack has not started one.
        """
        found = [process for one in self.stack.run.ledger.live() if one.name == name and (process := one.find())]
        if not found:
            raise LookupError(f"{name} is not ours: the bench measures the embedded stack")
        return found[0]

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """Give a fresh database for one run, as its administrator."""
        url = await copy_database(self.template_url, f"run_{secrets.token_hex(4)}")
        try:
            yield url
        finally:
            await drop_database(url)

    async def make_topic(self, name: str) -> None:
        """Make a topic as its writer would."""
        topic = CATALOGUE[name]
        configs = {
            "retention.ms": str(topic.retention_ms),
            "max.message.bytes": str(topic.max_message_bytes),
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": "1",
        }
        async with self._admin() as admin:
            await admin.create_topics([NewTopic(PREFIX + name, topic.partitions, 1, topic_configs=configs)])

    async def clear(self, *, but: Sequence[str] = ()) -> None:
        """Delete all topics of earlier runs but these, and forget all groups."""
        kept = {PREFIX + name for name in but}
        async with self._admin() as admin:
            old = [topic for topic in await admin.list_topics() if topic.startswith(PREFIX) and topic not in kept]
            if old:
                await admin.delete_topics(old)
            groups = [group for group, _ in await admin.list_consumer_groups() if group.startswith(PREFIX)]
            for group in groups:
                coordinator = await admin.find_coordinator(group)
                await admin._send_request(DeleteGroupsRequest([group]), coordinator)  # noqa: SLF001 - no public door

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.stack.bootstrap_servers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    def system(self, admin_url: str) -> System:
        """Describe what runs on this database as a deployment does."""
        return System(
            urls={},
            bootstrap_servers=self.stack.bootstrap_servers,
            topic_prefix=PREFIX,
            database_url=admin_url,
            smtp_port=0,
            mailbox="",
            directory=str(self.stack.run.directory),
            secret=self.secret,
        )

    def environment(self, admin_url: str, service: str, port: int, more: Mapping[str, str]) -> dict[str, str]:
        """Say what a service, or what stands for it, is told."""
        system = replace(self.system(admin_url), urls={service: f"http://{LOOPBACK}:{port}"})
        told = system.environment(service)
        unpaced = {"ADDRESS_REQUESTS_PER_MINUTE": "0", "TOKEN_REQUESTS_PER_MINUTE": "0"}
        return {"PATH": os.environ.get("PATH", ""), **told, "LOG_LEVEL": "warning", **unpaced, **more}

    @asynccontextmanager
    async def process(
        self, module: str, service: str, admin_url: str, more: Mapping[str, str] | None = None, port: int | None = None
    ) -> AsyncIterator["subprocess.Popen[bytes]"]:
        """Run `python -m <module>` for the length of a block, as ``service`` sees the world."""
        words = module.split()
        env = self.environment(admin_url, service, port or free_port(), more or {})
        started = self.stack.run.spawn(f"bench-{words[-1]}", [sys.executable, "-m", *words], env=env)
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


async def ensure_streams(connection: "asyncpg.Connection[asyncpg.Record]", heard: str, service: str) -> None:
    """Make the rows that a service makes when it starts: the bare loop does not."""
    written = [(topic.name, p) for topic in CATALOGUE.values() if topic.writer == service for p in range(6)]
    await connection.executemany(
        f"INSERT INTO {service}.outbox_stream (topic, partition) VALUES ($1, $2)",
        written,
    )
    await connection.execute(
        f"INSERT INTO {service}.stream_position (source_topic, partition) SELECT $1, generate_series(0, 5)",
        heard,
    )
