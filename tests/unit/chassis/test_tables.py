"""Tables that people send as workbooks: the same rows as from CSV, refused by row and column, bounded."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from services.chassis import workbooks
from services.chassis.tables import Faulty, Row, read_table

COLUMNS = ("code", "name", "since", "count")
HEADER = ("Code", " name ", "since", "count")
UKRAINE, MORNING = datetime.fromisoformat("2011-09-20"), datetime.fromisoformat("2012-04-17T09:30")
"""As a workbook has moments: without a zone."""
FIRST = ("CR", "Costa Rica", date(2012, 4, 17), 3)


def book(*rows: Sequence[object], change: Callable[[Workbook], object] = lambda _: None) -> bytes:
    """Give a workbook of these rows."""
    made, saved = Workbook(), BytesIO()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    change(made)
    made.save(saved)
    return saved.getvalue()


def read(content: bytes, max_rows: int = 10) -> list[Row]:
    """Read a table as its door does."""
    return read_table(content, COLUMNS, ("code",), max_rows)


def faults(content: bytes, max_rows: int = 10) -> list[tuple[int, str, str]]:
    """Give what is wrong with a table."""
    with pytest.raises(Faulty) as caught:
        read(content, max_rows)
    return [(fault.row, fault.column, fault.code) for fault in caught.value.faults]


def test_workbook_is_read_as_the_same_table_would_be() -> None:
    """Days, whole numbers, blank rows and what stands to the right of all that is filled; numbered as it is shown."""
    whole = (HEADER, FIRST, (), ("  ", None), ("UA", " Україна ", UKRAINE, 2.0, None, ""), ("'=SN",))
    written = "Code;name;since;count\nCR;Costa Rica;2012-04-17;3\n\n  ;;;\nUA; Україна ;2011-09-20;2\n'=SN;;;\n"
    assert read(book(*whole)) == read(written.encode())
    assert [row.number for row in read(book(*whole))] == [2, 5, 6]
    assert read(book(HEADER, ("CR", True, MORNING, 2.5)))[0].cells == {
        "code": "CR",
        "name": "true",
        "since": "2012-04-17T09:30:00",
        "count": "2.5",
    }


def second_sheet(made: Workbook) -> None:
    """Fill another sheet."""
    made.create_sheet("other").append(["something"])


def hidden_sheet(made: Workbook) -> None:
    """Fill another sheet, and hide it."""
    second_sheet(made)
    made["other"].sheet_state = "hidden"


def merge(made: Workbook) -> None:
    """Merge two cells."""
    made.worksheets[0].merge_cells("A2:A3")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (book(HEADER, FIRST, ("UA", "=1+1", None, "#N/A")), [(3, "count", "cell-error"), (3, "name", "formula")]),
        (book(("Code", '=CHAR(65)&"b"'), FIRST), [(1, "", "formula")]),
        (book(HEADER, ("CR", "Costa Rica", None, 1, "and more")), [(2, "", "cells")]),
        (book(HEADER, FIRST, change=second_sheet), [(1, "", "which-sheet")]),
        (book(HEADER, FIRST, FIRST, change=merge), [(2, "", "merged-cells")]),
        (book(HEADER), [(1, "", "no-rows")]),
        (book(), [(1, "", "no-header")]),
        (book(("name", "colour"), ("a", "b")), [(1, "code", "missing-column"), (1, "colour", "unknown-column")]),
        (book(HEADER, *[FIRST] * 12), [(12, "", "too-many-rows")]),
        (book(HEADER, [None] * 300 + ["far away"]), [(2, "", "cells")]),
        (b"PK\x03\x04 and no archive", [(1, "", "file-format")]),
        (b"\xd0\xcf\x11\xe0 an old workbook", [(1, "", "file-format")]),
    ],
)
def test_workbook_with_faults_is_refused_by_row_and_column(
    content: bytes, expected: list[tuple[int, str, str]]
) -> None:
    """A formula is nobody's word, whatever it once gave; of several sheets it is not guessed which is meant."""
    assert faults(content) == expected


def test_sheet_that_is_hidden_does_not_count() -> None:
    """Whoever keeps notes there sends them without harm."""
    assert len(read(book(HEADER, FIRST, change=hidden_sheet))) == 1


def test_archive_that_grows_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it declares is added up before; and no more rows are looked at than a table may have."""
    small = BytesIO(book(HEADER, FIRST))
    with zipfile.ZipFile(small, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(1_000_000))
    assert len(read(small.getvalue())) == 1
    monkeypatch.setattr(workbooks, "TEXTS_UNPACKED_BYTES", 1_000_000)
    assert faults(small.getvalue()) == [(1, "", "file-too-large")]
    monkeypatch.setattr(workbooks, "MAX_PARTS", 3)
    assert faults(book(HEADER, FIRST)) == [(1, "", "file-too-large")]
