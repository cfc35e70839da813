"""Sheets that hold forms: each field under its dotted name, as anyone could write it without a template."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.intake.sheets.writing import write_csv


def cells_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """Give the cells of a form under their headings: `proposal.milestones.1.due`."""
    return dict(_cells(form, ()))


def table_of(forms: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Give the headings of all these forms, and a row for each."""
    rows = [cells_of(form) for form in forms]
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    return [headings, *([row.get(heading) for heading in headings] for row in rows)]


def csv_of(forms: Sequence[Mapping[str, Any]], delimiter: str = ",") -> bytes:
    """Write forms as a CSV file."""
    return write_csv(table_of(forms), delimiter)


def _cells(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _cells(inner, (*path, name))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value, start=1):
            yield from _cells(item, (*path, str(number)))
    elif value is not None:
        yield ".".join(path), value
