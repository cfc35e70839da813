"""From the bytes of a CSV file to its rows, as spreadsheets write them: with a byte order mark, semicolons or tabs."""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.intake.domain.importing.faults import Fault, Faulty

MAX_ROWS = 20_000

_DELIMITERS = ",;\t"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_APOSTROPHE = "'"
_HEADER = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the header: its number in the spreadsheet, and its cells by their columns, without outer spaces."""

    number: int
    cells: Mapping[str, str]


def read_table(content: bytes, columns: Collection[str], key: Collection[str]) -> list[Row]:
    """Read a table that may have these columns and must have those of the key.

    Raises:
        Faulty: it is no such table, or its rows are not as long as its header.
    """
    records = _records(_decoded(content))
    number, names = next(records, (_HEADER, []))
    header = [name.strip().lower() for name in names]
    _check_header(header, number, columns, key)
    rows = list(records)
    if faults := list(_row_faults(rows, len(header))):
        raise Faulty(faults)
    return [Row(number, dict(zip(header, cells, strict=True))) for number, cells in rows]


def defused(cell: str | None) -> str:
    """Write a cell so that no spreadsheet takes it for a formula; it is read back as it was."""
    return f"{_APOSTROPHE}{cell}" if cell and _is_formula(cell) else cell or ""


def _fused(cell: str) -> str:
    return cell[1:] if cell.startswith(_APOSTROPHE) and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    return cell.lstrip(_APOSTROPHE).startswith(_FORMULA)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faulty([Fault(content.count(b"\n", 0, error.start) + 1, "", "encoding")]) from None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record that is not empty, with its number."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    records = enumerate(csv.reader(_lines(text), delimiter=delimiter, strict=True), start=1)
    number = 0
    try:
        for number, cells in records:
            trimmed = [_fused(cell.strip()) for cell in cells]
            if any(trimmed):
                yield number, trimmed
    except csv.Error:
        raise Faulty([Fault(number + 1, "", "csv-syntax")]) from None


def _lines(text: str) -> Iterator[str]:
    # not splitlines: a cell may hold a character that only looks like the end of a line
    return (f"{line}\n" for line in text.split("\n"))


def _check_header(header: Sequence[str], number: int, columns: Collection[str], key: Collection[str]) -> None:
    if not header:
        raise Faulty([Fault(number, "", "no-header")])
    unknown = [Fault(number, name, "unknown-column") for name in header if name not in columns]
    twice = [Fault(number, name, "duplicate-column") for name in set(header) if header.count(name) > 1]
    absent = [Fault(number, name, "missing-column") for name in key if name not in header]
    if faults := [*unknown, *twice, *absent]:
        raise Faulty(faults)


def _row_faults(rows: Sequence[tuple[int, list[str]]], width: int) -> Iterator[Fault]:
    if not rows:
        yield Fault(_HEADER, "", "no-rows")
    if len(rows) > MAX_ROWS:
        yield Fault(rows[MAX_ROWS][0], "", "too-many-rows")
    yield from (Fault(number, "", "cells") for number, cells in rows if len(cells) != width)
