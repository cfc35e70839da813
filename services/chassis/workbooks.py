"""Reads workbooks (XLSX) of people: the values as they stand, never a formula; bounded before anything is unpacked."""

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, NamedTuple, TypeAlias

from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

MAX_PARTS = 1_000
MAX_COLUMNS = 200
TEXTS_UNPACKED_BYTES = 32 * 1024 * 1024

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z0-9:]{2,21})[\"']")
_FAULTS = {"f": "formula", "e": "cell-error"}


class Wrong(NamedTuple):
    """A cell without a value of its own, and the code that says so: ``formula`` or ``cell-error``."""

    code: str


Value: TypeAlias = "str | int | float | bool | date | datetime | time | timedelta | Wrong | None"


class Unreadable(Exception):
    """The file cannot be read, and why; ``places`` are rows (the first is 1) and columns (the first is 0) of it."""

    def __init__(self, code: str, places: Sequence[tuple[int, int]] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.places = tuple(places)


def read_workbook(content: bytes, named: str | None, max_unpacked_bytes: int) -> Iterator[tuple[int, list[Value]]]:
    """Give each row of a sheet with its number: the named one, or the only one that is shown and has anything.

    Raises:
        Unreadable: file-format, file-too-large, which-sheet, merged-cells.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it does not read of styles and extensions
            _check_size(archive, max_unpacked_bytes)
            book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
            sheet = _choose(book, named)
            _refuse_merged(archive, sheet)
            yield from _rows(sheet)
    except Unreadable:
        raise
    except Exception as error:  # whatever the library meets in a file of anyone's making
        raise Unreadable("file-format") from error


def read_texts(content: bytes) -> Iterator[tuple[int, list[str | Wrong]]]:
    """Give each row of the only sheet that is shown and filled, as text, but for those that are blank, with its number.

    Raises:
        Unreadable: as ``read_workbook``; ``cells``, a row is wider than any table.
    """
    for number, values in read_workbook(content, None, TEXTS_UNPACKED_BYTES):
        if len(values) > MAX_COLUMNS:
            raise Unreadable("cells", [(number, MAX_COLUMNS)])
        texts = [value if isinstance(value, Wrong) else text_of(value) for value in values]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts


def _check_size(archive: zipfile.ZipFile, max_unpacked_bytes: int) -> None:
    # no part gives more than it declares: zipfile stops there
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > max_unpacked_bytes:
        raise Unreadable("file-too-large")


def _choose(book: Any, named: str | None) -> Any:
    if named is not None:
        chosen = [sheet for sheet in book.worksheets if sheet.title == named]
    else:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        chosen = shown if len(shown) == 1 else [sheet for sheet in shown if _has_anything(sheet)]
    if len(chosen) != 1:
        raise Unreadable("which-sheet")
    # what the file says of its own size may be wrong, and would cut off the rest
    chosen[0].reset_dimensions()
    return chosen[0]


def _has_anything(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(not is_blank(value) for row in sheet.iter_rows(values_only=True) for value in row)


def text_of(value: Value) -> str:
    """Write a value as a table of text would have it: a whole number without its point, a day as 2026-11-30."""
    match value:
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat()[:10] if value.time() == time.min else value.isoformat()
        case _:
            return "" if is_blank(value) else str(value).strip()


def is_blank(value: object) -> bool:
    """Say whether nothing stands in a cell."""
    return value is None or (isinstance(value, str) and not value.strip())


def _refuse_merged(archive: zipfile.ZipFile, sheet: Any) -> None:
    xml = archive.read(sheet._worksheet_path)  # noqa: SLF001 - read-only sheets do not tell what is merged
    if found := _MERGED.findall(xml, xml.rfind(b"sheetData")):
        raise Unreadable("merged-cells", [_place(places) for places in found])


def _place(merged: bytes) -> tuple[int, int]:
    letters, row = coordinate_from_string(merged.decode().partition(":")[0])
    return row, column_index_from_string(letters) - 1


def _rows(sheet: Any) -> Iterator[tuple[int, list[Value]]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, [_value(cell) for cell in row]


def _value(cell: Any) -> Value:
    fault = _FAULTS.get(cell.data_type)
    value: Value = Wrong(fault) if fault and cell.value is not None else cell.value
    return value
