"""Turns what was measured of intake into figures for the file, and into tables for people."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.importing import ImportRun
from bench.receipts import Receipts
from bench.report import judged

WANTED_OF_CEILING = 0.5
WANTED_OF_FLOOR = 5.0
WANTED_OF_COPY = 0.5
LIMIT_OF_GROWTH = 1.25

Figures = dict[str, Any]


def receipt_figures(found: Mapping[str, Sequence[Receipts]]) -> Figures:
    """Give the figures of the receipts, medians of the runs, as they stand in the file."""
    ways = {way: _median(runs) for way, runs in found.items()}
    of_ceiling = ways["own"]["rate"] / ways["ceiling"]["rate"]
    of_floor = ways["own"]["rate"] / ways["floor"]["rate"]
    return {
        **ways,
        "of_ceiling": round(of_ceiling, 3),
        "of_floor": round(of_floor, 2),
        "within_limits": {"of_ceiling": of_ceiling >= WANTED_OF_CEILING, "of_floor": of_floor >= WANTED_OF_FLOOR},
    }


def growth_figures(found: Mapping[int, Receipts]) -> Figures:
    """Give what a receipt costs at each size of the store, as it stands in the file."""
    sizes = {str(size): _median([run]) for size, run in found.items()}
    costs = [sum(run.cpu_us.values()) for run in found.values()]
    growth = costs[-1] / costs[0]
    return {"sizes": sizes, "growth": round(growth, 3), "within_limits": {"growth": growth <= LIMIT_OF_GROWTH}}


def import_figures(found: Mapping[str, Sequence[ImportRun]]) -> Figures:
    """Give the figures of the import, medians of the runs, as they stand in the file."""
    seconds = {who: round(statistics.median(run.seconds for run in runs), 2) for who, runs in found.items()}
    of_copy = seconds["copy"] / seconds["own"]
    return {
        "rows": found["own"][0].rows,
        "seconds": seconds,
        "of_copy": round(of_copy, 3),
        "within_limits": {"of_copy": of_copy >= WANTED_OF_COPY},
    }


def _median(runs: Sequence[Receipts]) -> Figures:
    return {
        "rate": round(statistics.median(run.rate for run in runs)),
        "p50": round(statistics.median(run.p50 for run in runs), 1),
        "p95": round(statistics.median(run.p95 for run in runs), 1),
        "p99": round(statistics.median(run.p99 for run in runs), 1),
        "cpu_us": {name: round(statistics.median(run.cpu_us[name] for run in runs)) for name in runs[0].cpu_us},
    }


def show(results: Mapping[str, Figures], console: Console) -> None:
    """Print the tables."""
    if "receipts" in results:
        console.print(_receipts_table(results["receipts"]))
    if "growth" in results:
        console.print(_growth_table(results["growth"]))
    if "import" in results:
        console.print(_import_table(results["import"]))


def _receipts_table(figures: Figures) -> Table:
    own, good = figures["own"], figures["within_limits"]
    table = _table("Receipts with 64 clients (ms; CPU µs a request)", "", own["cpu_us"])
    for way, words in (("own", "intake"), ("ceiling", "only reads the form"), ("floor", "a transaction each")):
        table.add_row(words, *_cells(figures[way]))
    of_ceiling = judged(f"{figures['of_ceiling']:.2f}", good=good["of_ceiling"])
    of_floor = judged(f"{figures['of_floor']:.1f}", good=good["of_floor"])
    table.caption = f"of the ceiling (≥ 0.5): {of_ceiling} · of the floor (≥ 5): {of_floor}"
    return table


def _growth_table(figures: Figures) -> Table:
    sizes = figures["sizes"]
    table = _table("The same, as the store grows", "stored", next(iter(sizes.values()))["cpu_us"])
    for size, of_size in sizes.items():
        table.add_row(f"{int(size):,}", *_cells(of_size))
    growth = judged(f"{figures['growth']:.2f}", good=figures["within_limits"]["growth"])
    table.caption = f"CPU time of the largest beside the smallest (≤ {LIMIT_OF_GROWTH}): {growth}"
    return table


def _import_table(figures: Figures) -> Table:
    table = Table(title=f"A sheet of {figures['rows']:,} rows (seconds)")
    for column in ("import", "dry run", "bare COPY", "of COPY (≥ 0.5)"):
        table.add_column(column, justify="right")
    seconds = figures["seconds"]
    of_copy = judged(f"{figures['of_copy']:.2f}", good=figures["within_limits"]["of_copy"])
    table.add_row(*(f"{seconds[who]:.1f}" for who in ("own", "dry", "copy")), of_copy)
    return table


def _table(title: str, first: str, processes: Mapping[str, float]) -> Table:
    table = Table(title=title)
    table.add_column(first)
    for column in ("a second", "p50", "p95", "p99", *processes):
        table.add_column(column, justify="right")
    return table


def _cells(figures: Figures) -> list[str]:
    return [
        f"{figures['rate']:,}",
        *(f"{figures[name]:.1f}" for name in ("p50", "p95", "p99")),
        *(f"{cost:,}" for cost in figures["cpu_us"].values()),
    ]
