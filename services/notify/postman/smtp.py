"""The door to the mail server: a letter is offered up to the final dot, and handed over with it."""

import re
from ssl import SSLCertVerificationError, SSLError
from typing import ClassVar, Literal

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPStatus,
)
from aiosmtplib.protocol import normalize_message_line_endings

from services.notify.domain.delivery import Lost, PutOff, Taken, TurnedAway
from services.notify.postman.door import Envelope, Offered
from services.notify.settings import Settings

YES = range(200, 300)
NO = range(400, 600)
PERMANENT = 500
ENHANCED_CODE = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
CLOSING = frozenset({SMTPStatus.domain_unavailable.value})
"""The server hangs up (421): what we said on this connection is void."""


class MailServer:
    """One connection, kept for many letters. Between ``offer`` and ``hand_over`` lies the last moment to turn back."""

    name: ClassVar[Literal["smtp", "http"]] = "smtp"

    def __init__(self, settings: Settings) -> None:
        self._final_reply_seconds = settings.smtp_final_reply_seconds
        password = settings.smtp_password
        self._client = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=None if password is None else password.get_secret_value(),
            local_hostname=settings.mail_domain,
            timeout=settings.smtp_reply_seconds,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            cert_bundle=None if settings.smtp_ca_file is None else str(settings.smtp_ca_file),
        )

    async def offer(self, envelope: Envelope) -> Offered | TurnedAway | PutOff:
        """Go up to where the server waits for the letter; its refusals leave the connection fit for the next."""
        reused = self._client.is_connected
        result = await self._offer_once(envelope)
        if reused and not self._client.is_connected:  # an idle connection that the server had given up
            result = await self._offer_once(envelope)
        return result

    async def hand_over(self, envelope: Envelope) -> Taken | TurnedAway | PutOff | Lost:
        """Send the letter and its final dot, and hear the answer; without one, the outcome is lost."""
        protocol = self._client.protocol
        if protocol is None:  # hung up since the offer: no byte of the letter can have left
            return PutOff("connection-lost")
        try:
            protocol.write(dotted(envelope.payload))
        except SMTPServerDisconnected:  # raised before anything is written
            return PutOff("connection-lost")
        try:
            reply = await protocol.read_response(timeout=self._final_reply_seconds)
        except (SMTPException, OSError):
            self.hang_up()
            return Lost()
        return self._judge(reply, envelope)

    def hang_up(self) -> None:
        """Close the connection at once: a letter whose final dot was not sent is no letter."""
        self._client.close()

    def _judge(self, reply: SMTPResponse, envelope: Envelope) -> Taken | TurnedAway | PutOff | Lost:
        if reply.code in CLOSING:
            self.hang_up()
        if reply.code in YES:
            return Taken(envelope.message_id)
        return _refusal(reply.code, reply.message) if reply.code in NO else Lost()

    async def _offer_once(self, envelope: Envelope) -> Offered | TurnedAway | PutOff:
        try:
            return await self._negotiate(envelope)
        except SMTPResponseException as refused:  # of ourselves, not of the letter: greeting, login, sender
            self.hang_up()
            return PutOff(_detail(refused.code, refused.message), of_door=True)
        except (SMTPException, OSError) as error:
            self.hang_up()
            return PutOff(_trouble(error), of_door=True)

    async def _negotiate(self, envelope: Envelope) -> Offered | TurnedAway | PutOff:
        if not self._client.is_connected:
            await self._client.connect()
        await self._client.mail(envelope.sender)
        refusal = await self._name_recipient(envelope.recipient)
        if refusal is not None:
            await self._reset()
            return refusal
        reply = await self._client.execute_command(b"DATA")
        if reply.code != SMTPStatus.start_input:
            await self._reset()
            return _refusal(reply.code, reply.message)
        return Offered()

    async def _name_recipient(self, address: str) -> TurnedAway | PutOff | None:
        try:
            await self._client.rcpt(address)
        except SMTPResponseException as refused:
            if not self._client.is_connected:
                raise
            return _refusal(refused.code, refused.message)
        return None

    async def _reset(self) -> None:
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            self.hang_up()


def dotted(payload: bytes) -> bytes:
    """Make of a letter what follows on DATA (RFC 5321, 4.5.2): its lines, none of them a lone dot, and the final one.

    Lines that end with something else than CRLF, end with it then. A letter of ours has none.
    """
    ends = payload.count(b"\r\n")
    is_ours = payload.endswith(b"\r\n") and payload.count(b"\n") == payload.count(b"\r") == ends
    lines = payload if is_ours else normalize_message_line_endings(payload)
    doubled = b"." if lines.startswith(b".") else b""
    return doubled + lines.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _refusal(code: int, message: str) -> TurnedAway | PutOff:
    detail = _detail(code, message)
    return TurnedAway(detail) if code >= PERMANENT else PutOff(detail)


def _detail(code: int, message: str) -> str:
    # never the server's words: they repeat the address
    enhanced = ENHANCED_CODE.search(message)
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _trouble(error: BaseException) -> str:
    """Name what keeps us from the server; without a certificate that holds, or without TLS, nothing is said to it."""
    if isinstance(error.__cause__ or error, SSLCertVerificationError):
        return "tls-unverified"
    if isinstance(error.__cause__ or error, SSLError):
        return "tls-failed"
    # the library has no name for an extension that we need and the server does not offer
    return "tls-not-offered" if type(error) is SMTPException and "STARTTLS" in str(error) else "connection-lost"
