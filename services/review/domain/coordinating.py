"""A case of coordination: several institutions of a member work in one area, and are brought together.

They are welcome, each with its own action; a case neither joins nor stops anything, and is never about duplicates.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from contracts.batches import CoordinationContact
from contracts.vocabulary import Area
from services.review.domain.refused import refused

ROLES = ("submitter", "holder", "point-of-contact", "forum", "lead-institution", "support-unit", "other")
"""Whom one may have spoken to. Never a person: who it was is the vault's, and changes."""

CONTACTS_MAX = 50


@dataclass(frozen=True, slots=True)
class Open:
    """Nobody was spoken to yet."""


@dataclass(frozen=True, slots=True)
class Contacted:
    """Someone was spoken to; what comes of it is open."""


@dataclass(frozen=True, slots=True)
class Closed:
    """It is known what came of it."""

    outcome: str


CaseState = Open | Contacted | Closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One member's institutions in one area, in one month. ``institutions`` are those of its items."""

    month: str
    member: str
    area: Area
    institutions: tuple[str, ...]
    state: CaseState = Open()
    contacts: tuple[CoordinationContact, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteContact:
    """Note whom one has spoken to."""

    role: str
    institution: str
    contacted_on: date
    today: date


@dataclass(frozen=True, slots=True)
class Conclude:
    """Say what came of it."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Go on with it."""


CaseCommand = NoteContact | Conclude | Reopen
CaseRule = Callable[[Case, Any], Case]


def change_case(case: Case, command: CaseCommand) -> Case:
    """Say how a case stands after a command.

    Raises:
        Refusal: ``coordination-closed``, ``coordination-open``; or with what the command holds: ``unknown-role``,
            ``unknown-institution``, ``date-ahead``, ``too-many``, ``personal-data``.
    """
    cell = CASE_TABLE[type(case.state)][type(command)]
    if isinstance(cell, str):
        raise refused(cell, f"{case.member} {case.area} {case.month}")
    return cell(case, command)


def _note(case: Case, command: NoteContact) -> Case:
    _check_one_of(command.role, ROLES, "unknown-role", "role")
    # points of contact and forums are the member's; nothing can be written here that is a person
    _check_one_of(command.institution, (*case.institutions, case.member), "unknown-institution", "institution")
    if command.contacted_on > command.today:
        raise refused("date-ahead", f"{command.contacted_on} is not over yet", field="contacted_on")
    if len(case.contacts) >= CONTACTS_MAX:
        raise refused("too-many", f"a case holds {CONTACTS_MAX} contacts", field="contacts")
    contact = CoordinationContact(role=command.role, institution=command.institution, contacted_on=command.contacted_on)
    return replace(case, state=Contacted(), contacts=(*case.contacts, contact))


def _conclude(case: Case, command: Conclude) -> Case:
    if "@" in command.outcome:
        raise refused("personal-data", "say which role, never an address", field="outcome")
    return replace(case, state=Closed(command.outcome))


def _reopen(case: Case, _: Reopen) -> Case:
    return replace(case, state=Contacted() if case.contacts else Open())


def _check_one_of(value: str, known: Collection[str], code: str, field: str) -> None:
    if value not in known:
        raise refused(code, f"one of: {', '.join(known)}", field=field)


_ONGOING: Mapping[type[Any], CaseRule | str] = MappingProxyType(
    {NoteContact: _note, Conclude: _conclude, Reopen: "coordination-open"}
)
CASE_TABLE: Mapping[type[Any], Mapping[type[Any], CaseRule | str]] = MappingProxyType(
    {
        Open: _ONGOING,
        Contacted: _ONGOING,
        Closed: {NoteContact: "coordination-closed", Conclude: "coordination-closed", Reopen: _reopen},
    }
)
"""State to command to rule, or to the code of the refusal; total, a test walks it."""
