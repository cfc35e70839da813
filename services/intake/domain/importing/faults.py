"""What can be wrong with a table for the registry: each fault with its row, its column, its code and its sentence."""

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
        "missing-column": "The column that says which one a row is about is needed.",
        "duplicate-row": "An earlier row is about the same.",
        "missing": "The cell is empty, and must not be for something new.",
        "format": "The value does not have the form asked for.",
        "unknown-value": "The value is not one of those that can stand here.",
        "length": "The value is too long.",
        "date": "This is not a date between the years 2000 and 2100, written like 2026-11-30.",
        "dates": "The end lies before the start.",
        "window": "A window needs both its days, or none.",
        "address": "This is not one e-mail address that can be written to.",
        "text": "The text is blank, or holds what a line cannot: a line break, a control character, `=?`, no spaces.",
        "unknown-country": "This is not a country's code of ISO 3166-1; the United Kingdom's is GB.",
        "duplicate-country": "Another member is this country already; a code once given to a country stays.",
        "national-only": "Only a country can be declared not a member.",
        "unknown-member": "There is no member of this code in the registry.",
        "unknown-plan": "There is no plan of this code in the registry.",
        "too-many": "The Challenge has its dates once: one row.",
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
    """The table cannot be imported, and nothing of it is; ``faults`` has everything that is wrong, by rows."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(", ".join(f"{fault.row}:{fault.column} {fault.code}" for fault in self.faults[:20]))
