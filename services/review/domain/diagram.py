"""Draws the transition tables as Mermaid: ``python -m services.review.domain.diagram > docs/review-states.md``."""

from collections.abc import Iterator
from typing import Any

from services.review.domain.batches import BATCH_TABLE
from services.review.domain.items import Asked, Entered, Unanswered
from services.review.domain.transitions import ADVANCES, TABLE

HEAD = """\
# The states of the review

Drawn from the transition tables in `services/review/domain` by `python -m services.review.domain.diagram`;
a test compares. What is not drawn or listed as going on is refused, with the code that the last table names.
"""

_HEARD = (
    ("[*]", Entered, "received / answered"),
    (Entered, Entered, "amended"),
    (Asked, Unanswered, "90 days unanswered (the next round)"),
)
"""What intake tells, and the calendar: these are entered, not decided."""


def draw() -> str:
    """Draw both tables, and list what is refused."""
    return "\n".join(
        [HEAD, "## An item", "", *_item_diagram(), "", "## A batch", "", *_batch_diagram(), "", *_refusals()]
    )


def _item_diagram() -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2")
    for before, after, label in _HEARD:
        yield f"    {_name(before)} --> {_name(after)}: {label}"
    for (before, phase), after in ADVANCES.items():
        yield f"    {_name(before)} --> {_name(after)}: batch {phase}"
    for before, row in TABLE.items():
        for command, cell in row.items():
            if not isinstance(cell, str):
                told = ", ".join(_name(event) for event in cell.tells)
                yield from (f"    {_name(before)} --> {_name(to)}: {_name(command)} / {told}" for to in cell.leads_to)
    yield "```"


def _batch_diagram() -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", "    [*] --> Open: first event of the month")
    for before, row in BATCH_TABLE.items():
        for command, cell in row.items():
            if not isinstance(cell, str):
                yield f"    {_name(before)} --> {_name(cell[1])}: {_name(command)} / {_name(cell[0])}"
    yield "```"


def _refusals() -> Iterator[str]:
    yield from ("## What is refused", "")
    for table in (TABLE, BATCH_TABLE):
        commands = list(next(iter(table.values())))
        yield f"| | {' | '.join(_name(command) for command in commands)} |"
        yield f"|---|{'---|' * len(commands)}"
        for state, row in table.items():
            cells = (f"`{cell}`" if isinstance(cell := row[command], str) else "goes on" for command in commands)
            yield f"| {_name(state)} | {' | '.join(cells)} |"
        yield ""


def _name(named: type[Any] | str) -> str:
    return named if isinstance(named, str) else named.__name__


if __name__ == "__main__":
    print(draw(), end="")  # noqa: T201 - a script's output
