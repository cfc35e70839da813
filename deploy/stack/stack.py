"""The stack that services run on, from one of three sources: embedded, given by the environment, or containers."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

from deploy.stack.containers import Contained, ContainedKafka, ContainedPostgres
from deploy.stack.kafka import EmbeddedKafka
from deploy.stack.mailbox import Mailbox
from deploy.stack.postgres import EmbeddedPostgres
from deploy.stack.runs import Run


class Server(Protocol):
    """Something that runs at an address which stays the same through everything that is done to it."""

    @property
    def is_running(self) -> bool:
        """Whether it runs."""

    def start(self) -> None:
        """Start it on the data it has, and return when it answers."""

    def stop(self) -> None:
        """Shut it down in good order."""

    def kill(self) -> None:
        """SIGKILL it."""

    def restart(self) -> None:
        """Stop in good order and start again."""


class Broker(Server, Protocol):
    """An Apache Kafka of one node."""

    bootstrap_servers: str

    def wipe(self) -> None:
        """Lose the broker's disk without a word; a broker that ran comes back empty, as a new cluster."""


class DatabaseServer(Server, Protocol):
    """A PostgreSQL; its URL is the administrator's."""

    database_url: str

    def keep_copy(self, name: str) -> None:
        """Keep a copy of all data under this name."""

    def go_back_to_copy(self, name: str) -> None:
        """Put the copy of this name in the place of the data, as one who restores a backup does."""


class NotOurs(Exception):
    """What somebody else runs is used as it is: it cannot be started, stopped or wiped from here."""


class Elsewhere:
    """A broker or a database that somebody else runs and whose address the environment gives."""

    is_running = True

    def __init__(self, address: str) -> None:
        self.bootstrap_servers = self.database_url = address

    def start(self) -> None:
        """Do nothing: it runs."""

    def stop(self) -> None:
        """Refuse."""
        raise NotOurs(self.bootstrap_servers)

    kill = restart = wipe = stop

    def keep_copy(self, name: str) -> None:
        """Refuse."""
        raise NotOurs(name)

    go_back_to_copy = keep_copy


class Stack:
    """Broker, database and mailbox of one run; `start` starts those that are asked for, side by side."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.kafka: Broker = _choose_broker(run)
        self.postgres: DatabaseServer = _choose_database(run)
        self.mailbox = Mailbox(run.directory / "mailbox")
        self._started: set[str] = set()

    @property
    def bootstrap_servers(self) -> str:
        """Where the broker is."""
        return self.kafka.bootstrap_servers

    @property
    def database_url(self) -> str:
        """Where the database is, as its administrator."""
        return self.postgres.database_url

    def start(self, *, kafka: bool = True, postgres: bool = True, mailbox: bool = True) -> None:
        """Start, side by side, what is wanted and was not started before."""
        wanted = {
            name: start
            for name, start, asked in (
                ("kafka", self.kafka.start, kafka),
                ("postgres", self.postgres.start, postgres),
                ("mailbox", self.mailbox.start, mailbox),
            )
            if asked and name not in self._started
        }
        self._started |= wanted.keys()
        with ThreadPoolExecutor(max_workers=3) as pool:
            list(pool.map(_call, wanted.values()))

    def close(self) -> None:
        """Take in no more mail and remove the containers; the run ends its processes itself."""
        self.mailbox.stop()
        for container in (self.kafka, self.postgres):
            if isinstance(container, Contained):
                container.remove()

    def __enter__(self) -> Self:
        """Do nothing: `start` starts."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def _choose_broker(run: Run) -> Broker:
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if given:
        return Elsewhere(given)
    return ContainedKafka() if _wants_containers() else EmbeddedKafka(run)


def _choose_database(run: Run) -> DatabaseServer:
    given = os.environ.get("DATABASE_URL")
    if given:
        return Elsewhere(given)
    return ContainedPostgres() if _wants_containers() else EmbeddedPostgres(run)


def _wants_containers() -> bool:
    source = os.environ.get("STACK", "embedded")
    if source not in {"embedded", "docker"}:
        raise ValueError(f"STACK is {source!r}: it may be 'embedded' or 'docker'")
    return source == "docker"


def _call(start: Callable[[], None]) -> None:
    start()
