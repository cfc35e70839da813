"""Whom an erasure is about, where else their address may stand, and what is proved of it afterwards."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from email_validator import EmailNotValidError, validate_email

from services.intake.domain.problems import refused

_REFERENCE = re.compile(r"OGC-20\d\d-\d{6,9}")
_LOCAL = r"[\w.!#$%&*+/=?^`{|}~'-]"
_escaped = re.compile(r"\\u([0-9a-fA-F]{4})|\\/")


@dataclass(frozen=True)
class ByAddress:
    """Everything that is kept of the person with this e-mail address."""

    spellings: frozenset[str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # as a whole: ana@example.org does not stand in mariana@example.org, nor in ana@example.org.uk
        spelled = "|".join(map(re.escape, sorted(self.spellings)))
        return re.compile(rf"(?<!{_LOCAL})(?:{spelled})(?![\w-]|\.\w)")

    def is_of(self, address: str) -> bool:
        """Say whether this is that person's address."""
        return address.strip().casefold() in self.spellings

    def stands_in(self, content: bytes) -> bool:
        """Say whether the address stands in what somebody wrote, as JSON or not."""
        text = content.decode(errors="replace")
        return bool(self._pattern.search(_escaped.sub(_unescape, text).casefold()))


@dataclass(frozen=True, slots=True)
class ByReference:
    """The contacts of one submission."""

    reference: str


@dataclass(frozen=True, slots=True)
class ByContact:
    """One contact, by its reference in the vault."""

    contact_ref: UUID


Whom: TypeAlias = ByAddress | ByReference | ByContact


def read_whom(text: str) -> Whom:
    """Read whom an erasure is about: an address, a submission's public reference, or a contact's reference.

    Raises:
        Refused: ``format``, or ``address``.
    """
    given = text.strip()
    if _REFERENCE.fullmatch(given.upper()):
        return ByReference(given.upper())
    if "@" in given:
        return ByAddress(_spellings(given))
    try:
        return ByContact(UUID(given))
    except ValueError:
        raise refused("format", "/contact") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased, without whose it was. ``previous`` is the SHA-256 of the record before it, in hexadecimal."""

    number: int
    erasure_id: UUID
    erased_at: datetime
    erased_by: str
    asked_by: Literal["address", "reference", "contact"]
    contacts: tuple[UUID, ...]
    drafts: int
    quarantined: int
    previous: str | None


def kind_of(whom: Whom) -> Literal["address", "reference", "contact"]:
    """Say by what somebody was named, and nothing else of it."""
    match whom:
        case ByAddress():
            return "address"
        case ByReference():
            return "reference"
        case ByContact():
            return "contact"


def write_record(erasure: Erasure) -> str:
    """Write an erasure in the one form over which its signature goes."""
    return msgspec.json.encode(erasure, order="sorted").decode()


def read_record(record: str) -> Erasure:
    """Read such a form."""
    return msgspec.json.decode(record, type=Erasure)


def broken_links(records: Iterable[tuple[Erasure, str | None]]) -> list[int]:
    """Give the numbers of the records before which one is missing or changed; each comes with the hash before it."""
    found = list(records)
    return [
        erasure.number
        for place, (erasure, hash_before) in enumerate(found, start=1)
        if (erasure.number, erasure.previous) != (place, hash_before)
    ]


def _spellings(address: str) -> frozenset[str]:
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise refused("address", "/contact") from None
    return frozenset(one.casefold() for one in (address, found.normalized, found.ascii_email) if one)


def _unescape(found: re.Match[str]) -> Any:
    return chr(int(found[1], 16)) if found[1] else "/"
