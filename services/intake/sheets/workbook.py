"""Reads the XLSX that somebody hands in, as the chassis reads workbooks, in the words of intake's sheets."""

from collections.abc import Iterator

from services.chassis import workbooks
from services.chassis.workbooks import Unreadable, Value, Wrong
from services.intake.domain.problems import Issue
from services.intake.domain.sheet.cells import BadCell, Cell
from services.intake.domain.sheet.issues import CellIssue, SheetRefused, unreadable

MAX_UNPACKED_BYTES = 128 * 1024 * 1024


def read_workbook(content: bytes, named: str | None) -> Iterator[tuple[int, list[Cell]]]:
    """Give each row of a sheet with its number: the named one, or the only one that is shown and has anything.

    Raises:
        SheetRefused: file-format, file-too-large, which-sheet, merged-cells.
    """
    try:
        for number, values in workbooks.read_workbook(content, named, MAX_UNPACKED_BYTES):
            yield number, [_cell(value) for value in values]
    except Unreadable as error:
        places = [CellIssue(issue=Issue(error.code), row=row, column=column) for row, column in error.places]
        raise (SheetRefused(places) if places else unreadable(error.code)) from error


def _cell(value: Value) -> Cell:
    return BadCell(value.code) if isinstance(value, Wrong) else value
