"""Fits the headings of a sheet to the forms: which column fills which field, for each channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.intake.domain.forms import FORMS
from services.intake.domain.problems import Issue
from services.intake.domain.sheet.cells import BadCell, Row, find_code, is_blank, text_of
from services.intake.domain.sheet.columns import Column, Path, fields_of, find_column
from services.intake.domain.sheet.issues import CellIssue
from services.intake.domain.sheet.words import NUMBER

CHANNELS = tuple(str(channel) for channel in FORMS)
_READ_AS = "standalone"
"""The form as which a row is read that names no channel, or one that there is not."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one channel in a sheet: ``columns`` by place, and each one's place by where it goes.

    ``parts`` are the form's parts that must be there: what is missing inside is told, not that the part is.
    """

    channel: str
    columns: tuple[Column | None, ...]
    places: dict[Path, int]
    parts: frozenset[Path]

    @classmethod
    def of(cls, headings: Sequence[str], channel: str) -> "Layout":
        """Fit headings to a channel."""
        columns = tuple(find_column(heading, channel) if heading else None for heading in headings)
        places: dict[Path, int] = {}
        for place, column in enumerate(columns):
            if column is not None:
                places.setdefault(column.path, place)
        parts = frozenset(field.path[:-1] for field in fields_of(channel) if field.is_required)
        return cls(channel, columns, places, parts)


class Layouts:
    """The layouts of a sheet, one for each channel that its rows name."""

    def __init__(self, headings: Row) -> None:
        self._row = headings
        self._words = tuple(text_of(cell) if isinstance(cell, str) else "" for cell in headings.cells)
        self._layouts = {channel: Layout.of(self._words, channel) for channel in CHANNELS}
        self._channel_at = next((at for at, word in enumerate(self._words) if _is_channel(word)), None)

    def of(self, row: Row) -> Layout:
        """Give the layout of a row, by its channel."""
        return self._layouts[self._channel_of(row) or _READ_AS]

    def heading(self, column: int) -> str:
        """Give a heading as it is written; empty where there is none."""
        return self._words[column] if column < len(self._words) else ""

    def issues(self) -> Iterator[CellIssue]:
        """Find headings that name no column, or one that is there already."""
        for at, cell in enumerate(self._row.cells):
            if code := None if is_blank(cell) else self._fault(at):
                issue = Issue(cell.code if isinstance(cell, BadCell) else code)
                yield CellIssue(issue=issue, row=self._row.number, column=at, heading=self._words[at])

    def _fault(self, at: int) -> str | None:
        layouts = self._layouts.values()
        found = [(column, layout) for layout in layouts if (column := layout.columns[at])]
        if not found:
            return "unknown-field"
        return "duplicate-key" if any(layout.places[column.path] != at for column, layout in found) else None

    def _channel_of(self, row: Row) -> str | None:
        if self._channel_at is None or self._channel_at >= len(row.cells):
            return None
        return find_code(text_of(row.cells[self._channel_at]), CHANNELS)


def _is_channel(heading: str) -> bool:
    column = find_column(heading, _READ_AS) if heading else None
    return column is not None and column.path == ("channel",)


def heading_of(path: Path, channel: str) -> str:
    """Name in English the column that a place in a form would have, as headings are numbered; empty where none."""
    pattern = tuple(NUMBER if step.isdecimal() else step for step in path)
    numbers = [step for step in path if step.isdecimal()]
    named = next((field.name for field in fields_of(channel) if field.path == pattern), "")
    return named.replace(NUMBER, numbers[0]) if numbers else named
