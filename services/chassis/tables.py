"""From the bytes of a table to its rows: CSV as spreadsheets write it (semicolons, tabs, a mark in front), or XLSX."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from services.chassis.cells import plain

HEADER = 1
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "encoding": "This is not UTF-8; save the table as `CSV UTF-8` or as a workbook (XLSX).",
        "file-format": "This is neither CSV nor a workbook (XLSX) that can be read.",
        "file-too-large": "The workbook is too large when it is unpacked.",
        "which-sheet": "One sheet of the workbook must be shown and filled, and no other: hide the others.",
        "merged-cells": "Cells are merged here: undo that, and fill each.",
        "formula": "The cell holds a formula: put its value in its place.",
        "cell-error": "The cell holds an error of the spreadsheet program, such as #N/A.",
        "csv-syntax": "This is not well-formed CSV: a quotation mark is not closed, or stands in the middle of a cell.",
        "no-header": "The first row must name the columns.",
        "no-rows": "There is nothing below the header.",
        "too-many-rows": "There are more rows than one import takes.",
        "cells": "The row has not as many cells as the header.",
        "unknown-column": "There is no such column.",
        "duplicate-column": "The column stands twice.",
        "missing-column": "The column is needed.",
    }
)
"""Every code of a fault that any table may have; what is read from tables has its own beside them."""

_DELIMITERS = ",;\t"
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong. Rows are counted as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    code: str


class Faulty(Exception):
    """The table cannot be taken in, and nothing of it is; ``faults`` has everything that is wrong, by rows."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(", ".join(f"{fault.row}:{fault.column} {fault.code}" for fault in self.faults[:20]))


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the header: its number in the spreadsheet, and its cells by their columns, without outer spaces."""

    number: int
    cells: Mapping[str, str]

    @property
    def filled(self) -> Mapping[str, str]:
        """The cells that are not empty."""
        return {column: cell for column, cell in self.cells.items() if cell}


def read_table(content: bytes, columns: Collection[str], needed: Collection[str], max_rows: int) -> list[Row]:
    """Read a table of so many rows at most, that may have these columns and must have those that are needed.

    Cells that `cells.harmless` wrote are read as they were before.

    Raises:
        Faulty: it is no such table, or its rows are not as long as its header.
    """
    records = _records_of_workbook(content, max_rows) if content.startswith(_WORKBOOK) else _records(_decoded(content))
    number, names = next(records, (HEADER, []))
    header = [name.strip().lower() for name in names]
    _check_header(header, number, columns, needed)
    rows = list(records)
    if faults := list(_row_faults(rows, len(header), max_rows)):
        raise Faulty(faults)
    return [Row(number, dict(zip(header, cells, strict=True))) for number, cells in rows]


def _records_of_workbook(content: bytes, max_rows: int) -> Iterator[tuple[int, list[str]]]:
    # the library is loaded when somebody sends a workbook
    from services.chassis.workbooks import Unreadable, Wrong, read_texts  # noqa: PLC0415

    header, faults = list[str](), list[Fault]()
    try:
        for number, cells in islice(read_texts(content), max_rows + 2):
            names = dict(enumerate(header))
            wrong = [(place, cell.code) for place, cell in enumerate(cells) if isinstance(cell, Wrong)]
            faults += [Fault(number, names.get(place, ""), code) for place, code in wrong]
            texts = ["" if isinstance(cell, Wrong) else plain(cell) for cell in cells]
            if faults and not header:
                break
            header = header or [text.lower() for text in texts]
            yield number, texts + [""] * (len(header) - len(texts))
    except Unreadable as error:
        raise Faulty(Fault(row, "", error.code) for row, _ in error.places or [(HEADER, 0)]) from None
    if faults:
        raise Faulty(faults)


def _decoded(content: bytes) -> str:
    if content.startswith(_OLD_WORKBOOK):
        raise Faulty([Fault(HEADER, "", "file-format")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faulty([Fault(content.count(b"\n", 0, error.start) + 1, "", "encoding")]) from None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record that is not empty, with its number."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    # not splitlines: a cell may hold a character that only looks like the end of a line
    lines = (f"{line}\n" for line in text.split("\n"))
    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=HEADER):
            trimmed = [plain(cell.strip()) for cell in cells]
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


def _row_faults(rows: Sequence[tuple[int, list[str]]], width: int, max_rows: int) -> Iterator[Fault]:
    if not rows:
        yield Fault(HEADER, "", "no-rows")
    if len(rows) > max_rows:
        yield Fault(rows[max_rows][0], "", "too-many-rows")
    yield from (Fault(number, "", "cells") for number, cells in rows if len(cells) != width)
