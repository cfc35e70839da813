"""From a row to a form that holds, or to everything that is wrong with it, each at its cell."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from services.intake.domain.forms import SubmissionForm
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.reading import read_submission
from services.intake.domain.sheet.cells import BadCell, Cell, Json, Row, is_blank, read_cell
from services.intake.domain.sheet.columns import Column, Path
from services.intake.domain.sheet.issues import CellIssue, SheetRefused
from services.intake.domain.sheet.layout import Layout, Layouts, heading_of
from services.intake.domain.sheet.words import NUMBER

_BETWEEN = "|"


@dataclass(slots=True)
class Filled:
    """A form as a row fills it.

    ``numbers`` has the numbers in the headings of each list's items, in order; ``faults`` what is wrong with cells
    that fill nothing, by their columns.
    """

    tree: dict[str, Any] = field(default_factory=dict)
    numbers: dict[Path, list[int]] = field(default_factory=dict)
    faults: dict[int, Issue] = field(default_factory=dict)


def read_row(row: Row, layouts: Layouts) -> SubmissionForm:
    """Read a row as a form, as any other door would read what it holds.

    Raises:
        SheetRefused: with every issue that was found.
    """
    filled = fill(row, layouts.of(row))
    issues = [Issue("missing", "/external_id")] if "external_id" not in filled.tree else []
    try:
        form = read_submission(json.dumps(filled.tree, ensure_ascii=False).encode(errors="surrogatepass"))
    except Refused as refusal:
        raise SheetRefused(_place([*refusal.issues, *issues], filled, row, layouts)) from None
    if issues or filled.faults:
        raise SheetRefused(_place(issues, filled, row, layouts))
    return form


def place(issues: Iterable[Issue], row: Row, layouts: Layouts) -> list[CellIssue]:
    """Tell at which cells of a row these issues are."""
    return list(_place(issues, fill(row, layouts.of(row)), row, layouts))


def fill(row: Row, layout: Layout) -> Filled:
    """Fill a form with the cells of a row; blank ones are absent."""
    filled = Filled()
    for part in layout.parts:
        _inside(filled.tree, part)
    lists: dict[Path, dict[int, Any]] = {}
    for at, cell in enumerate(row.cells):
        if is_blank(cell):
            continue
        column = layout.columns[at] if at < len(layout.columns) else None
        if isinstance(cell, BadCell):
            filled.faults[at] = Issue(cell.code)
        elif column is None:
            filled.faults[at] = Issue("unknown-field")
        else:
            _put(filled.tree, lists, column, cell)
    for path, items in lists.items():
        _put_list(filled, path, items)
    return filled


def _put(tree: dict[str, Any], lists: dict[Path, dict[int, Any]], column: Column, cell: Cell) -> None:
    path = column.field.path
    if NUMBER not in path:
        _inside(tree, path[:-1])[path[-1]] = read_cell(cell, column.field)
        return
    mark = path.index(NUMBER)
    items, within = lists.setdefault(path[:mark], {}), path[mark + 1 :]
    if within:
        items.setdefault(column.number, {})[within[0]] = read_cell(cell, column.field)
    else:
        items[column.number] = _parts(cell, column)


def _parts(cell: Cell, column: Column) -> list[Json]:
    if column.number or not isinstance(cell, str):
        return [read_cell(cell, column.field)]
    return [read_cell(part, column.field) for part in cell.split(_BETWEEN) if part.strip()]


def _put_list(filled: Filled, path: Path, items: dict[int, Any]) -> None:
    listed = [(number, part) for number in sorted(items) for part in _as_list(items[number])]
    _inside(filled.tree, path[:-1])[path[-1]] = [part for _, part in listed]
    filled.numbers[path] = [number for number, _ in listed]


def _as_list(item: Any) -> list[Any]:
    return item if isinstance(item, list) else [item]


def _inside(tree: dict[str, Any], path: Path) -> dict[str, Any]:
    for step in path:
        tree = tree.setdefault(step, {})
    return tree


def _place(issues: Iterable[Issue], filled: Filled, row: Row, layouts: Layouts) -> Iterator[CellIssue]:
    layout = layouts.of(row)
    for at, fault in filled.faults.items():
        yield CellIssue(issue=fault, row=row.number, column=at, heading=layouts.heading(at))
    for issue in issues:
        written = _as_headed(tuple(issue.field.split("/")[1:]), filled)
        at_cell = _column_of(written, layout)
        if at_cell is None:
            yield CellIssue(issue=issue, row=row.number, heading=heading_of(written, layout.channel))
        elif at_cell not in filled.faults:  # what a bad cell leaves missing is told once, as that
            yield CellIssue(issue=issue, row=row.number, column=at_cell, heading=layouts.heading(at_cell))


def _column_of(written: Path, layout: Layout) -> int | None:
    """Find the column of a place in the form, or of what it is in, or the first of what is in it."""
    around = (written[:cut] for cut in range(len(written), 0, -1))
    within = (place for place in layout.places if place[: len(written)] == written and len(written) > 1)
    return next((layout.places[place] for place in (*around, *within) if place in layout.places), None)


def _as_headed(path: Path, filled: Filled) -> Path:
    """Give a place in the form as the headings number it: the second item may stand under `milestone 3`."""
    for cut, step in enumerate(path):
        numbers = filled.numbers.get(path[:cut])
        if numbers is not None and step.isdecimal() and int(step) < len(numbers):
            return (*path[:cut], str(numbers[int(step)]), *path[cut + 1 :])
    return path
