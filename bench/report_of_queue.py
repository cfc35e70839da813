"""Turns what was measured of the queue page into figures for the file, and into a table for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.queueing import Timed
from bench.report import judged

LIMIT_OF_GROWTH = 2.0
LIMIT_OF_PARTS = 1.5

Figures = dict[str, Any]


def queue_figures(found: Mapping[str, Mapping[int, Timed]]) -> Figures:
    """Give the figures of each search, in milliseconds, as they stand in the file."""
    return {search: _figures(list(sizes.items())) for search, sizes in found.items()}


def show(figures: Figures, console: Console) -> None:
    """Print the table."""
    table = Table(title="The queue page (ms)", title_justify="left", title_style="bold")
    for name in ("search", "few", "many", "of few", "SQL", "writing", "of both", "lines"):
        table.add_column(name, justify="left" if name == "search" else "right")
    for search, one in figures.items():
        good = one["within_limits"]
        table.add_row(
            search or "(everything)",
            f"{one['few']:.1f}",
            f"{one['many']:.1f}",
            judged(f"{one['growth']:.2f}", good=good["growth"]),
            f"{one['sql']:.1f}",
            f"{one['rendering']:.1f}",
            judged(f"{one['of_parts']:.2f}", good=good["of_parts"]),
            str(one["lines"]),
        )
    table.caption = f"limits: {LIMIT_OF_GROWTH} of few, {LIMIT_OF_PARTS} of SQL and writing"
    console.print(table)


def _figures(sizes: list[tuple[int, Timed]]) -> Figures:
    (few_size, few), (many_size, many) = sizes[0], sizes[-1]
    growth, of_parts = many.page / few.page, many.page / (many.sql + many.rendering)
    return {
        "sizes": [few_size, many_size],
        "few": round(few.page, 2),
        "many": round(many.page, 2),
        "growth": round(growth, 3),
        "sql": round(many.sql, 2),
        "rendering": round(many.rendering, 2),
        "of_parts": round(of_parts, 3),
        "lines": many.lines,
        "within_limits": {"growth": growth <= LIMIT_OF_GROWTH, "of_parts": of_parts <= LIMIT_OF_PARTS},
    }
