"""Files of spreadsheets: CSV and XLSX as programs write them, refused clearly where they cannot be read."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from services.chassis.cells import harmless
from services.intake.domain.sheet.cells import BadCell
from services.intake.domain.sheet.issues import SheetRefused
from services.intake.domain.sheet.layout import Layouts
from services.intake.domain.sheet.rows import read_row
from services.intake.sheets import reading, workbook
from services.intake.sheets.reading import read_sheet
from services.intake.sheets.templates import headings_of, template_csv, template_workbook
from services.intake.sheets.writing import write_csv, write_workbook

EXAMPLES = Path(__file__).parents[3] / "examples/sheets"


def refusal(content: bytes, named: str | None = None) -> list[tuple[str, int | None, str]]:
    """Give why a file is refused: code, row, column."""
    with pytest.raises(SheetRefused) as caught:
        read_sheet(content, named)
    return [(found.issue.code, found.row, found.letters) for found in caught.value.issues]


def saved(book: Workbook) -> bytes:
    """Give a workbook's bytes."""
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def book_of(*rows: list[Any]) -> Workbook:
    """Make a workbook of one sheet."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    return book


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv_as_programs_write_it(separator: str, mark: str, line_end: str) -> None:
    """With or without a byte order mark, any separator and line end; rows keep their numbers, blank ones are left."""
    lines = ["a,b,c", '1,"x, y; z",', ",,", '"two\nlines",é,"say ""so"""', ",,,,", ""]
    separated = [
        line.replace(",", separator) if "x, y" not in line else f'1{separator}"x, y; z"{separator}' for line in lines
    ]
    sheet = read_sheet((mark + line_end.join(separated)).encode())
    assert sheet.headings.cells == ("a", "b", "c")
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (2, ("1", "x, y; z")),
        (4, ("two\nlines", "é", 'say "so"')),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('a\nb\n"two\nlines"\nré'.encode("cp1252"), ("encoding", 4, "")),
        ("a\nb".encode("utf-16"), ("encoding", 1, "")),
        (b'a,b\n1,"x\n', ("csv-syntax", 2, "")),
        (b'a,b\n1,"x"y\n', ("csv-syntax", 2, "")),
        (b"", ("no-rows", None, "")),
        (b"a,b\n,,\n", ("no-rows", None, "")),
        (b"PK\x03\x04 and no archive", ("file-format", None, "")),
        (b"\xd0\xcf\x11\xe0 an old workbook", ("file-format", None, "")),
    ],
)
def test_files_that_cannot_be_read(content: bytes, expected: tuple[str, int | None, str]) -> None:
    """Each says why, and where that can be told."""
    assert refusal(content) == [expected]


def test_files_have_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, rows, and what a workbook unpacks to: an archive may be small and its content not."""
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    assert refusal(b"a\n1\n2\n3\n4\n") == [("too-many-rows", None, "")]
    assert len(read_sheet(b"a\n1\n2\n\n3\n").rows) == 3
    wide = b",".join([b"a"] * reading.MAX_COLUMNS)
    assert read_sheet(wide + b"\n1\n").rows[0].cells == ("1",)
    assert refusal(b"a\n1\n" + wide + b",a") == [("too-many", 3, "")]
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", 1_000_000)
    bomb = BytesIO(saved(book_of(["a"], ["b"])))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(1_000_000))
    assert len(bomb.getvalue()) < 20_000
    assert refusal(bomb.getvalue()) == [("file-too-large", None, "")]
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 10)
    assert refusal(b"a,b,c,d,e\n1,2,3,4,5\n") == [("file-too-large", None, "")]


def test_entities_are_not_expanded() -> None:
    """A workbook is XML of anyone's making: one that declares entities is not read."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert refusal(_edited(saved(book_of(["a"], ["b"])), lambda xml: bomb + xml)) == [("file-format", None, "")]


def _edited(content: bytes, edit: Callable[[str], str]) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(kept, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            after.writestr(name, edit(text.decode()) if name.endswith("sheet1.xml") else text)
    return kept.getvalue()


def test_a_workbook_keeps_its_types() -> None:
    """Days are days, numbers numbers; trailing blank rows and cells are left out."""
    when = datetime(2026, 11, 30, 9, 30)  # noqa: DTZ001 - as workbooks have them
    sheet = read_sheet(saved(book_of(["a", "b", "c", "d"], [date(2026, 11, 30), 7, 2.5, True], [], [when], ["", " "])))
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (2, (datetime(2026, 11, 30), 7, 2.5, True)),  # noqa: DTZ001 - likewise
        (4, (when,)),
    ]


def test_formulas_and_errors_are_no_values() -> None:
    """What a formula came to may be old, or was never worked out: the person who sends says what it is."""
    content = saved(book_of(["a", "b"], ["=1+1", "#N/A"], ["'=1", "fine"]))
    rows = read_sheet(content).rows
    assert rows[0].cells == (BadCell("formula"), BadCell("cell-error"))
    assert rows[1].cells == ("'=1", "fine")


def test_merged_cells_are_told() -> None:
    """Their value would stand in the first row alone."""
    book = book_of(["a", "b"], ["x", "y"], ["", "z"])
    book.worksheets[0].merge_cells("A2:A3")
    book.worksheets[0].merge_cells("B2:C2")
    assert sorted(refusal(saved(book))) == [("merged-cells", 2, "A"), ("merged-cells", 2, "B")]


def test_which_sheet_is_read() -> None:
    """The one that is named; else the only one that is shown and has anything. A guess could lose the other."""
    book = book_of(["a"], ["first"])
    hidden = book.create_sheet("Hidden")
    hidden.sheet_state = "hidden"
    book.create_sheet("Empty")
    for row in (["a"], ["hidden"]):
        hidden.append(row)
    assert read_sheet(saved(book)).rows[0].cells == ("first",)
    assert read_sheet(saved(book), "Hidden").rows[0].cells == ("hidden",)
    assert refusal(saved(book), "None") == [("which-sheet", None, "")]
    hidden.sheet_state = "visible"
    assert refusal(saved(book)) == [("which-sheet", None, "")]


def test_what_a_file_says_of_its_size_is_not_believed() -> None:
    """Some programs write a dimension that is too small: the rest would be cut off."""
    content = _edited(saved(book_of(["a", "b"], ["c", "d"])), lambda xml: xml.replace('ref="A1:B2"', 'ref="A1:A1"'))
    assert b"A1:A1" in zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert read_sheet(content).rows[0].cells == ("c", "d")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_we_write_does_nothing_when_it_is_opened(start: str) -> None:
    """In CSV and in XLSX."""
    text = f"{start}cmd|' /C calc'!A0"
    assert harmless(text) == f"'{text}"
    assert write_csv([[text]]).decode("utf-8-sig").lstrip('"').startswith("'")
    cell = load_workbook(BytesIO(write_workbook([[text]]))).worksheets[0]["A1"]
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")


def test_templates_are_sheets_without_rows() -> None:
    """In both formats, with the same headings; the workbook knows what can be chosen."""
    headings = [heading.text for heading in headings_of("standalone", "fr")]
    assert template_csv("standalone", "fr").decode("utf-8-sig").strip().split(";") == headings
    sheet = load_workbook(BytesIO(template_workbook("standalone", "fr"))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == headings
    assert any("justice" in str(choice.formula1) for choice in sheet.data_validations.dataValidation)
    assert refusal(template_workbook("standalone")) == [("no-rows", None, "")]


@pytest.mark.parametrize("name", ["actions.csv", "actions.fr.csv"])
def test_the_examples_read_well(name: str) -> None:
    """As they stand, in both languages."""
    sheet = read_sheet((EXAMPLES / name).read_bytes())
    layouts = Layouts(sheet.headings)
    assert list(layouts.issues()) == []
    assert read_row(sheet.rows[0], layouts).channel == "standalone"
    assert all(read_row(row, layouts).external_id for row in sheet.rows)
