"""Reads XLSX: the values as they stand, never a formula; bounded before anything is unpacked."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from services.intake.domain.problems import Issue
from services.intake.domain.sheet.cells import BadCell, Cell, is_blank
from services.intake.domain.sheet.issues import CellIssue, SheetRefused, unreadable

MAX_UNPACKED_BYTES = 128 * 1024 * 1024
MAX_PARTS = 1_000

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z0-9:]{2,21})[\"']")
_FAULTS = {"f": "formula", "e": "cell-error"}


def read_workbook(content: bytes, named: str | None) -> Iterator[tuple[int, list[Cell]]]:
    """Give each row of a sheet with its number: the named one, or the only one that is shown and has anything.

    Raises:
        SheetRefused: file-format, file-too-large, which-sheet, merged-cells.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it does not read of styles and extensions
            _check_size(archive)
            book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
            sheet = _choose(book, named)
            _refuse_merged(archive, sheet)
            yield from _rows(sheet)
    except SheetRefused:
        raise
    except Exception as error:  # whatever the library meets in a file of anyone's making
        raise unreadable("file-format") from error


def _check_size(archive: zipfile.ZipFile) -> None:
    # no part gives more than it declares: zipfile stops there
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise unreadable("file-too-large")


def _choose(book: Any, named: str | None) -> Any:
    if named is not None:
        chosen = [sheet for sheet in book.worksheets if sheet.title == named]
    else:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        chosen = shown if len(shown) == 1 else [sheet for sheet in shown if _has_anything(sheet)]
    if len(chosen) != 1:
        raise unreadable("which-sheet")
    # what the file says of its own size may be wrong, and would cut off the rest
    chosen[0].reset_dimensions()
    return chosen[0]


def _has_anything(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(not is_blank(value) for row in sheet.iter_rows(values_only=True) for value in row)


def _refuse_merged(archive: zipfile.ZipFile, sheet: Any) -> None:
    xml = archive.read(sheet._worksheet_path)  # noqa: SLF001 - read-only sheets do not tell what is merged
    if found := _MERGED.findall(xml, xml.rfind(b"sheetData")):
        raise SheetRefused(map(_merged, found))


def _merged(places: bytes) -> CellIssue:
    letters, row = coordinate_from_string(places.decode().partition(":")[0])
    return CellIssue(issue=Issue("merged-cells"), row=row, column=column_index_from_string(letters) - 1)


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, [_value(cell) for cell in row]


def _value(cell: Any) -> Cell:
    fault = _FAULTS.get(cell.data_type)
    value: Cell = BadCell(fault) if fault and cell.value is not None else cell.value
    return value
