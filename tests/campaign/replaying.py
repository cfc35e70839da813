"""Notify as a process with a mailbox attached, hearing the same decisions again and again."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from subprocess import Popen
from typing import Any

import httpx
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from fastapi import FastAPI, Request, Response

from bench import backlog
from contracts.topics import DECISIONS, PARTITIONS
from deploy.stack.ports import LOOPBACK, free_port
from deploy.stack.stack import Stack
from deploy.system import System
from services.notify.app import make_service
from services.notify.settings import Settings
from tests.harness.database import Look
from tests.harness.kafka import administered, delete_group
from tests.harness.nasty_mail import NastyServer
from tests.harness.serving import serving_app
from tests.harness.system import QUICK
from tests.harness.waiting import seen
from tests.integration.notify.vault import FakeVault

AT_REST = ("sent", "waiting-for-confirmation", "cancelled")

LETTERS_AT_REST = """
SELECT bool_and(state = ANY ($1) OR state = 'pending' AND due_at > now()) AND count(*) > 0 FROM notify.letter
"""
HEARD = "SELECT coalesce(sum(last_seq), 0) FROM notify.stream_position WHERE source_topic = $1"
FORGET_POSITIONS = "UPDATE notify.stream_position SET last_seq = 0, last_event_id = NULL"
LEDGER = """
SELECT (SELECT count(*) FROM notify.letter) AS letters,
       (SELECT md5(string_agg(delivery_id || state || attempts, ',' ORDER BY delivery_id)) FROM notify.letter) AS rows,
       (SELECT count(*) FROM notify.outbox) AS told
"""


@dataclass
class Replayed:
    """A notify of a test's own: its topics, its database, the vault that it asks and the mailbox that it fills."""

    stack: Stack
    database: Look
    prefix: str
    environment: Mapping[str, str]
    mailbox: NastyServer
    processes: "list[Popen[bytes]]" = field(default_factory=list)

    async def told(self, count: int) -> None:
        """Put so many decisions on their topic, of all sorts."""
        await backlog.put(f"{self.prefix}{DECISIONS.name}", backlog.decisions(count), self.stack.bootstrap_servers)

    def start(self) -> None:
        """Start it."""
        words = [sys.executable, "-m", "services.notify"]
        self.processes.append(self.stack.run.spawn(f"{self.prefix}notify", words, env=dict(self.environment)))

    def stop(self) -> None:
        """End it, so that its group has no members."""
        for process in self.processes:
            process.terminate()
            process.wait()
        self.processes.clear()

    async def forget_offsets(self) -> None:
        """Let Kafka forget how far its group was; it must not run."""
        async with administered(self.stack.bootstrap_servers) as admin:
            groups = [group for group, _ in await admin.list_consumer_groups() if group.startswith(self.prefix)]
            for group in groups:
                await seen(lambda group=group: _delete(admin, group), what=f"{group} forgotten")  # type: ignore[misc]

    async def forget_positions(self) -> None:
        """Let it forget itself what it has applied: it hears everything as if for the first time."""
        await self.database.rows(FORGET_POSITIONS)

    async def heard(self, count: int, *, within_seconds: float) -> None:
        """Wait until so many decisions are applied, the group says so, and every letter has come to rest."""
        await seen(self._committed, lambda n: n == count, what="all read", within_seconds=within_seconds)
        await self.database.wait(
            HEARD, DECISIONS.name, wanted=lambda n: n == count, what="all applied", within_seconds=within_seconds
        )
        await self.database.wait(LETTERS_AT_REST, AT_REST, what="letters at rest", within_seconds=within_seconds)

    async def ledger(self) -> tuple[Any, ...]:
        """Give what the ledger and the outbox hold, in short."""
        [row] = await self.database.rows(LEDGER)
        return tuple(row.values())

    async def _committed(self) -> int:
        topic = f"{self.prefix}{DECISIONS.name}"
        async with administered(self.stack.bootstrap_servers) as admin:
            groups = [group for group, _ in await admin.list_consumer_groups() if group.startswith(self.prefix)]
            offsets = [await admin.list_consumer_group_offsets(group) for group in groups]
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        return sum(found[place].offset for found in offsets for place in places if place in found)


@asynccontextmanager
async def replayed(stack: Stack, admin_url: str, prefix: str) -> AsyncIterator[Replayed]:
    """Give a notify that is not started yet, with its topics, its vault and its mailbox."""
    mailbox = NastyServer(keeps=False)
    mailbox.start()
    await _make_topics(stack, prefix)
    async with serving_app(_vault_app(FakeVault())) as vault_url:
        environment = _environment(stack, admin_url, prefix, mailbox, vault_url)
        made = Replayed(stack, Look(admin_url), prefix, environment, mailbox)
        try:
            yield made
        finally:
            made.stop()
            await made.database.close()
            mailbox.stop()


def _environment(stack: Stack, admin_url: str, prefix: str, mailbox: NastyServer, vault_url: str) -> dict[str, str]:
    system = System(
        urls={"notify": f"http://{LOOPBACK}:{free_port()}"},
        bootstrap_servers=stack.bootstrap_servers,
        topic_prefix=prefix,
        database_url=admin_url,
        smtp_port=mailbox.port,
        mailbox="",
        directory=str(stack.run.directory),
        secret="0" * 64,
    )
    more = {"PATH": "/usr/bin:/bin", "CONTACTS_URL": vault_url, "PUBLIC_URL": "https://challenge.example.org"}
    return {**system.environment("notify"), **more, **QUICK, "LOG_LEVEL": "warning"}


async def _make_topics(stack: Stack, prefix: str) -> None:
    settings = Settings.model_validate({"database_url": "postgresql://unused", "kafka_bootstrap_servers": "unused"})
    names = {heard.topic.name for heard in make_service(settings).handlers}
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(prefix + name, PARTITIONS, 1) for name in names])
    await admin.close()


async def _delete(admin: AIOKafkaAdminClient, group: str) -> bool:
    await delete_group(admin, group)
    return True


def _vault_app(vault: FakeVault) -> FastAPI:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def answer(request: Request) -> Response:
        asked = httpx.Request(request.method, str(request.url), content=await request.body())
        found = vault.answer(asked)
        vault.asked.clear()
        return Response(found.content, found.status_code, media_type="application/json")

    return app
