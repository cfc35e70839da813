"""Turns what was measured into figures for the file, and into a table for people."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.drain import Drained
from bench.latency import Latency, Percentiles

WANTED_OF_BARE = 0.7
WANTED_OF_FLOOR = 25
LIMIT_MB = 250
LIMIT_OF_BARE_P99 = 2.0

Figures = dict[str, Any]


def drain_figures(service: str, medians: Mapping[str, Drained], single: Mapping[str, Drained]) -> Figures:
    """Give the figures of one drain, as they stand in the file."""
    own, bare = medians["own"], medians["bare"]
    return {
        "rate": round(own.rate),
        "bare": round(bare.rate),
        "floor": round(medians["floor"].rate),
        "of_bare": round(own.rate / bare.rate, 3),
        "of_floor": round(own.rate / medians["floor"].rate, 1),
        "cpu_of_bare": round(sum(own.cpu_us.values()) / sum(bare.cpu_us.values()), 3),
        "through": round(own.through),
        "through_bare": round(bare.through),
        "cpu_us": _rounded(own.cpu_us),
        "cpu_us_bare": _rounded(bare.cpu_us),
        "cpu_us_floor": _rounded(medians["floor"].cpu_us),
        "rss_mb": _rounded(own.rss_mb),
        "rss_mb_bare": _rounded(bare.rss_mb),
        "single": {
            "rate": round(single["own"].rate),
            "bare": round(single["bare"].rate),
            "of_bare": round(single["own"].rate / single["bare"].rate, 3),
            "cpu_us": _rounded(single["own"].cpu_us),
            "cpu_us_bare": _rounded(single["bare"].cpu_us),
        },
        "within_limits": {
            "of_bare": own.rate >= WANTED_OF_BARE * bare.rate,
            "of_floor": own.rate >= WANTED_OF_FLOOR * medians["floor"].rate,
            "rss": own.rss_mb[service] <= LIMIT_MB,
        },
    }


def latency_figures(found: Mapping[str, Sequence[Latency]]) -> Figures:
    """Give the figures of the latencies, in milliseconds, as they stand in the file."""
    medians = {
        name: {
            "receipt": _median([run.receipt for run in runs]),
            "visible": _median([run.visible for run in runs]),
        }
        for name, runs in found.items()
    }
    within = {
        what: medians["own"][what]["p99"] <= LIMIT_OF_BARE_P99 * medians["bare"][what]["p99"]
        for what in ("receipt", "visible")
    }
    return {"own": medians["own"], "bare": medians["bare"], "within_limits": within}


def _median(runs: Sequence[Percentiles]) -> dict[str, float]:
    told = [asdict(run) for run in runs]
    return {name: round(statistics.median(run[name] for run in told), 2) for name in told[0]}


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in figures.items()}


def show(results: Mapping[str, Figures], console: Console, *, count: int, runs: int) -> None:
    """Print the tables."""
    drains = {name: figures for name, figures in results.items() if name.endswith("_drain")}
    if drains:
        console.print(_drain_table(drains, f"Backlog of {count:,} events, medians of {runs} runs"))
        console.print(_cost_table(drains))
    if "latency" in results:
        console.print(_latency_table(results["latency"]))


def _drain_table(drains: Mapping[str, Figures], title: str) -> Table:
    table = Table(title=title)
    for column in (
        "",
        "events/s",
        "bare",
        "of bare (≥ 0.7)",
        "CPU of bare",
        "floor",
        "of floor (≥ 25)",
        "1 a chunk",
        "of bare",
    ):
        table.add_column(column, justify="right" if column else "left")
    for name, figures in drains.items():
        single = figures["single"]
        table.add_row(
            name,
            f"{figures['rate']:,}",
            f"{figures['bare']:,}",
            judged(f"{figures['of_bare']:.2f}", good=figures["within_limits"]["of_bare"]),
            f"{figures['cpu_of_bare']:.2f}",
            f"{figures['floor']:,}",
            judged(f"{figures['of_floor']:.0f}", good=figures["within_limits"]["of_floor"]),
            f"{single['rate']:,}",
            f"{single['of_bare']:.2f}",
        )
    return table


def _cost_table(drains: Mapping[str, Figures]) -> Table:
    table = Table(title="CPU time per event (µs), and memory (MB, most)")
    for column in ("", "process", "CPU µs", "1 a chunk", "memory"):
        table.add_column(column, justify="left" if column in {"", "process"} else "right")
    for name, figures in drains.items():
        for whose in ("", "_bare"):
            for process, cost in figures[f"cpu_us{whose}"].items():
                memory = figures[f"rss_mb{whose}"].get(process)
                table.add_row(
                    f"{name}{' (bare)' if whose else ''}",
                    process,
                    f"{cost:.1f}",
                    f"{figures['single'][f'cpu_us{whose}'][process]:.1f}",
                    "" if memory is None else f"{memory:.0f}",
                )
    return table


def _latency_table(figures: Figures) -> Table:
    table = Table(title="Latency at 200 requests a second (ms)")
    for column in ("", "p50", "p95", "p99", "bare p50", "bare p95", "bare p99", "p99 of bare (≤ 2)"):
        table.add_column(column, justify="right" if column else "left")
    for what, words in (("receipt", "form to receipt"), ("visible", "receipt to visible in review")):
        own, bare = figures["own"][what], figures["bare"][what]
        told = [f"{value:.1f}" for value in (*own.values(), *bare.values())]
        ratio = own["p99"] / bare["p99"] if bare["p99"] else float("inf")
        table.add_row(words, *told, judged(f"{ratio:.2f}", good=figures["within_limits"][what]))
    return table


def judged(text: str, *, good: bool) -> str:
    """Colour a figure by whether it is within its limit."""
    return f"[green]{text}[/green]" if good else f"[bold red]{text}[/bold red]"
