"""Turns what was measured of a month's batch into figures, and into a table for people."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.batch import BatchRun
from bench.report import judged

WANTED = {"sealed": 0.5, "released": 0.5, "relayed": 0.7}
"""How fast at least, beside the bare thing."""

BARE = {
    "sealed": ("update", "one UPDATE"),
    "released": ("copied", "one COPY"),
    "relayed": ("produced", "idempotent producer"),
}
WORDS = {"sealed": "sealed", "released": "released: state committed, events numbered", "relayed": "all on the topic"}


def batch_figures(median: BatchRun, count: int) -> dict[str, Any]:
    """Give the figures of a batch, as they stand in the file: seconds, and shares of the bare thing's speed."""
    seconds = asdict(median)
    shares = {name: seconds[bare] / seconds[name] for name, (bare, _) in BARE.items()}
    return {
        "items": count,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "of_bare": {name: round(share, 3) for name, share in shares.items()},
        "within_limits": {name: share >= WANTED[name] for name, share in shares.items()},
    }


def show(results: Mapping[str, Any], console: Console) -> None:
    """Print the table."""
    if "batch" not in results:
        return
    figures = results["batch"]
    table = Table(title=f"A batch of {figures['items']:,} items (its events written at leisure before)")
    for column in ("", "seconds", "beside", "seconds", "share of its speed", "at least"):
        table.add_column(column, justify="left" if column in {"", "beside"} else "right")
    for name, (bare, words) in BARE.items():
        table.add_row(
            WORDS[name],
            f"{figures['seconds'][name]:.2f}",
            words,
            f"{figures['seconds'][bare]:.2f}",
            judged(f"{figures['of_bare'][name]:.2f}", good=figures["within_limits"][name]),
            f"{WANTED[name]}",
        )
    console.print(table)
