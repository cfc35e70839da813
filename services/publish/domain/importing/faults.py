"""What can be wrong with what is said of reforms: each fault with its row, its column, its code and its sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "encoding": "This is not UTF-8; save the table as `CSV UTF-8`.",
        "csv-syntax": "This is not well-formed CSV: a quotation mark is not closed, or stands in the middle of a cell.",
        "no-header": "The first row must name the columns.",
        "no-rows": "There is nothing below the header.",
        "too-many-rows": "There are more rows than one import takes.",
        "cells": "The row has not as many cells as the header.",
        "unknown-column": "There is no such column.",
        "duplicate-column": "The column stands twice.",
        "missing-column": "The column is needed.",
        "duplicate-row": "An earlier row says the same.",
        "missing": "The cell is empty, and must not be.",
        "not-of-kind": "This column says nothing of a row of this kind; leave it empty.",
        "unknown-value": "The value is not one of those that can stand here.",
        "length": "The value is too long.",
        "text": "The text holds a control character.",
        "number": "This is not the number of a milestone, counted from 1.",
        "link": "This is not a link that begins with https:// and holds no spaces.",
        "format": "The value does not have the form asked for.",
        "time": "This is neither a day such as 2027-06-15 nor a time with its zone.",
        "future": "This day has not come yet.",
        "contact-details": "An e-mail address stands here; what is public names no person.",
        "nothing-said": "The assessment says nothing: one of its five findings is needed.",
        "unknown-reform": "There is no public reform of this reference.",
        "retracted": "The reform was retracted; nothing more is said of it.",
        "unknown-milestone": "The reform has no milestone of this number.",
    }
)
"""Every code of a fault; the list is closed."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong. Rows are counted as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    code: str

    @property
    def sentence(self) -> str:
        """What is wrong, in words."""
        return SENTENCES[self.code]


class Faulty(Exception):
    """Nothing of it is taken in; ``faults`` has everything that is wrong, by rows."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(", ".join(f"{fault.row}:{fault.column} {fault.code}" for fault in self.faults[:20]))
