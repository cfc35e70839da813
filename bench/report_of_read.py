"""Turns what was measured of the public site into figures for the file, and into tables for people."""

from typing import Any

from rich.console import Console
from rich.table import Table

from bench.report import judged

LIMIT_OF_GROWTH = 2.0
LEAST_OF_MEMORY = 0.5
LEAST_OF_BARE = 0.5
LIMIT_OF_SEARCH = 3.0
LIMIT_OF_RSS_MB = 250.0

Figures = dict[str, Any]


def read_figures(found: Figures) -> Figures:
    """Give the figures with the ratios that are judged."""
    few, many = found["sizes"]
    pages, rates = found["pages"], found["rates"][str(many)]
    growth = {kind: pages[f"{kind} {many}"]["p99"] / pages[f"{kind} {few}"]["p99"] for kind in ("list", "detail")}
    return {
        **found,
        "p99_growth": _rounded(growth),
        "known_of_memory": _of(rates, "warm, known", "memory"),
        "warm_of_memory": _of(rates, "warm", "memory"),
        "cold_of_bare": _of(rates, "cold", "bare"),
        "search_of_bare": _rounded({name: one["door"] / one["bare"] for name, one in found["search"].items()}),
    }


def show(figures: Figures, console: Console) -> None:
    """Print the tables."""
    few, many = figures["sizes"]
    table = Table(title=f"The public site, {few:,} and {many:,} reforms", title_justify="left", title_style="bold")
    for name in ("", "list", "detail", "limit"):
        table.add_column(name, justify="left" if not name else "right")
    for size in (few, many):
        table.add_row(f"p99 at {size:,} (ms)", *(f"{figures['pages'][f'{kind} {size}']['p99']:.1f}" for kind in _KINDS))
    rates = figures["rates"][str(many)]
    for way in ("memory", "warm, known", "warm", "bare", "cold"):
        table.add_row(f"{way}, a second", *(f"{rates[f'{kind} {way}']:,.0f}" for kind in _KINDS))
    _add(table, "p99 of few", figures["p99_growth"], LIMIT_OF_GROWTH, least=False)
    _add(table, "known, of memory", figures["known_of_memory"], LEAST_OF_MEMORY, least=True)
    _add(table, "warm, of memory", figures["warm_of_memory"], LEAST_OF_MEMORY, least=True)
    _add(table, "cold, of bare SQL and the template", figures["cold_of_bare"], LEAST_OF_BARE, least=True)
    table.caption = f"{figures.get('memory_mb', 0):.0f} MB at most (limit {LIMIT_OF_RSS_MB:.0f})"
    console.print(table)
    _show_search(figures, console)


_KINDS = ("list", "detail")


def _show_search(figures: Figures, console: Console) -> None:
    table = Table(title="The search beside its bare SQL (ms)", title_justify="left", title_style="bold")
    for name in ("how many have the words", "door", "bare", "of bare"):
        table.add_column(name, justify="right")
    for name, one in figures["search"].items():
        ratio = figures["search_of_bare"][name]
        good = ratio <= LIMIT_OF_SEARCH
        table.add_row(name, f"{one['door']:.1f}", f"{one['bare']:.1f}", judged(f"{ratio:.2f}", good=good))
    table.caption = f"limit {LIMIT_OF_SEARCH}"
    console.print(table)


def _add(table: Table, name: str, found: dict[str, float], limit: float, *, least: bool) -> None:
    shown = [
        judged(f"{found[kind]:.2f}", good=found[kind] >= limit if least else found[kind] <= limit) for kind in _KINDS
    ]
    table.add_row(name, *shown, f"{'≥' if least else '≤'} {limit}")


def _of(rates: dict[str, float], way: str, other: str) -> dict[str, float]:
    return _rounded({kind: rates[f"{kind} {way}"] / rates[f"{kind} {other}"] for kind in _KINDS})


def _rounded(found: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in found.items()}
