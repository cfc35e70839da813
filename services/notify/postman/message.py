"""A letter as bytes: headers that nobody outside can shape, and the same words as text and as HTML."""

import re
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import format_datetime, formataddr
from functools import cache
from types import MappingProxyType
from unicodedata import category
from uuid import UUID

from contracts.notices import NoticeKind
from services.notify.domain.letters import UNSUBSCRIBABLE, Letter
from services.notify.domain.links import SubscriptionLinks
from services.notify.words import Leading, Text, Unsendable

HEADERS = (
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
)
"""A letter has these headers, each once, and no others."""

UNSUBSCRIBING = ("List-Unsubscribe", "List-Unsubscribe-Post")
"""What subscribed mail has besides (RFC 8058); decision letters are owed, and have none."""

BESIDES: Mapping[NoticeKind, tuple[str, ...]] = MappingProxyType(dict.fromkeys(UNSUBSCRIBABLE, UNSUBSCRIBING))
"""What letters of a kind must have besides; what no other letter may have."""

ENCODED_WORD = "=?"
"""Python before 3.11.10 and 3.12.5 makes headers out of it (CVE-2024-6923): nobody needs to write it."""

LONGEST_LINE = 900
"""RFC 5322 allows 998 in a line, with the header's name."""

END_OF_HEAD = b"\r\n\r\n"

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9-]+"
PLAIN_ADDRESS = re.compile(rf"{ATOM}(\.{ATOM})*@{LABEL}(\.{LABEL})*")
"""RFC 5321 without quoted local parts: the address of one person, and nothing that a header could read otherwise."""
PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+;=%\[\]-]+")


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


def headers_of(kind: NoticeKind) -> tuple[str, ...]:
    """Name the headers that a letter of this kind has, each once."""
    return (*HEADERS, *BESIDES.get(kind, ()))


def unsubscribe_url_in(letter: Letter, links: Leading) -> str | None:
    """Say what one click ends: nothing but a subscription, from what is sent to subscribers."""
    if letter.kind not in UNSUBSCRIBABLE or not isinstance(links, SubscriptionLinks):
        return None
    return links.one_click_url


def compose(
    text: Text,
    *,
    kind: NoticeKind,
    delivery_id: UUID,
    language: str,
    to: str,
    sender: Sender,
    at: datetime,
    unsubscribe_url: str | None = None,
) -> bytes:
    """Make the bytes of a letter, the same whenever they are made; its headers are read back before anyone else does.

    ``unsubscribe_url`` lets the reader's program unsubscribe by one click: what is subscribed
    to must have it, others may not.

    Raises:
        Unsendable: an address or a header is not safe to send.
    """
    # a line of quoted-printable holds no bare equals sign, so this can be none of the letter's own lines
    boundary = f"=_{delivery_id.hex}"
    headers = {
        **_headers(text, delivery_id, to, sender, at),
        "Content-Language": _plain(language),
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        **({} if unsubscribe_url is None else _unsubscribing(unsubscribe_url)),
    }
    try:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")
        parts = _part(boundary, "plain", text.body) + _part(boundary, "html", text.html)
    except UnicodeEncodeError as error:
        raise Unsendable("malformed-header") from error
    payload = head + parts + f"\r\n--{boundary}--\r\n".encode("ascii")
    read_back(payload, text.subject, to, headers_of(kind))
    return payload


def read_back(payload: bytes, subject: str, to: str, headers: tuple[str, ...] = HEADERS) -> None:
    """Read the headers of a letter as its receiver would.

    Raises:
        Unsendable: they are not exactly these, or one of them says something else.
    """
    head, _, _ = payload.partition(END_OF_HEAD)
    found = BytesHeaderParser().parsebytes(head + END_OF_HEAD).items()
    if sorted(name.lower() for name, _ in found) != sorted(name.lower() for name in headers):
        raise Unsendable("unexpected-headers")
    values = dict(found)
    if values["To"] != to or _decoded(values["Subject"]) != subject:
        raise Unsendable("headers-changed")


def _headers(text: Text, delivery_id: UUID, to: str, sender: Sender, at: datetime) -> dict[str, str]:
    return {
        **_headers_of_sender(sender),
        "To": _plain_address(to),
        "Subject": _subject(_plain(text.subject)),
        "Date": format_datetime(at),
        "Message-ID": message_id_of(delivery_id, sender),
        "Auto-Submitted": "auto-generated",
    }


@cache
def _headers_of_sender(sender: Sender) -> Mapping[str, str]:
    name, address = _plain(sender.name), _plain_address(sender.address)
    return MappingProxyType({"From": formataddr((name, address)), "Reply-To": _plain_address(sender.reply_to)})


def _unsubscribing(url: str) -> dict[str, str]:
    if not PLAIN_URL.fullmatch(_plain(url)):
        raise Unsendable("unsafe-header")
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _part(boundary: str, subtype: str, content: str) -> bytes:
    lines = content.replace("\r\n", "\n").replace("\r", "\n").encode()
    head = (
        f"\r\n--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode("ascii") + b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")


def _subject(subject: str) -> str:
    return subject if subject.isascii() else Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _decoded(subject: str) -> str:
    try:
        return str(make_header(decode_header(subject)))
    except (HeaderParseError, ValueError) as error:
        raise Unsendable("malformed-header") from error


def _plain(value: str) -> str:
    is_controlled = not value.isprintable() and any(category(character).startswith("C") for character in value)
    unsafe = ENCODED_WORD in value or is_controlled
    if unsafe or len(value) > LONGEST_LINE:
        raise Unsendable("unsafe-header")
    return value


def _plain_address(address: str) -> str:
    if not PLAIN_ADDRESS.fullmatch(address):
        raise Unsendable("unsafe-address")
    return _plain(address)
