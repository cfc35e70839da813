"""A mail server that can be nasty: what it does is asked for by the local part of the address that is written to."""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.stack.ports import LOOPBACK, free_port

SAYS_AT_RECIPIENT = {
    "busy": "450 4.2.1 <busy@example.org> try later",
    "gone": "550 5.1.1 <gone@example.org> is unknown",
}
SAYS_AT_END = {
    "put-off": "451 4.3.0 try later",
    "refuse": "554 5.7.1 refused",
    "mumble": "354 go on",
    "accept": "251 yes",
}
NOT_TAKEN = {"put-off", "refuse", "mumble", "lose-and-hang-up"}
SLOW_SECONDS = 1.5


class _Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        if _wish(self.envelope) == "hang-up-at-data":
            _abort(self)
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, hostname="mail.example.org", enable_SMTPUTF8=False)


@dataclass
class NastyServer:
    """Takes mail on loopback. ``taken`` is what it really took, whatever it said."""

    port: int = field(default_factory=free_port)
    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[tuple[str, ...]] = field(default_factory=list)
    connections: int = 0
    greets: bool = True
    letters_per_connection: int = 1000

    def start(self) -> None:
        """Begin to listen."""
        self._controller = _Controller(self, hostname=LOOPBACK, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()

    def copies(self, message_id: str) -> int:
        """Say how many copies of a letter it has."""
        return sum(message["Message-ID"] == message_id for message in self.taken)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, unless today nobody may send, or this connection was used enough."""
        served = getattr(session, "served", 0) + 1
        session.served = served  # type: ignore[attr-defined]
        self.connections += served == 1
        if served > self.letters_per_connection:
            asyncio.get_running_loop().call_later(0.01, _abort, server)
            return "421 4.4.2 enough for this connection"
        if not self.greets:
            return "550 5.7.1 you may not send here"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or say why not."""
        says = SAYS_AT_RECIPIENT.get(address.partition("@")[0], "250 OK")
        if says.startswith("2"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return says

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a letter, or not, and answer, or not."""
        wish = _wish(envelope)
        if wish not in NOT_TAKEN:
            self._take(envelope)
        if wish in {"take-and-hang-up", "lose-and-hang-up"}:
            _abort(server)
        if wish == "take-and-reset":
            asyncio.get_running_loop().call_later(0.01, _abort, server)
        if wish == "take-and-wait":
            await asyncio.sleep(SLOW_SECONDS)
        return SAYS_AT_END.get(wish, "250 2.0.0 taken")

    def _take(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        self.raw.append(content)
        self.recipients.append(tuple(envelope.rcpt_tos))
        self.taken.append(message_from_bytes(content, EmailMessage, policy=policy.default))


def _abort(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


def _wish(envelope: Any) -> str:
    return envelope.rcpt_tos[0].partition("@")[0] if envelope and envelope.rcpt_tos else ""
