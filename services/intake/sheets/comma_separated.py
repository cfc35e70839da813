"""Reads CSV as spreadsheet programs write it: in UTF-8, between commas, semicolons or tabs."""

import csv
from collections.abc import Iterator

from services.intake.domain.sheet.cells import Cell
from services.intake.domain.sheet.issues import unreadable

_DELIMITERS = ",;\t"
_LONGEST_CELL = 1_000_000

csv.field_size_limit(_LONGEST_CELL)


def read_csv(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """Give each record with its number, which is the row that a spreadsheet shows it in.

    Raises:
        SheetRefused: encoding, with the line; csv-syntax, with the row.
    """
    text = _decoded(content)
    first = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    number = 0
    try:
        for number, record in enumerate(csv.reader(_lines(text), delimiter=delimiter, strict=True), start=1):
            yield number, list(record)
    except csv.Error:
        raise unreadable("csv-syntax", number + 1) from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        raise unreadable("encoding", max(1, sum(1 for _ in csv.reader(_lines(before))))) from None


def _lines(text: str) -> Iterator[str]:
    # as files have lines: what else Python takes for the end of one may stand inside a cell
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin) + 1 or len(text)
        yield text[begin:end]
        begin = end
