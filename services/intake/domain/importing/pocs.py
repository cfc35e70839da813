"""Compares a table of points of contact with the vault: whoever a member's rows do not name any more, leaves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from services.chassis.tables import Fault, Faulty, Row
from services.intake.domain.importing.comparing import Change, ChangedColumn, columns_in
from services.intake.domain.importing.records import PocRecord, read_record


@dataclass(frozen=True, slots=True)
class KnownPoc:
    """A point of contact, as the vault has it."""

    contact_ref: UUID
    record: PocRecord


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about a person: without a reference somebody new; without a record somebody who leaves."""

    change: Change
    contact_ref: UUID | None
    record: PocRecord | None


@dataclass(frozen=True, slots=True)
class PocComparison:
    """What a table does to the points of contact."""

    steps: tuple[Step, ...]
    unchanged: int

    @property
    def changes(self) -> tuple[Change, ...]:
        """What changes, with nobody's name or address."""
        return tuple(step.change for step in self.steps)


@dataclass(slots=True)
class _Listed:
    """A member's rows: the number of the first, and the persons by their addresses, each with its row."""

    row: int
    persons: dict[str, tuple[int, PocRecord]] = field(default_factory=dict)


def compare_pocs(
    rows: Iterable[Row], known: Mapping[str, Sequence[KnownPoc]], members: frozenset[str]
) -> PocComparison:
    """Compare rows with the points of contact of the members that they name; other members keep theirs.

    A row with nothing but a member's code says that nobody is known. Addresses are compared without their case.

    Raises:
        Faulty: with everything that is wrong.
    """
    listed: dict[str, _Listed] = {}
    faults = [fault for row in rows for fault in _enter(row, listed, known, members)]
    if faults:
        raise Faulty(faults)
    steps = tuple(step for code, member in listed.items() for step in _steps_of(code, member, known.get(code, ())))
    persons = sum(len(member.persons) for member in listed.values())
    return PocComparison(steps, persons - sum(1 for step in steps if step.record))


def _enter(
    row: Row, listed: dict[str, _Listed], known: Mapping[str, Sequence[KnownPoc]], members: frozenset[str]
) -> Iterator[Fault]:
    """Enter a row below its member, or say what is wrong with it."""
    code = row.cells["code"]
    if code and code not in members:
        yield Fault(row.number, "code", "unknown-member")
    member = listed.setdefault(code, _Listed(row.number))
    if code and not any(cell for column, cell in row.cells.items() if column != "code"):
        return
    record = read_record("pocs", row.number, _before(known.get(code, ()), row.cells["address"]) | dict(row.cells))
    if isinstance(record, list):
        yield from record
    elif (address := cast("PocRecord", record).address.casefold()) in member.persons:
        yield Fault(row.number, "", "duplicate-row")
    else:
        member.persons[address] = row.number, cast("PocRecord", record)


def _before(known: Sequence[KnownPoc], written: str) -> dict[str, str]:
    address = written.casefold()
    found = next((poc.record for poc in known if _address_of(poc) == address), None)
    return {column: cell or "" for column, cell in columns_in(found).items()}


def _steps_of(code: str, member: _Listed, known: Sequence[KnownPoc]) -> Iterator[Step]:
    before = {_address_of(poc): poc for poc in known}
    for address, (row, record) in member.persons.items():
        poc = before.get(address)
        if poc is None:
            yield Step(Change(row, code, "added"), None, record)
        elif poc.record != record:
            yield Step(Change(row, code, "changed", _differing(poc.record, record)), poc.contact_ref, record)
    for address, poc in before.items():
        if address not in member.persons:
            yield Step(Change(member.row, code, "removed"), poc.contact_ref, None)


def _differing(before: PocRecord, after: PocRecord) -> tuple[ChangedColumn, ...]:
    old, new = columns_in(before), columns_in(after)
    return tuple(ChangedColumn(column, None, None) for column in new if old[column] != new[column])


def _address_of(poc: KnownPoc) -> str:
    return poc.record.address.casefold()
