"""A mail server that can be nasty: what it does is asked for by the domain that is written to, or by its mood."""

import asyncio
import re
import socket
import struct
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.stack.ports import LOOPBACK, free_port

STAGES = ("greeting", "helo", "mail", "rcpt", "data", "body", "final", "taken")
"""Where it can be nasty, in the order of a conversation; ``taken`` is ``final`` with the letter truly kept."""

REASONS = {"rcpt": {4: "2.1", 5: "1.1"}, "final": {4: "3.0", 5: "7.1"}}
USUAL_REASON = {2: "0.0", 4: "4.2", 5: "7.1"}

MESSAGE_ID = re.compile(rb"(?im)^Message-ID:\s*(<[^>]+>)")
BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
PAUSES = {"slow": 0.2, "stall": 1.5}
"""In seconds: one that a client bears, and one that is too long for the clients of the tests."""

LINGER_NOT = struct.pack("ii", 1, 0)


class Wish(NamedTuple):
    """What a server is to do at a stage: a reply code, ``hang-up``, ``reset``, ``stall``, ``slow``, ``said-reset``."""

    stage: str
    what: str

    @property
    def code(self) -> int:
        """The reply code that is wished for; 0 when it is something else."""
        return int(self.what) if self.what.isdigit() else 0


NOTHING = Wish("", "")


class Hung(Exception):
    """The server has ended the conversation."""


def wish_of(domain: str) -> Wish:
    """Read what is wished for from a domain such as ``rcpt-450.example``; any other wishes for nothing."""
    stage, _, what = domain.partition(".")[0].partition("-")
    return Wish(stage, what) if stage in STAGES else NOTHING


def address_at(wish: str) -> str:
    """Give an address to whose domain the server behaves like this."""
    return f"ana@{wish}.example"


class _Conversation(SMTP):
    """One connection; each stage asks first what is wished for there."""

    mailbox: "NastyServer"
    domain = ""

    async def _handle_client(self) -> None:
        self.mailbox.conversations.add(self)
        try:
            await self._unless_nasty("greeting", super()._handle_client)
        finally:
            self.mailbox.conversations.discard(self)
            self.hang_up(reset=False)

    async def smtp_EHLO(self, hostname: str) -> None:
        await self._unless_nasty("helo", lambda: super(_Conversation, self).smtp_EHLO(hostname))

    async def smtp_HELO(self, hostname: str) -> None:
        await self._unless_nasty("helo", lambda: super(_Conversation, self).smtp_HELO(hostname))

    async def smtp_MAIL(self, arg: str | None) -> None:
        await self._unless_nasty("mail", lambda: super(_Conversation, self).smtp_MAIL(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:
        self.domain = (arg or "").rpartition("@")[2].rstrip(">")
        await self._unless_nasty("rcpt", lambda: super(_Conversation, self).smtp_RCPT(arg))

    async def smtp_DATA(self, arg: str) -> None:
        if any(wish.stage == "body" for wish in self.wishes()):
            await self.push("354 go on")
            await self._reader.readline()
        await self._unless_nasty("body", lambda: self._data(arg))

    async def _data(self, arg: str) -> None:
        await self._unless_nasty("data", lambda: super(_Conversation, self).smtp_DATA(arg))

    async def _unless_nasty(self, stage: str, usual: Callable[[], Awaitable[None]]) -> None:
        try:
            reply = await self.be_nasty(stage)
        except Hung:
            await asyncio.Event().wait()
        if not reply:
            return await usual()
        await self.push(reply)
        if reply.startswith("421") or stage == "greeting":
            self.hang_up(reset=False)
        return None

    def wishes(self) -> tuple[Wish, ...]:
        """Give what is wished for at any stage of this conversation."""
        return (self.mailbox.mood, wish_of(self.domain)) if self.mailbox.heeds else ()

    async def be_nasty(self, stage: str) -> str:
        """Do what is wished for at this stage, and give what is said there, if it is not the usual.

        Raises:
            Hung: there is nothing more to be said.
        """
        wish = next((one for one in self.wishes() if one.stage == stage), NOTHING)
        if wish.what in {"hang-up", "reset"}:
            self.hang_up(reset=wish.what == "reset")
            raise Hung
        if wish.what == "said-reset":
            asyncio.get_running_loop().call_soon(lambda: self.hang_up(reset=True))
        if wish.what in PAUSES:
            await asyncio.sleep(PAUSES[wish.what])
        return _reply(stage, wish.code, self.domain) if wish.code else ""

    def hang_up(self, *, reset: bool) -> None:
        """End the connection without another word: in good order, or by a reset that overtakes what was said."""
        if not isinstance(self.transport, asyncio.Transport):
            return
        if reset:
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        self.transport.abort()


class _Controller(Controller):
    def factory(self) -> SMTP:
        made = _Conversation(self.handler, hostname="mail.example.org", enable_SMTPUTF8=False)
        made.mailbox = self.handler
        return made


@dataclass
class NastyServer:
    """Takes mail on loopback. ``taken`` is what it really took, whatever it said; ``heard`` each final dot."""

    port: int = field(default_factory=free_port)
    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[tuple[str, ...]] = field(default_factory=list)
    heard: "Counter[str]" = field(default_factory=Counter)
    conversations: set[_Conversation] = field(default_factory=set)
    connections: int = 0
    mood: Wish = NOTHING
    """A wish for everybody, whatever the domain."""
    heeds: bool = True
    """False: it is kind to everybody, whatever is wished for."""
    letters_per_connection: int = 1000
    keeps: bool = True
    """False: of what it takes, it keeps the Message-IDs only."""
    deduplicates: bool = False
    """Says yes to a Message-ID that it has, and does not take it again."""

    def start(self) -> None:
        """Begin to listen."""
        self._controller = _Controller(self, hostname=LOOPBACK, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening, and hang up on everybody."""
        gone = threading.Event()
        self._controller.loop.call_soon_threadsafe(self._hang_up, gone)
        gone.wait(5)
        self._controller.stop()

    def _hang_up(self, gone: threading.Event) -> None:
        for conversation in list(self.conversations):
            conversation.hang_up(reset=False)
        self._controller.loop.call_later(0.01, gone.set)  # when the loop has closed what was aborted

    def forget(self) -> None:
        """Be as new: nothing taken, nothing heard."""
        for kept in (self.taken, self.raw, self.recipients, self.heard):
            kept.clear()

    def copies(self, message_id: str) -> int:
        """Say how many copies of a letter it has."""
        return sum(message["Message-ID"] == message_id for message in self.taken)

    async def handle_MAIL(
        self, server: _Conversation, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, unless this connection was used enough."""
        session.served = served = getattr(session, "served", 0) + 1  # type: ignore[attr-defined]
        self.connections += served == 1
        if served > self.letters_per_connection:
            asyncio.get_running_loop().call_later(0.01, lambda: server.hang_up(reset=False))
            return "421 4.4.2 enough for this connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: _Conversation, _session: Session, envelope: Envelope) -> str:
        """Take a letter, or not, and answer, or not."""
        content = envelope.original_content or b""
        if BARE.search(content):
            return "550 5.6.11 bare <CR> or <LF> received"
        try:
            refusal = await server.be_nasty("final")
            if refusal:
                return refusal
            self._take(content, tuple(envelope.rcpt_tos))
            return await server.be_nasty("taken") or "250 2.0.0 taken"
        except Hung:
            return "250 2.0.0 taken, but nobody hears it any more"

    def _take(self, content: bytes, recipients: tuple[str, ...]) -> None:
        found = MESSAGE_ID.search(content)
        message_id = found[1].decode() if found else ""
        self.heard[message_id] += 1
        if not self.keeps or (self.deduplicates and self.heard[message_id] > 1):
            return
        self.raw.append(content)
        self.recipients.append(recipients)
        self.taken.append(message_from_bytes(content, EmailMessage, policy=policy.default))


def _reply(stage: str, code: int, domain: str) -> str:
    kind = code // 100
    if kind == 3:  # nonsense, at any stage but DATA
        return f"{code} go on"
    reason = REASONS.get(stage, {}).get(kind) or USUAL_REASON[kind]
    return f"{code} {kind}.{reason} <ana@{domain}> and more words that nobody should keep"
