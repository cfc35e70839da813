"""In which forms the reforms of a list can be taken away, what each is called, and how many it holds at most."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from services.publish.downloads.dictionary import tables
from services.publish.downloads.files import CsvFile, LinesFile, RowsOf, Writer
from services.publish.downloads.taken import assessment_rows, award_rows, finding_rows, milestone_rows, reform_row

TABLES: Mapping[str, RowsOf] = {
    "reforms": lambda one: [reform_row(one)],
    "milestones": milestone_rows,
    "findings": finding_rows,
    "assessments": assessment_rows,
    "awards": award_rows,
}
"""Which rows each table has of a reform."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of file: ``opens`` begins one; ``most`` is how many reforms it holds when it is asked for by a list."""

    name: str
    media_type: str
    most: int
    opens: Callable[[Path], Writer]


def open_table(path: Path, name: str) -> Writer:
    """Begin a table as CSV."""
    return CsvFile(path, tables()[name], TABLES[name])


def open_lines(path: Path) -> Writer:
    """Begin JSON Lines: a reform a line, whole."""
    return LinesFile(path, lambda one: [one])


def open_columns(path: Path) -> Writer:
    """Begin the table of reforms as Parquet."""
    # Arrow is loaded when somebody asks for it
    made: Writer = import_module("services.publish.downloads.parquet").ParquetFile(
        path, tables()["reforms"], TABLES["reforms"]
    )
    return made


def _open_workbook(path: Path) -> Writer:
    made: Writer = import_module("services.publish.downloads.workbook").WorkbookFile(path, TABLES)
    return made


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("csv", "text/csv; charset=utf-8; header=present", 50_000, lambda path: open_table(path, "reforms")),
        Form("jsonl", "application/jsonl", 50_000, open_lines),
        Form("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 10_000, _open_workbook),
        Form("parquet", "application/vnd.apache.parquet", 50_000, open_columns),
    )
}
"""By the ending of their addresses."""
