"""Turns what was read beside a rebuild of the public record into figures for the file, and into a table for people."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.rebuilding import Rebuilt
from bench.report import judged

LIMIT_OF_READS = 1.5
"""How many times as long a page may take beside a rebuild, at most."""

KINDS = ("list", "detail")


def rebuild_figures(found: Rebuilt) -> dict[str, Any]:
    """Give the figures: milliseconds of pages alone and beside, by how much they differ, and how fast it was made."""
    alone = {kind: _spread(found.alone[kind]) for kind in KINDS}
    beside = {kind: _spread(found.beside[kind]) for kind in KINDS}
    folded = found.made.folded_seconds
    fold_rate = found.events / folded if folded else None
    return {
        "events": found.events,
        "reads": {"alone": sum(map(len, found.alone.values())), "beside": sum(map(len, found.beside.values()))},
        "alone_ms": alone,
        "beside_ms": beside,
        "of_alone": {
            kind: {name: round(value / alone[kind][name], 3) for name, value in beside[kind].items()} for kind in KINDS
        },
        "seconds": round(found.made.seconds, 1),
        "rate": round(found.events / found.made.seconds),
        "fold_rate": fold_rate and round(fold_rate),
        "bare_rate": round(found.bare_rate),
        "fold_of_bare": fold_rate and round(fold_rate / found.bare_rate, 3),
        "rss_mb": round(found.made.rss_mb, 1),
    }


def show(figures: Mapping[str, Any], console: Console) -> None:
    """Print the table."""
    table = Table(title=f"The public site beside a rebuild of {figures['events']:,} events", title_justify="left")
    for name in ("", "alone (ms)", "beside (ms)", "beside, of alone", "at most"):
        table.add_column(name, justify="right" if name else "left")
    for kind in KINDS:
        for name, ratio in figures["of_alone"][kind].items():
            times = (f"{figures[side][kind][name]:.1f}" for side in ("alone_ms", "beside_ms"))
            table.add_row(
                f"{kind}, {name}", *times, judged(f"{ratio:.2f}", good=ratio <= LIMIT_OF_READS), f"{LIMIT_OF_READS}"
            )
    table.caption = (
        f"made again in {figures['seconds']:,.0f} s, {figures['rate']:,} events a second with all it does; "
        f"folded {figures['fold_rate'] or 0:,} a second, its pauses included, {figures['fold_of_bare'] or 0:.2f} of a "
        f"bare loop that nobody reads beside; {figures['rss_mb']:.0f} MB at most"
    )
    console.print(table)


def _spread(found: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2)}
