"""Turns what was measured of a released batch's letters into figures, and into a table for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.drain import Drained
from bench.mailing import MailRun
from bench.report import judged

WANTED = {"ledger": 0.7, "mail": 0.8}
"""How fast at least, beside the bare loop."""

LIMIT_MB = 150
WORDS = {"ledger": "in the ledger, from the topic", "mail": "taken by a mail server, and settled"}


def letter_figures(drained: Mapping[str, Drained], mailed: MailRun, count: int) -> dict[str, Any]:
    """Give the figures as they stand in the file: letters (or decisions) a second, and shares of the bare loop's."""
    rates = {"ledger": (drained["own"].rate, drained["bare"].rate), "mail": (mailed.rate, mailed.bare)}
    rss_mb = max(mailed.rss_mb, drained["own"].rss_mb["notify"])
    return {
        "letters": count,
        "rate": {name: round(own) for name, (own, _) in rates.items()},
        "bare": {name: round(bare) for name, (_, bare) in rates.items()},
        "of_bare": {name: round(own / bare, 3) for name, (own, bare) in rates.items()},
        "rss_mb": round(rss_mb, 1),
        "cpu_us": {
            "notify": round(mailed.cpu_us),
            "postgres": round(mailed.cpu_us_postgres),
            "mail server": round(mailed.cpu_us_server),
        },
        "within_limits": {
            **{name: own >= WANTED[name] * bare for name, (own, bare) in rates.items()},
            "rss": rss_mb <= LIMIT_MB,
        },
    }


def show(results: Mapping[str, Any], console: Console) -> None:
    """Print the table."""
    if "letters" not in results:
        return
    figures = results["letters"]
    good = figures["within_limits"]
    table = Table(title=f"The letters of a released batch of {figures['letters']:,}")
    for column in ("", "a second", "bare loop", "share of its speed", "at least"):
        table.add_column(column, justify="right" if column else "left")
    for name, words in WORDS.items():
        share = judged(f"{figures['of_bare'][name]:.2f}", good=good[name])
        table.add_row(words, f"{figures['rate'][name]:,}", f"{figures['bare'][name]:,}", share, f"{WANTED[name]}")
    memory = judged(f"{figures['rss_mb']:.0f} MB", good=good["rss"])
    table.caption = f"memory: {memory}, at most {LIMIT_MB} MB"
    console.print(table)
