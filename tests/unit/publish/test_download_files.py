"""Files to take away: what stands in them, that they do nothing, and that the same record makes the same bytes."""

import csv
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import pytest
from openpyxl import load_workbook

from services.chassis.codec import decode
from services.publish.downloads.dictionary import Kind, tables
from services.publish.downloads.files import CsvFile, LinesFile, Writer
from services.publish.downloads.forms import TABLES
from services.publish.downloads.parquet import ParquetFile
from services.publish.downloads.taken import Taken, reform_row
from services.publish.downloads.workbook import PROPERTIES, WorkbookFile
from tests.controls.downloads import all_taken, taken

REFORMS = tables()["reforms"]
WRITERS: dict[str, Callable[[Path], Writer]] = {
    "csv": lambda path: CsvFile(path, REFORMS, TABLES["reforms"]),
    "jsonl": lambda path: LinesFile(path, lambda one: [one]),
    "xlsx": lambda path: WorkbookFile(path, TABLES),
    "parquet": lambda path: ParquetFile(path, REFORMS, TABLES["reforms"]),
}


def write(folder: Path, form: str, reforms: Sequence[Taken], chunk: int = 2) -> Path:
    """Write these in a form, in chunks of this size."""
    path = folder / f"reforms.{form}"
    writer = WRITERS[form](path)
    for begin in range(0, len(reforms), chunk):
        writer.add(reforms[begin : begin + chunk])
    writer.end()
    assert [one.name for one in folder.iterdir()] == [path.name], "nothing else is left behind"
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read CSV as a program does."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened, strict=True))


@pytest.mark.parametrize("form", WRITERS)
def test_same_record_makes_the_same_bytes(tmp_path: Path, form: str) -> None:
    """Whatever the chunks, and whenever it is made."""
    folders = [tmp_path / str(chunk) for chunk in (1, 7)]
    for folder in folders:
        folder.mkdir()
    first, second = (write(folder, form, all_taken(7), int(folder.name)).read_bytes() for folder in folders)
    assert first == second
    other = tmp_path / "other"
    other.mkdir()
    assert write(other, form, [*all_taken(6), taken(7, title="Otherwise")]).read_bytes() != first


def test_csv_is_what_the_standard_says(tmp_path: Path) -> None:
    """A byte order mark, lines that end in CRLF, a heading, and every value as a text that says it."""
    path = write(tmp_path, "csv", [taken(description='One, "two"\nthree', jurisdiction=None)])
    assert path.read_bytes().startswith(b"\xef\xbb\xbfreference,url,title,")
    assert path.read_bytes().endswith(b"false\r\n") or path.read_bytes().endswith(b"true\r\n")
    row = read_csv(path)[0]
    assert (row["description"], row["locality"], row["retagged"]) == ('One, "two"\nthree', "", "true")
    assert (row["support"], row["starts_on"]) == ("An award of 2027. | Advice of peers.", "2026-09-01")
    assert row["published_at"].endswith("Z")
    assert datetime.fromisoformat(row["published_at"]) == taken().published_at


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    """In CSV and XLSX a text that begins like one has an apostrophe before it; elsewhere it stands as it is."""
    title = f"{start}cmd|' /C calc'!A0"
    reforms = [taken(title=title, partners=(title, "b"))]
    row = read_csv(write(_folder(tmp_path, "csv"), "csv", reforms))[0]
    assert (row["submitted_title"], row["partners"]) == (f"'{title}", f"'{title} | b")
    sheet = load_workbook(write(_folder(tmp_path, "xlsx"), "xlsx", reforms)).worksheets[0]
    cell = next(cell for cell in sheet[2] if cell.column == _place("submitted_title"))
    assert cell.data_type == "s"
    assert str(cell.value)[:2] == f"'{start}".replace("\r", "\n")
    lines = write(_folder(tmp_path, "jsonl"), "jsonl", reforms).read_bytes().splitlines()
    assert decode(dict[str, Any], lines[0])["record"]["reform"]["proposal"]["title"] == title


def test_lines_hold_all_of_the_record(tmp_path: Path) -> None:
    """A line is read back as what was written."""
    lines = write(tmp_path, "jsonl", all_taken(3)).read_bytes().splitlines()
    assert [decode(Taken, line) for line in lines] == all_taken(3)


def test_workbook_has_a_sheet_for_each_table(tmp_path: Path) -> None:
    """With the same rows as elsewhere; days and instants are values, and nothing that XML forbids breaks it."""
    reforms = [taken(description="a\x0b\ufffeb"), taken(2)]
    path = write(tmp_path, "xlsx", reforms)
    book = load_workbook(path)
    assert book.sheetnames == ["reforms", "milestones", "findings", "assessments", "awards"]
    headings = {sheet.title: [cell.value for cell in sheet[1]] for sheet in book.worksheets}
    assert headings == {name: [column.name for column in table.columns] for name, table in tables().items()}
    found = [cell.value for cell in book["reforms"][2]]
    assert found[_place("description") - 1] == "a\ufffd\ufffdb"
    assert found[_place("starts_on") - 1] == datetime.fromisoformat("2026-09-01")
    assert found[_place("published_at") - 1] == taken().published_at.replace(tzinfo=None)
    findings = sum(len(one.record.findings) for one in reforms)
    assert [sheet.max_row for sheet in book.worksheets] == [3, 5, 1 + findings, 3, 3]
    assert [cell.value for cell in book["milestones"]["E"]] == ["status", "substantial", None, "substantial", None]
    with ZipFile(path) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert set(re.findall(r">(20[0-9T:Z-]+)<", archive.read(PROPERTIES).decode())) == {"2023-01-01T00:00:00Z"}


def test_parquet_is_read_by_others(tmp_path: Path) -> None:
    """Another's program finds every column with its kind, and the values as they are."""
    path = write(tmp_path, "parquet", all_taken(3))
    with duckdb.connect() as database:
        described = database.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
        found = database.execute(f"SELECT reference, support, starts_on, retagged FROM '{path}'")
        rows = found.fetchall()
    kinds = {
        Kind.TEXT: "VARCHAR",
        Kind.LIST: "VARCHAR[]",
        Kind.DAY: "DATE",
        Kind.INSTANT: "TIMESTAMP WITH TIME ZONE",
        Kind.NUMBER: "INTEGER",
        Kind.FLAG: "BOOLEAN",
    }
    assert [(name, kind) for name, kind, *_ in described] == [(one.name, kinds[one.kind]) for one in REFORMS.columns]
    assert rows == [(one.reference, list(one.support), date(2026, 9, 1), True) for one in all_taken(3)]


def test_dictionary_speaks_of_every_column() -> None:
    """In a sentence each; what may be empty is what a reform may lack."""
    for table in tables().values():
        assert all(column.about.endswith(".") for column in table.columns)
        assert set(table.key) <= {column.name for column in table.columns}
    optional = {column.name for column in REFORMS.columns if not column.required}
    row = reform_row(taken())
    assert {column.name for column in REFORMS.columns if getattr(row, column.name) is None} <= optional


def _folder(within: Path, name: str) -> Path:
    made = within / name
    made.mkdir()
    return made


def _place(name: str) -> int:
    return 1 + [column.name for column in REFORMS.columns].index(name)
