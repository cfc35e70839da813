"""What is wrong in a sheet, told by row and column."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.intake.domain.problems import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class CellIssue:
    """One thing that is wrong, and where: the row as the spreadsheet numbers it, the column from 0, its heading.

    Without a column it is the whole row, or a field for which there is no column: then ``heading`` names one for it.
    """

    issue: Issue
    row: int | None = None
    column: int | None = None
    heading: str = ""

    @property
    def letters(self) -> str:
        """The column as spreadsheets name it: `A`, `AB`; empty without one."""
        letters, rest = "", 0 if self.column is None else self.column + 1
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return letters


class SheetRefused(Exception):
    """A sheet, or a row of it, is not taken, for these reasons."""

    def __init__(self, issues: Iterable[CellIssue]) -> None:
        self.issues = tuple(issues)
        super().__init__(", ".join(f"{found.issue.code} at {found.letters}{found.row or ''}" for found in self.issues))


def unreadable(code: str, row: int | None = None) -> SheetRefused:
    """Refuse a file as a whole."""
    return SheetRefused([CellIssue(issue=Issue(code), row=row)])
