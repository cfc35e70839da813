"""What a person at a terminal sees: steps that take a while, and what came of them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show that something is going on, and when it is done, how long it took."""
    began = time.monotonic()
    with console.status(f"{what} …"):
        yield
    console.print(f"[green]✓[/] {what} [dim]{time.monotonic() - began:.1f} s[/]")
