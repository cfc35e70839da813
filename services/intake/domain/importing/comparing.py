"""Compares a table with the registry: what would be added or changed by it, and what of it cannot be."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast

from services.chassis.tables import Fault, Faulty, Row
from services.intake.domain.forms import Strict
from services.intake.domain.importing.records import (
    KEYS,
    THE_CHALLENGE,
    CommitmentRecord,
    MemberRecord,
    PlanRecord,
    Read,
    Table,
    read_record,
)

Known = Mapping[str, Strict]
"""What is registered, by its key."""


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """A column that changes. What the vault holds is named only: both values are None."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a row does to the registry; a removal has no row of its own, but the first of its member."""

    row: int
    key: str
    what: Literal["added", "changed", "removed"]
    columns: tuple[ChangedColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a table does to the registry, and the records to be kept for it."""

    changes: tuple[Change, ...]
    unchanged: int
    kept: tuple[Strict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What rows may refer to, by codes."""

    members: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()


def compare(table: Table, rows: Iterable[Row], known: Known, references: References) -> Comparison:
    """Compare rows with what is registered; a column that the table has not, stays as it is.

    Raises:
        Faulty: with everything that is wrong.
    """
    read, faults = _read_all(table, rows, known)
    faults += _twice(read)
    faults += _CHECKS[table](read, known, references)
    if faults:
        raise Faulty(faults)
    changed = [found for found in read if found.record != known.get(found.key)]
    return Comparison(
        changes=tuple(_change(found, known.get(found.key)) for found in changed),
        unchanged=len(read) - len(changed),
        kept=tuple(found.record for found in changed),
    )


def columns_in(record: Strict | None) -> dict[str, str | None]:
    """Write a record as cells."""
    return record.model_dump(mode="json") if record else {}


def _read_all(table: Table, rows: Iterable[Row], known: Known) -> tuple[list[Read], list[Fault]]:
    read: list[Read] = []
    faults: list[Fault] = []
    for row in rows:
        key = "".join(row.cells[column] for column in KEYS[table]) or THE_CHALLENGE
        before = {name: cell or "" for name, cell in columns_in(known.get(key)).items()}
        record = read_record(table, row.number, before | dict(row.cells))
        if isinstance(record, list):
            faults += record
        else:
            read.append(Read(row.number, key, record))
    return read, faults


def _twice(read: Sequence[Read]) -> Iterator[Fault]:
    seen: set[str] = set()
    for found in read:
        if found.key in seen and found.key != THE_CHALLENGE:
            yield Fault(found.row, "", "duplicate-row")
        seen.add(found.key)


def _change(found: Read, before: Strict | None) -> Change:
    old, new = columns_in(before), columns_in(found.record)
    differing = (name for name in new if old.get(name) != new[name])
    columns = tuple(ChangedColumn(name, old.get(name), new[name]) for name in differing)
    return Change(found.row, found.key, "changed" if before else "added", columns)


def _check_members(read: Sequence[Read], known: Known, _: References) -> Iterator[Fault]:
    """Each country is one member at most: letters to its point of contact go by its country's code."""
    members = cast("Mapping[str, MemberRecord]", {**known, **{found.key: found.record for found in read}})
    holders: dict[str, set[str]] = {}
    for code, member in members.items():
        if member.kind == "national":
            holders.setdefault(member.country, set()).add(code)
    for found in read:
        member = members[found.key]
        if member.kind == "national" and len(holders[member.country]) > 1:
            yield Fault(found.row, "country", "duplicate-country")


def _check_plans(read: Sequence[Read], _: Known, references: References) -> Iterator[Fault]:
    for found in read:
        if cast("PlanRecord", found.record).member_code not in references.members:
            yield Fault(found.row, "member_code", "unknown-member")


def _check_commitments(read: Sequence[Read], _: Known, references: References) -> Iterator[Fault]:
    for found in read:
        if cast("CommitmentRecord", found.record).plan_code not in references.plans:
            yield Fault(found.row, "plan_code", "unknown-plan")


def _check_dates(read: Sequence[Read], _: Known, __: References) -> Iterator[Fault]:
    yield from (Fault(found.row, "", "too-many") for found in read[1:])


def _check_nothing(_: Sequence[Read], __: Known, ___: References) -> Iterator[Fault]:
    yield from ()


_CHECKS: Mapping[Table, Callable[[Sequence[Read], Known, References], Iterator[Fault]]] = MappingProxyType(
    {
        "members": _check_members,
        "plans": _check_plans,
        "commitments": _check_commitments,
        "rounds": _check_nothing,
        "dates": _check_dates,
    }
)
