"""What the page of a month's report shows, made of the report: outcomes, areas as declared and as assigned, reasons."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contracts.reference import areas, reason_codes, words
from services.review.desk.words import Language
from services.review.domain.reporting import Figures

HEAT = 4
"""So many shades a cell of the matrix has, besides none."""


class Figure(NamedTuple):
    """A name and how many."""

    code: str
    name: str
    number: int


class Cell(NamedTuple):
    """How many items moved from one area to another. ``heat`` is 0 for none, then 1 to ``HEAT``."""

    number: int
    heat: int
    is_kept: bool


class Row(NamedTuple):
    """The items declared in one area, by the area they came to."""

    code: str
    name: str
    cells: Sequence[Cell]
    total: int


class Matrix(NamedTuple):
    """Declared areas by assigned areas; only areas that occur, in OGP's order."""

    columns: Sequence[Figure]
    rows: Sequence[Row]
    total: int
    moved: int


OUTCOMES = ("accepted", "declined", "clarifications", "withdrawn", "held_back")
"""How the items of a batch ended, as its figures name it."""


def outcomes_of(figures: Figures, names: Mapping[str, str]) -> list[Figure]:
    """Give how the items ended."""
    return [Figure(code, names[code], getattr(figures, code)) for code in OUTCOMES]


def reasons_of(figures: Figures, others: str, language: Language) -> list[Figure]:
    """Give the reasons of the declines, most frequent first; those that are not public together, last."""
    known = {entry.code: words(entry, language) for entry in reason_codes().reason_codes}
    named = [Figure(one.code, known.get(one.code, one.code), one.count) for one in figures.reasons if one.count]
    together = [Figure("", others, figures.reasons_not_public)] if figures.reasons_not_public else []
    return sorted(named, key=lambda one: (-one.number, one.name)) + together


def matrix_of(figures: Figures, language: Language) -> Matrix:
    """Give how items moved between areas."""
    flows = {(str(flow.declared_area), str(flow.area)): flow.count for flow in figures.areas if flow.count}
    seen = {code for flow in flows for code in flow}
    named = {str(area.code): words(area, language) for area in areas().areas if area.code in seen}
    most = max(flows.values(), default=0)
    rows = [_row(code, name, [_cell(flows, code, other, most) for other in named]) for code, name in named.items()]
    reached = Counter({code: sum(flows.get((other, code), 0) for other in named) for code in named})
    return Matrix(
        columns=[Figure(code, name, reached[code]) for code, name in named.items()],
        rows=[row for row in rows if row.total],
        total=sum(flows.values()),
        moved=sum(count for (declared, assigned), count in flows.items() if declared != assigned),
    )


def _row(code: str, name: str, cells: Sequence[Cell]) -> Row:
    return Row(code, name, cells, sum(cell.number for cell in cells))


def _cell(flows: Mapping[tuple[str, str], int], declared: str, assigned: str, most: int) -> Cell:
    count = flows.get((declared, assigned), 0)
    heat = -(-count * HEAT // most) if count else 0
    return Cell(count, heat, declared == assigned)
