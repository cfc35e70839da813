"""Reads a spreadsheet file, whichever it is: bytes in, rows of cells out, everything bounded."""

from collections.abc import Iterable, Iterator

from services.intake.domain.sheet.cells import Cell, Row, Sheet, is_blank
from services.intake.domain.sheet.issues import unreadable
from services.intake.sheets.comma_separated import read_csv
from services.intake.sheets.workbook import read_workbook

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 500

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_sheet(content: bytes, named: str | None = None) -> Sheet:
    """Read the sheet of a file: a CSV, or of an XLSX the one that is named, or the only one that is shown and filled.

    Rows keep their numbers in the spreadsheet; blank ones are left out.

    Raises:
        SheetRefused: file-too-large, file-format, encoding, csv-syntax, which-sheet, merged-cells, no-rows,
            too-many-rows, or too-many for columns.
    """
    if len(content) > MAX_FILE_BYTES:
        raise unreadable("file-too-large")
    if content.startswith(_OLD_EXCEL):
        raise unreadable("file-format")
    rows = read_workbook(content, named) if content.startswith(_ZIP) else read_csv(content)
    return _sheet(_filled(rows))


def _sheet(rows: Iterator[Row]) -> Sheet:
    heading = next(rows, None)
    found = list(_bounded(rows))
    if heading is None or not found:
        raise unreadable("no-rows")
    return Sheet(heading, found)


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise unreadable("too-many-rows")
        yield row


def _filled(rows: Iterable[tuple[int, list[Cell]]]) -> Iterator[Row]:
    for number, cells in rows:
        while cells and is_blank(cells[-1]):
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise unreadable("too-many", number)
        if cells:
            yield Row(number, tuple(cells))
