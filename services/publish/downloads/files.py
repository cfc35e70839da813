"""Writes flat files, reform by reform: CSV and JSON Lines."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from services.chassis.cells import harmless
from services.chassis.codec import encode
from services.publish.downloads.dictionary import Table
from services.publish.downloads.direction import unturned
from services.publish.downloads.rows import Row
from services.publish.downloads.taken import Taken

Value = str | bool | int | date | datetime | tuple[str, ...] | None
"""What a column may hold."""

RowsOf = Callable[[Taken], Sequence[Row]]
"""Which rows one reform comes to."""

BETWEEN = " | "
"""What stands between the several texts of one cell."""


class Writer(Protocol):
    """A file that is being written."""

    def add(self, reforms: Sequence[Taken]) -> None:
        """Write what these come to, behind what is there."""

    def end(self) -> None:
        """Write what is still owed, and close the file."""

    def drop(self) -> None:
        """Close the file, whatever is in it; right after ``end`` too."""


class CsvFile:
    """CSV as RFC 4180 has it, in UTF-8 with a byte order mark: without it spreadsheet programs take it for another.

    No cell is a formula. Several texts have `` | `` between them; instants are of UTC.
    """

    def __init__(self, path: Path, table: Table, rows_of: RowsOf) -> None:
        self._opened = path.open("w", encoding="utf-8-sig", newline="")
        self._rows_of = rows_of
        self._csv = csv.writer(self._opened)
        self._csv.writerow([column.name for column in table.columns])

    def add(self, reforms: Sequence[Taken]) -> None:
        """Write their rows."""
        rows = (row for one in reforms for row in self._rows_of(one))
        self._csv.writerows([text_of(value) for value in values_of(row)] for row in rows)

    def end(self) -> None:
        """Close the file."""
        self._opened.close()

    drop = end


class LinesFile:
    """JSON Lines in UTF-8: an object a line, texts exactly as they are."""

    def __init__(self, path: Path, lines_of: Callable[[Taken], Iterable[object]]) -> None:
        self._opened = path.open("wb")
        self._lines_of = lines_of

    def add(self, reforms: Sequence[Taken]) -> None:
        """Write their lines."""
        self._opened.writelines(encode(line) + b"\n" for one in reforms for line in self._lines_of(one))

    def end(self) -> None:
        """Close the file."""
        self._opened.close()

    drop = end


def values_of(row: Row) -> list[Value]:
    """Give a row's values, in the order of its columns."""
    return [getattr(row, one.name) for one in fields(row)]


def text_of(value: Value) -> str:
    """Write a value in a cell: nothing for None, days and instants as ISO 8601 has them; no text turns another."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case tuple():
            return harmless(BETWEEN.join(map(unturned, value)))
        case _:
            return harmless(unturned(str(value)))
