"""What can be wrong with a table for the registry: each fault with its row, its column, its code and its sentence."""

from collections.abc import Mapping
from types import MappingProxyType

from services.chassis import tables

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        **tables.SENTENCES,
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
