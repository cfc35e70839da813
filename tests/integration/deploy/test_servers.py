"""The embedded broker and database bear what is done to them, and come back at the same address."""

import asyncio
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.database import connected
from deploy.stack.jars import LOCK, find_jars
from deploy.stack.mailbox import RECIPIENT_HEADER, Mailbox
from deploy.stack.runs import Run
from deploy.stack.stack import Elsewhere, NotOurs, Stack


@pytest.fixture(scope="module")
def own_stack() -> Iterator[Stack]:
    """A stack that only these tests use, since they break it."""
    with Run.begin() as run, Stack(run) as stack:
        stack.start(mailbox=False)
        yield stack


async def list_topics(stack: Stack) -> list[str]:
    """Ask the broker for its topics."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    try:
        return sorted(await admin.list_topics())
    finally:
        await admin.close()


async def create_topic(stack: Stack, name: str) -> None:
    """Make a topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, 1)])
    finally:
        await admin.close()


async def test_killed_broker_comes_back_with_its_topics(own_stack: Stack) -> None:
    """SIGKILL costs the broker nothing that it had acknowledged."""
    await create_topic(own_stack, "kept")
    own_stack.kafka.kill()
    assert not own_stack.kafka.is_running
    await asyncio.to_thread(own_stack.kafka.start)
    assert await list_topics(own_stack) == ["kept"]


async def test_wiped_broker_comes_back_empty(own_stack: Stack) -> None:
    """A lost disk is a new cluster at the old address."""
    await asyncio.to_thread(own_stack.kafka.wipe)
    assert own_stack.kafka.is_running
    assert await list_topics(own_stack) == []


async def test_killed_database_keeps_what_was_committed(own_stack: Stack) -> None:
    """SIGKILL costs the database nothing that it had committed."""
    async with connected(own_stack.database_url) as admin:
        await admin.execute("CREATE TABLE kept AS SELECT 1 AS one")
    own_stack.postgres.kill()
    own_stack.postgres.start()
    async with connected(own_stack.database_url) as admin:
        assert await admin.fetchval("SELECT one FROM kept") == 1


async def test_database_goes_back_to_a_copy(own_stack: Stack) -> None:
    """A restored copy knows nothing of what came after it."""
    own_stack.postgres.keep_copy("before")
    async with connected(own_stack.database_url) as admin:
        await admin.execute("CREATE TABLE later ()")
    own_stack.postgres.go_back_to_copy("before")
    async with connected(own_stack.database_url) as admin:
        assert await admin.fetchval("SELECT to_regclass('later')") is None


async def test_database_promises_durability(own_stack: Stack) -> None:
    """A commit is on disk: tests and measurements run on the same terms as production."""
    async with connected(own_stack.database_url) as admin:
        found = [await admin.fetchval("SELECT current_setting($1)", name) for name in ("fsync", "synchronous_commit")]
    assert found == ["on", "on"]


def test_jars_are_the_locked_ones(tmp_path: Path) -> None:
    """Every jar on the broker's class path is in the lock, and nothing else is."""
    locked = [line for line in LOCK.read_text().splitlines() if not line.startswith("#")]
    assert len(find_jars()) == len(locked) > 40
    assert not list(tmp_path.iterdir())


def send(port: int, recipient: str) -> None:
    """Send a message as a service does."""
    message = EmailMessage()
    message["Subject"] = "Défi"
    message["From"] = "su@example.org"
    message.set_content("Reçu.\n")
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(message, "su@example.org", [recipient])


def test_mailbox_keeps_what_it_takes(tmp_path: Path) -> None:
    """A message that was taken is a file, with its envelope."""
    mailbox = Mailbox(tmp_path)
    mailbox.start()
    try:
        send(mailbox.port, "amina@example.org")
    finally:
        mailbox.stop()
    (message,) = mailbox.messages()
    assert message[RECIPIENT_HEADER] == "amina@example.org"
    assert message.get_content().strip() == "Reçu."


def test_mailbox_refuses_when_told_to(tmp_path: Path) -> None:
    """What was refused is not kept."""
    mailbox = Mailbox(tmp_path)
    mailbox.answer = "451 later"
    mailbox.start()
    try:
        with pytest.raises(smtplib.SMTPDataError, match="later"):
            send(mailbox.port, "amina@example.org")
    finally:
        mailbox.stop()
    assert mailbox.messages() == []


def test_servers_of_others_are_left_alone() -> None:
    """What the environment names is used and never stopped."""
    elsewhere = Elsewhere("broker.example.org:9092")
    elsewhere.start()
    with pytest.raises(NotOurs):
        elsewhere.wipe()


def test_addresses_from_the_environment_are_used(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both variables set nothing is started."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "broker.example.org:9092")
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin:secret@db.example.org/challenge")
    stack = Stack(run)
    assert stack.bootstrap_servers == "broker.example.org:9092"
    assert stack.database_url == "postgresql://admin:secret@db.example.org/challenge"


def test_unknown_source_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt source must not quietly become the default."""
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("STACK", "dokcer")
    with pytest.raises(ValueError, match="dokcer"):
        Stack(run)
