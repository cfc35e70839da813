"""Makes empty sheets to fill in, for each channel, with headings in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.intake.domain.sheet.columns import Field, fields_of
from services.intake.domain.sheet.words import NUMBER
from services.intake.sheets.reading import MAX_ROWS
from services.intake.sheets.writing import write_csv

LANGUAGES = ("en", "fr", "es")
MILESTONES = 3

_FIRST = ("channel", "external_id", "member")
_LAST = ("contact", "holder")
_LEFT_OUT = frozenset({"schema_version", "source", "submitted_at", "synthetic"})
_SEMICOLONS = frozenset({"fr", "es"})
_REQUIRED = {"en": "required", "fr": "obligatoire", "es": "obligatorio"}
_SEVERAL = {"en": "several: with | between", "fr": "plusieurs : avec | entre eux", "es": "varios: con | entre ellos"}
_DAY = {"en": "a day: 2026-11-30", "fr": "une date : 2026-11-30", "es": "una fecha: 2026-11-30"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a template, with the field that its column fills."""

    text: str
    field: Field

    def note(self, language: str) -> str:
        """Say what can stand below it."""
        kinds = {"day": _DAY[language], "flag": "TRUE, FALSE", "code": ", ".join(self.field.codes)}
        parts = (
            _REQUIRED[language] if self.field.is_required or self.field.path == ("external_id",) else "",
            kinds.get(self.field.kind, ""),
            _SEVERAL[language] if self.field.is_list else "",
        )
        return "\n".join(filter(None, parts))


def headings_of(channel: str, language: str) -> list[Heading]:
    """Give the headings of a channel's template: those that tell submissions apart first, people last."""
    fields = [field for field in fields_of(channel) if field.path[0] not in _LEFT_OUT and field.path[-1] != "synthetic"]
    return list(_headings(sorted(fields, key=_rank), language))


def template_csv(channel: str, language: str = "en") -> bytes:
    """Make a template as CSV, between semicolons where spreadsheet programs expect these."""
    headings = [heading.text for heading in headings_of(channel, language)]
    return write_csv([headings], ";" if language in _SEMICOLONS else ",")


def template_workbook(channel: str, language: str = "en") -> bytes:
    """Make a template as XLSX, with a note on each heading, lists to choose from and days as days."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "submissions"
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(headings_of(channel, language), start=1):
        cell = sheet.cell(1, number, heading.text)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        if note := heading.note(language):
            cell.comment = Comment(note, "Open Gov Challenge")
        sheet.column_dimensions[get_column_letter(number)].width = max(14, len(heading.text) + 2)
        _prepare(sheet, get_column_letter(number), heading.field)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _rank(field: Field) -> int:
    name = field.path[0]
    return _FIRST.index(name) - len(_FIRST) if name in _FIRST else 1 + _LAST.index(name) if name in _LAST else 0


def _headings(fields: list[Field], language: str) -> Iterator[Heading]:
    items = [field for field in fields if NUMBER in field.path and not field.is_list]
    for field in fields:
        if field not in items:
            yield Heading(field.label(language).replace(f" {NUMBER}", ""), field)
        elif field == items[0]:
            # the columns of one item side by side, item after item
            for number in range(1, MILESTONES + 1):
                yield from (Heading(item.label(language).replace(NUMBER, str(number)), item) for item in items)


def _prepare(sheet: Worksheet, letters: str, field: Field) -> None:
    if field.kind == "day":
        sheet.column_dimensions[letters].number_format = "yyyy-mm-dd"
    if field.kind == "code" and not field.is_list:
        choices = DataValidation(type="list", formula1=f'"{",".join(field.codes)}"', allow_blank=True)
        choices.add(f"{letters}2:{letters}{MAX_ROWS + 1}")
        sheet.add_data_validation(choices)
