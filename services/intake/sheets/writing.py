"""Writes CSV and XLSX that do nothing when they are opened: a cell that could be a formula is made text."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook

from services.chassis.cells import harmless


def write_csv(rows: Iterable[Sequence[object]], delimiter: str = ",") -> bytes:
    """Write rows as CSV that spreadsheet programs open as UTF-8."""
    written = StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([_text(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def write_workbook(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows as the one sheet of a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("submissions")
    for row in rows:
        sheet.append([_text(cell) for cell in row])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _text(cell: object) -> str:
    return "" if cell is None else harmless(str(cell))
