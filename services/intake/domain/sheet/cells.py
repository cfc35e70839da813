"""Reads cells: what a person or a spreadsheet program put there, as the JSON that a form would hold."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from services.intake.domain.sheet.columns import Field
from services.intake.domain.sheet.words import NO, YES, code_words, normal


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that has no value of its own, and the code that says so: a formula, an error, part of a merged range."""

    code: str


Cell: TypeAlias = "str | int | float | bool | date | datetime | time | timedelta | BadCell | None"
Json: TypeAlias = "str | int | float | bool"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells, under the number that the spreadsheet gives it (the first is 1)."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its headings, and the rows below them that are not blank."""

    headings: Row
    rows: list[Row]


_DIGITS = re.compile(r"-?[0-9]{1,18}")


def is_blank(cell: Cell) -> bool:
    """Say whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def read_cell(cell: Cell, field: Field) -> Json:
    """Read a cell that is not blank. What does not fit the field is given as it is: the form says what is wrong."""
    match field.kind:
        case "day":
            return _day(cell)
        case "flag":
            return _flag(cell)
        case "number":
            return _number(cell)
        case "code":
            return _code(cell, field)
        case _:
            return text_of(cell)


def text_of(cell: Cell) -> str:
    """Write a cell's value as text: a whole number without its point, a day as 2026-11-30."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _iso(cell) if isinstance(cell, date) else str(cell)


def _iso(moment: date) -> str:
    is_day = not isinstance(moment, datetime) or moment.time() == time.min
    return moment.isoformat()[:10] if is_day else moment.isoformat()


def _day(cell: Cell) -> Json:
    # a number may be a day of some calendar, and nobody can tell which: it is left a number, and refused
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return cell if is_number and isinstance(cell, int | float) else text_of(cell)


def _flag(cell: Cell) -> Json:
    if isinstance(cell, bool):
        return cell
    word = normal(text_of(cell))
    return True if word in YES else False if word in NO else text_of(cell)


def _number(cell: Cell) -> Json:
    text = text_of(cell)
    return int(text) if _DIGITS.fullmatch(text) else text


def _code(cell: Cell, field: Field) -> str:
    text = text_of(cell)
    if text in field.codes:
        return text
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return find_code(text, field.codes) or text


def find_code(text: str, codes: tuple[str, ...]) -> str | None:
    """Give the code among these that someone means, however it is spelt."""
    word = normal(text)
    meant = code_words().get(word, word.replace(" ", "-"))
    return meant if meant in codes else None
