"""One whole system of a test's own: a database, topics under a prefix, a mailbox, and the services as processes."""

import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from deploy import system as deployed
from deploy.services import find_runnable_services
from deploy.stack.mailbox import Mailbox
from deploy.stack.ports import LOOPBACK, free_port
from deploy.stack.stack import Stack
from tests.campaign.checker import Violation, check
from tests.campaign.collect import collect
from tests.harness.database import Look
from tests.harness.kafka import administered, delete_group
from tests.harness.processes import Instance, Supervisor
from tests.harness.quiet import still_moving
from tests.harness.waiting import seen

MEMBERS = ("CR", "SN", "FI")
"""Those whose forums hold a token for their action plans."""

QUICK = {
    "SESSION_TIMEOUT_SECONDS": "6",
    "GAP_BACKOFF_MAX_SECONDS": "1",
    "RELAY_IDLE_SESSION_SECONDS": "4",
    "RELAY_BEAT_SECONDS": "1",
    "POSTMAN_BEAT_SECONDS": "1",
    "POSTMAN_SILENCE_SECONDS": "4",
    "WATCHDOG_STALL_SECONDS": "20",
    "MONTH_POLL_SECONDS": "0.2",
    "LOG_LEVEL": "info",
    "ADDRESS_REQUESTS_PER_MINUTE": "0",
    "TOKEN_REQUESTS_PER_MINUTE": "0",
}
"""What production leaves at minutes, a test has no time for; and whom it lets knock so often, knocks more often."""


_COMPLAINT = re.compile(r'"level": "(warning|error|critical)"|Error')


@dataclass
class System:
    """A running system. ``admin_url`` is its database's administrator; ``prefix`` stands before its topics."""

    stack: Stack
    admin_url: str
    prefix: str
    settings: Mapping[str, str] = field(default_factory=dict)
    receipts: set[str] = field(default_factory=set)
    excused: set[str] = field(default_factory=set)
    instances: dict[str, Instance] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose ports and make what every service is told."""
        self.database = Look(self.admin_url)
        self.mailbox = Mailbox(self.stack.run.directory / f"mailbox-{self.prefix}")
        self.supervisor = Supervisor()
        self.web = httpx.AsyncClient(timeout=30, verify=False)  # noqa: S501 - loopback; trust stores load slowly
        self.deployed = deployed.System(
            urls={name: f"http://{LOOPBACK}:{free_port()}" for name in find_runnable_services()},
            bootstrap_servers=self.stack.bootstrap_servers,
            topic_prefix=self.prefix,
            database_url=self.admin_url,
            smtp_port=self.mailbox.port,
            mailbox=str(self.mailbox.folder),
            directory=str(self.stack.run.directory),
            secret=secrets.token_hex(32),
        )

    def __getitem__(self, name: str) -> Instance:
        """Give an instance: ``review`` is the first of review, ``review-2`` the second."""
        return self.instances[name]

    async def start(self, *, failpoints: Mapping[str, str] | None = None) -> None:
        """Start everything, and return when every service says that it is ready."""
        self.mailbox.start()
        self.supervisor.start()
        for name, url in self.deployed.urls.items():
            self._make(name, name, url).start(failpoint=(failpoints or {}).get(name, ""))
        await self.ready()

    async def ready(self) -> None:
        """Wait until every service says so."""
        for instance in self.instances.values():
            await seen(partial(self.says_ready, instance.name), what=f"{instance.name} is ready", within_seconds=120)

    async def says_ready(self, name: str) -> bool:
        """Tell whether an instance says that it is ready."""
        answer = await self.web.get(f"{self.instances[name].url}/readyz")
        if answer.status_code != httpx.codes.OK:
            raise LookupError(f"{answer.status_code} {answer.text[:500]}")
        return True

    async def add(self, service: str, *, failpoint: str = "") -> Instance:
        """Start one more instance of a service, and return when it is ready."""
        number = 1 + sum(_service_of(name) == service for name in self.instances)
        instance = self._make(f"{service}-{number}", service, f"http://{LOOPBACK}:{free_port()}")
        instance.start(failpoint=failpoint)
        await seen(partial(self.says_ready, instance.name), what=f"{instance.name} is ready", within_seconds=120)
        return instance

    def remove(self, name: str) -> None:
        """End an instance and forget it."""
        instance = self.instances.pop(name)
        self.supervisor.instances.remove(instance)
        instance.stop()

    async def stop(self) -> None:
        """End every process, and remove the topics."""
        self.supervisor.stop()
        self.mailbox.stop()
        await self.database.close()
        await self.web.aclose()
        await self.delete_topics()

    def _make(self, name: str, service: str, url: str) -> Instance:
        instance = Instance(
            name=name,
            argv=[sys.executable, "-m", f"services.{service}"],
            env=self._environment(service, url),
            spawn=self._spawn,
            url=url,
        )
        self.instances[name] = instance
        self.supervisor.instances.append(instance)
        return instance

    def _spawn(self, name: str, argv: list[str], env: dict[str, str]):  # type: ignore[no-untyped-def]  # noqa: ANN202
        return self.stack.run.spawn(f"{self.prefix}{name}", argv, env=env)

    def log_of(self, name: str) -> Path:
        """Say where an instance's output is."""
        return self.stack.run.directory / f"{self.prefix}{name}.log"

    def _environment(self, service: str, url: str) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            **self.deployed.environment(service, MEMBERS),
            "HTTP_PORT": url.rpartition(":")[2],
            **QUICK,
            **self.settings,
        }

    def door_of(self, service: str) -> str:
        """Say where a service answers: at the first of its instances that is not frozen."""
        return next(one.url for name, one in self.instances.items() if _service_of(name) == service and not one.frozen)

    async def delete_topics(self, *names: str) -> None:
        """Delete these topics, or all of this system, behind everybody's back."""
        wanted = {self.prefix + name for name in names}
        async with administered(self.stack.bootstrap_servers) as admin:
            there = await admin.list_topics()
            await admin.delete_topics([t for t in there if t in wanted or (not names and t.startswith(self.prefix))])

    async def delete_groups(self) -> None:
        """Let Kafka forget where this system's readers stood; they must not run."""
        async with administered(self.stack.bootstrap_servers) as admin:
            groups = [group for group, _ in await admin.list_consumer_groups() if group.startswith(self.prefix)]
            for group in groups:
                await delete_group(admin, group)

    async def violations(self) -> list[Violation]:
        """Say in what the promise did not hold, now."""
        evidence = await collect(
            self.admin_url,
            self.stack.bootstrap_servers,
            self.prefix,
            mails=self.mailbox.messages(),
            receipts=self.receipts,
            excused=self.excused,
        )
        return check(evidence)

    async def settled(self, *, within_seconds: float = 90) -> None:
        """Wait until nothing moves any more and the promise holds.

        Raises:
            AssertionError: it does not; says in what.
        """
        try:
            await seen(
                partial(still_moving, self.database),
                lambda moving: not moving,
                what="everything told, heard and sent",
                within_seconds=within_seconds,
            )
            await seen(self.violations, lambda found: not found, what="no violation", within_seconds=10)
        except AssertionError as error:
            error.add_note(self.complaints())
            raise

    def complaints(self) -> str:
        """Give the last that each instance said above the level of information."""
        return "\n".join(f"{name} {one.deaths}:\n{self._complaints_of(name)}" for name, one in self.instances.items())

    def _complaints_of(self, name: str) -> str:
        lines = self.log_of(name).read_text(errors="replace").splitlines()
        return "\n".join([line for line in lines if _COMPLAINT.search(line)][-8:])


def _service_of(name: str) -> str:
    return name.partition("-")[0]
