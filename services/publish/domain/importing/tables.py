"""From the bytes of a CSV file to its rows, as spreadsheets write them: with a byte order mark, semicolons or tabs."""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.publish.domain.importing.faults import Fault, Faulty

MAX_ROWS = 5_000
HEADER = 1
_DELIMITERS = ",;\t"

Records = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says: its number in the spreadsheet, and its filled cells by their columns."""

    number: int
    cells: Mapping[str, str]


def read_table(content: bytes, columns: Collection[str], needed: Collection[str]) -> list[Row]:
    """Read a table that may have these columns and must have those that are needed.

    Raises:
        Faulty: it is no such table, or its rows are not as long as its header.
    """
    records = _records(_decoded(content))
    number, names = next(records, (HEADER, []))
    header = [name.strip().lower() for name in names]
    _check_header(header, number, columns, needed)
    rows = list(records)
    if faults := list(_row_faults(rows, len(header))):
        raise Faulty(faults)
    return [Row(number, _filled(zip(header, cells, strict=True))) for number, cells in rows]


def _filled(cells: Iterator[tuple[str, str]]) -> dict[str, str]:
    return {column: cell for column, cell in cells if cell}


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faulty([Fault(content.count(b"\n", 0, error.start) + 1, "", "encoding")]) from None


def _records(text: str) -> Records:
    """Give each record that is not empty, with its number."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    # not splitlines: a cell may hold a character that only looks like the end of a line
    lines = (f"{line}\n" for line in text.split("\n"))
    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=HEADER):
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                yield number, trimmed
    except csv.Error:
        raise Faulty([Fault(number + 1, "", "csv-syntax")]) from None


def _check_header(header: Sequence[str], number: int, columns: Collection[str], needed: Collection[str]) -> None:
    if not header:
        raise Faulty([Fault(number, "", "no-header")])
    unknown = [Fault(number, name, "unknown-column") for name in header if name not in columns]
    twice = [Fault(number, name, "duplicate-column") for name in set(header) if header.count(name) > 1]
    absent = [Fault(number, name, "missing-column") for name in needed if name not in header]
    if faults := [*unknown, *twice, *absent]:
        raise Faulty(faults)


def _row_faults(rows: Sequence[tuple[int, list[str]]], width: int) -> Iterator[Fault]:
    if not rows:
        yield Fault(HEADER + 1, "", "no-rows")
    if len(rows) > MAX_ROWS:
        yield Fault(rows[MAX_ROWS][0], "", "too-many-rows")
    for number, cells in rows[:MAX_ROWS]:
        if len(cells) != width:
            yield Fault(number, "", "cells")
