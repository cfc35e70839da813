"""An SMTP sink on loopback that writes every message it takes into a folder, one `.eml` file each."""

import itertools
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.stack.ports import LOOPBACK, free_port

RECIPIENT_HEADER = "X-Envelope-To"
SENDER_HEADER = "X-Envelope-From"
_TAKEN = "250 taken"


class Mailbox:
    """Takes mail at `port` and keeps it in `folder`; `answer` is what SMTP says to every message, taken or not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.answer = _TAKEN
        self._numbers = itertools.count(1)
        self._controller: Controller | None = None

    def start(self) -> None:
        """Begin to listen."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._controller = Controller(self, hostname=LOOPBACK, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening; what was taken stays."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    def messages(self) -> list[EmailMessage]:
        """Return all mail taken so far, oldest first; the envelope stands in two extra headers."""
        return read_folder(self.folder)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep a message, or refuse it if that is today's answer."""
        if self.answer.startswith("2"):
            self._keep(envelope)
        return self.answer

    def _keep(self, envelope: Envelope) -> None:
        head = "".join(f"{RECIPIENT_HEADER}: {recipient}\r\n" for recipient in envelope.rcpt_tos)
        head += f"{SENDER_HEADER}: {envelope.mail_from}\r\n"
        path = self.folder / f"{time.time_ns()}-{next(self._numbers):05}.eml"
        written = path.with_suffix(".new")
        written.write_bytes(head.encode() + (envelope.original_content or b""))
        written.replace(path)


def read_folder(folder: Path | str) -> list[EmailMessage]:
    """Return the mail in a mailbox's folder, oldest first."""
    return [
        message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default)
        for path in sorted(Path(folder).glob("*.eml"))
    ]


def text_of(message: EmailMessage) -> str:
    """Return what a message says, as plain text."""
    part = message.get_body(("plain",))
    return "" if part is None else str(part.get_content())
