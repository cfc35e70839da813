"""A letter as bytes: headers that nobody outside can shape, and a body with one kind of line ending."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime
from unicodedata import category
from uuid import UUID

from services.notify.words import Text, Unsendable

HEADERS = (
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
)
"""A letter has these headers, each once, and no others."""

ENCODED_WORD = "=?"
"""Python before 3.11.10 and 3.12.5 makes headers out of it (CVE-2024-6923): nobody needs to write it."""


ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9-]+"
PLAIN_ADDRESS = re.compile(rf"{ATOM}(\.{ATOM})*@{LABEL}(\.{LABEL})*")
"""RFC 5321 without quoted local parts: the address of one person, and nothing that a header could read otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose letters they are, and where answers go."""

    name: str
    address: str
    reply_to: str
    domain: str


def message_id_of(delivery_id: UUID, sender: Sender) -> str:
    """Give the Message-ID of a delivery: the same each time it is tried."""
    return f"<{delivery_id}@{sender.domain}>"


def compose(text: Text, *, delivery_id: UUID, language: str, to: str, sender: Sender, at: datetime) -> bytes:
    """Make the bytes of a letter, and read them back before anyone else does.

    Raises:
        Unsendable: an address or a header is not safe to send.
    """
    message = EmailMessage(policy=policy.SMTP)
    try:
        for name, value in _headers(text, delivery_id, to, sender, at).items():
            message[name] = value
        message.set_content(text.body, charset="utf-8", cte="quoted-printable")
        message["Content-Language"] = language  # after the content, whose setting clears what begins so
        payload = message.as_bytes()
    except (ValueError, MessageError) as error:  # what the email package raises on a malformed header
        raise Unsendable("malformed-header") from error
    _read_back(payload, text, to)
    return payload


def _headers(text: Text, delivery_id: UUID, to: str, sender: Sender, at: datetime) -> dict[str, object]:
    return {
        "From": Address(display_name=_plain(sender.name), addr_spec=_plain_address(sender.address)),
        "Reply-To": Address(addr_spec=_plain_address(sender.reply_to)),
        "To": Address(addr_spec=_plain_address(to)),
        "Subject": _plain(text.subject),
        "Date": format_datetime(at),
        "Message-ID": message_id_of(delivery_id, sender),
        "Auto-Submitted": "auto-generated",
    }


def _plain(value: str) -> str:
    if ENCODED_WORD in value or any(category(character).startswith("C") for character in value):
        raise Unsendable("unsafe-header")
    return value


def _plain_address(address: str) -> str:
    if not PLAIN_ADDRESS.fullmatch(address):
        raise Unsendable("unsafe-address")
    return _plain(address)


def _read_back(payload: bytes, text: Text, to: str) -> None:
    found = BytesParser(policy=policy.SMTP).parsebytes(payload)
    if sorted(name.lower() for name in found.keys()) != sorted(name.lower() for name in HEADERS):  # noqa: SIM118 - all, also repeated ones
        raise Unsendable("unexpected-headers")
    read = [address.addr_spec for address in found["To"].addresses]
    if read != [to] or str(found["Subject"]) != text.subject:
        raise Unsendable("headers-changed")
