"""A running system as others see it: where its services, its mailbox and its database are, and who may do what."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from deploy.database import OPERATOR, PUBLIC_READER, service_url
from deploy.services import find_runnable_services, find_settings
from deploy.stack.ports import LOOPBACK, free_port, is_free
from deploy.stack.runs import LOCAL

if TYPE_CHECKING:
    from deploy.stack.stack import Stack  # not in the image

DESCRIPTION = "system.json"
CURRENT = LOCAL / DESCRIPTION
_SUBMITTERS = "submit:"
_OPERATOR = "operate"
SCOPES_OF_DOORS: Mapping[str, tuple[str, ...]] = {
    "intake": (_SUBMITTERS, "enter:", "registry:", "contacts:"),
    "review": ("review:",),
    "notify": ("notices:", "bounces:", "render"),
    "publish": ("evaluations:",),
}
"""What the doors of each service ask for, by how it begins; those of the operator are in every service."""
_ACTORS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "data-team": ("data-team:1", ("review:read", "review:assess")),
    "support-unit": (
        "support-unit:1",
        ("review:read", "review:decide", "review:release", "review:contacts", "notices:read"),
    ),
    "desk": (
        "support-unit:desk",
        (
            "review:read",
            "review:assess",
            "review:decide",
            "review:release",
            "review:ask-update",
            "notices:read",
            "review:contacts",
            "registry:write",
            "bounces:write",
            "enter:any",
            "contacts:erase",
            "evaluations:write",
            _OPERATOR,
        ),
    ),
    "notify": ("service:notify", ("contacts:read",)),
    "review": ("service:review", ("contacts:read",)),
    "previewer": ("service:review", ("render",)),
}


@dataclass(frozen=True)
class System:
    """Addresses and secrets of one running system; `secret` is where all its tokens and keys come from.

    `zone` is the one by whose calendar all its services go.
    """

    urls: Mapping[str, str]
    bootstrap_servers: str
    topic_prefix: str
    database_url: str
    smtp_port: int
    mailbox: str
    secret: str
    directory: str
    zone: str = "UTC"

    @classmethod
    def on(cls, stack: "Stack") -> Self:
        """Describe the system on this stack; in a directory that is kept, it stays at the ports it had.

        Raises:
            RuntimeError: `ZONE` cannot be its zone; says why.
        """
        path = stack.run.directory / DESCRIPTION
        earlier = cls.read(path) if path.exists() else None
        system = cls(
            urls={name: _choose_url(name, earlier) for name in find_runnable_services()},
            bootstrap_servers=stack.bootstrap_servers,
            topic_prefix="challenge.",
            database_url=stack.database_url,
            smtp_port=stack.mailbox.port,
            mailbox=str(stack.mailbox.folder),
            secret=earlier.secret if earlier else secrets.token_hex(32),
            directory=str(stack.run.directory),
            zone=choose_zone(earlier.zone if earlier else None),
        )
        system.write(path)
        return system

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a description."""
        return cls(**json.loads(path.read_text()))

    def write(self, path: Path) -> None:
        """Write the description where only its owner can read it."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=2))

    @property
    def operator_url(self) -> str:
        """The database as its operator, who may move the clock."""
        return service_url(self.database_url, OPERATOR)

    def token(self, actor: str) -> str:
        """Return the bearer token of an actor: a name from the list above, or `submit:<member>`."""
        return self._derive(f"token {actor}")

    def environment(self, service: str, members: tuple[str, ...] = ()) -> dict[str, str]:
        """Return what this service is told: what its settings ask for, and of the tokens those that its doors take.

        `members` are those who get a token for their action plans.
        """
        wanted = {setting.upper() for setting in find_settings(service).model_fields}
        told = {**self._everything(), **self._own(service), "TOKENS": json.dumps(self._tokens(service, members))}
        return {"ZONE": self.zone, **{name: value for name, value in told.items() if name in wanted}}

    def _everything(self) -> dict[str, str]:
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "TOPIC_PREFIX": self.topic_prefix,
            "HTTP_HOST": LOOPBACK,
            "CONTACTS_URL": self.urls.get("intake", ""),
            "SMTP_HOST": LOOPBACK,
            "SMTP_PORT": str(self.smtp_port),
            "PUBLIC_URL": self.urls.get("publish", ""),
            "UPDATES_KEY": self._derive("updates"),
            "PUBLIC_DATABASE_URL": service_url(self.database_url, PUBLIC_READER),
            **self._urls_by_name(),
        }

    def _own(self, service: str) -> dict[str, str]:
        return {
            "DATABASE_URL": service_url(self.database_url, service),
            "HTTP_PORT": self.urls[service].rpartition(":")[2],
            "CONTACTS_TOKEN": self.token(service),
            "NOTIFY_TOKEN": self.token("previewer"),
            f"{service.upper()}_SECRET": self._derive(f"secret {service}"),
            "ADDRESS_HASH_KEY": self._derive("address hashes"),
        }

    def _tokens(self, service: str, members: tuple[str, ...]) -> list[dict[str, object]]:
        actors = {**_ACTORS, **{f"{_SUBMITTERS}{m}": (f"forum:{m.lower()}", (f"{_SUBMITTERS}{m}",)) for m in members}}
        taken = (*SCOPES_OF_DOORS.get(service, ()), _OPERATOR)
        return [
            {"sha256": hashlib.sha256(self.token(name).encode()).hexdigest(), "actor_ref": ref, "scopes": useful}
            for name, (ref, scopes) in actors.items()
            if (useful := [scope for scope in scopes if scope.startswith(taken)])
        ]

    def command_line_settings(self) -> dict[str, str | list[str]]:
        """Return what the command line's options are by default, by the names of their variables."""
        return {
            **self._urls_by_name(),
            "SERVICE_URLS": [f"{name}={url}" for name, url in self.urls.items()],
            "CHALLENGE_TOKEN": self.token("desk"),
            "CHALLENGE_DIRECTORY": self.directory,
            "DATABASE_URL": self.database_url,
            "OPERATOR_DATABASE_URL": self.operator_url,
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "TOPIC_PREFIX": self.topic_prefix,
        }

    def _urls_by_name(self) -> dict[str, str]:
        return {f"{name.upper()}_URL": url for name, url in self.urls.items()}

    def _derive(self, purpose: str) -> str:
        return hmac.new(bytes.fromhex(self.secret), purpose.encode(), hashlib.sha256).hexdigest()


def choose_zone(earlier: str | None) -> str:
    """Return the zone that `ZONE` names, else the one that the system had, else UTC.

    Raises:
        RuntimeError: there is no such zone, or the system has lived in another.
    """
    zone = os.environ.get("ZONE") or earlier or "UTC"
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise RuntimeError(f"ZONE is {zone!r}, and no zone of that name is known here; try Europe/Paris") from error
    if earlier not in {None, zone}:
        raise RuntimeError(f"ZONE is {zone}, but the months of this system are those of {earlier}")
    return zone


def _choose_url(service: str, earlier: System | None) -> str:
    url = earlier.urls.get(service) if earlier else None
    if url and is_free(int(url.rpartition(":")[2])):
        return url
    return f"http://{LOOPBACK}:{free_port()}"
