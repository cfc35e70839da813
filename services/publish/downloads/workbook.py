"""Writes XLSX: a sheet for each table, days as days, and the same bytes for the same record."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.xml.functions import tostring

from services.publish.downloads.archive import write_archive
from services.publish.downloads.dictionary import tables
from services.publish.downloads.files import RowsOf, Value, text_of, values_of
from services.publish.downloads.taken import Taken
from services.publish.downloads.xml import in_xml

CREATED = datetime(2023, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Stands in the place of the clock's time, in the way of workbooks, which know no zones."""

PROPERTIES = "docProps/core.xml"


class WorkbookFile:
    """A workbook that does nothing when it is opened. ``sheets`` says which rows each table has of a reform."""

    def __init__(self, path: Path, sheets: Mapping[str, RowsOf]) -> None:
        self._path = path
        self._book, self._is_saved = Workbook(write_only=True), False
        self._sheets = [(self._sheet(name), rows_of) for name, rows_of in sheets.items()]

    def add(self, reforms: Sequence[Taken]) -> None:
        """Write their rows."""
        for sheet, rows_of in self._sheets:
            for row in (row for one in reforms for row in rows_of(one)):
                sheet.append([_cell(value) for value in values_of(row)])

    def end(self) -> None:
        """Write the workbook, then once more without a trace of the clock."""
        made = self._save()
        told = self._book.properties
        told.created = told.modified = CREATED
        with ZipFile(made) as archive, self._path.open("wb") as target:
            fixed = {PROPERTIES: tostring(told.to_tree())}
            write_archive(target, ((name, fixed.get(name) or archive.open(name)) for name in archive.namelist()))
        made.unlink()

    def drop(self) -> None:
        """Write it to where nobody looks: the library keeps rows in files of its own until then."""
        if not self._is_saved:
            self._save().unlink()

    def _save(self) -> Path:
        made = self._path.with_name(f"{self._path.name}.made")
        self._is_saved = True
        self._book.save(made)
        return made

    def _sheet(self, name: str) -> Any:
        sheet = self._book.create_sheet(name)
        sheet.freeze_panes = "B2"
        sheet.append([_bold(sheet, column.name) for column in tables()[name].columns])
        return sheet


def _bold(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(value: Value) -> bool | int | date | str | None:
    match value:
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None)
        case None | bool() | int() | date():
            return value
        case _:
            return in_xml(text_of(value))
