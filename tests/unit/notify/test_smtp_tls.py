"""The door to a mail server by TLS: with a certificate that holds, or not at all."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Received

from deploy.stack.ports import free_port
from services.notify.domain.delivery import PutOff, Taken
from services.notify.postman.door import Envelope, Offered
from services.notify.postman.smtp import MailServer
from services.notify.settings import Settings

CA = trustme.CA()


@dataclass
class Inbox:
    """What was taken, and whether it came by TLS."""

    taken: list[str | None] = field(default_factory=list)
    connections: int = 0

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Received) -> str:
        """Take it."""
        by_tls = server.transport is not None and server.transport.get_extra_info("sslcontext") is not None
        self.taken.append(envelope.rcpt_tos[0] if by_tls else None)
        return "250 taken"


class Server(Controller):
    """Talks by the way that it was made for."""

    def factory(self) -> SMTP:
        """Make one conversation."""
        self.handler.connections += 1
        return SMTP(self.handler, **self.SMTP_kwargs)


def certified(*names: str, by: trustme.CA = CA) -> ssl.SSLContext:
    """Make what a server shows: a certificate for these names."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    by.issue_cert(*names).configure_cert(context)
    return context


@contextmanager
def serving(**ways: Any) -> Iterator[Server]:
    """Let a server listen on loopback."""
    server = Server(Inbox(), hostname="127.0.0.1", port=free_port(), **ways)
    server.start()  # which connects once itself, to see it listen
    server.handler.connections = 0
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    """The certificate of whoever vouches for our server."""
    path = tmp_path / "ca.pem"
    CA.cert_pem.write_to_path(path)
    return path


def door_to(server: Server, security: str, ca_file: Path | None) -> MailServer:
    """Make the door to a server, under the name for which its certificate was made."""
    told = {
        "database_url": "unused",
        "kafka_bootstrap_servers": "unused",
        "smtp_host": "localhost",
        "smtp_port": server.port,
        "smtp_security": security,
        "smtp_ca_file": ca_file,
        "smtp_reply_seconds": 5,
    }
    return MailServer(Settings.model_validate(told))


def letter() -> Envelope:
    """Give a letter."""
    message_id = f"<{uuid4()}@challenge.example.org>"
    return Envelope(message_id, "support@example.org", "ana@example.org", b"Subject: x\r\n\r\nx\r\n")


WAYS: dict[str, Callable[[ssl.SSLContext], dict[str, Any]]] = {
    "tls": lambda context: {"ssl_context": context},
    "starttls": lambda context: {"tls_context": context, "require_starttls": True},
}


@pytest.mark.parametrize("security", WAYS)
async def test_letters_go_by_tls_over_one_connection(security: str, ca_file: Path) -> None:
    """From the first byte, or from STARTTLS on; three letters, one handshake."""
    with serving(**WAYS[security](certified("localhost"))) as server:
        door = door_to(server, security, ca_file)
        for _ in range(3):
            envelope = letter()
            assert await door.offer(envelope) == Offered()
            assert await door.hand_over(envelope) == Taken(envelope.message_id)
        door.hang_up()
        assert server.handler.taken == ["ana@example.org"] * 3
        assert server.handler.connections == 1


@pytest.mark.parametrize("security", WAYS)
@pytest.mark.parametrize("fault", ["nobody vouches for it", "another vouches for it", "it is for another name"])
async def test_certificate_that_does_not_hold_is_refused(security: str, fault: str, ca_file: Path) -> None:
    """Before a word of a letter, or a password, has been said."""
    names = ("mail.example.org",) if fault == "it is for another name" else ("localhost",)
    context = certified(*names, by=trustme.CA() if fault == "another vouches for it" else CA)
    with serving(**WAYS[security](context)) as server:
        door = door_to(server, security, None if fault == "nobody vouches for it" else ca_file)
        assert await door.offer(letter()) == PutOff("tls-unverified", of_door=True)
        door.hang_up()
        assert server.handler.taken == []


async def test_server_that_offers_no_tls_gets_no_letter(ca_file: Path) -> None:
    """STARTTLS is required, not hoped for: whoever strips it from the greeting learns nothing."""
    with serving() as server:
        door = door_to(server, "starttls", ca_file)
        assert await door.offer(letter()) == PutOff("tls-not-offered", of_door=True)
        door.hang_up()
        assert server.handler.taken == []


async def test_server_that_speaks_no_tls_gets_no_letter(ca_file: Path) -> None:
    """What is no TLS from the first byte is not talked to."""
    with serving() as server:
        door = door_to(server, "tls", ca_file)
        refused = await door.offer(letter())
        assert isinstance(refused, PutOff)
        assert refused.of_door
        door.hang_up()
        assert server.handler.taken == []
