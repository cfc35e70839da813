"""What a person at a terminal sees: steps that take a while, and what came of them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

_WIDTH_OF_A_FILE = 120

console = Console(highlight=False)
if not console.is_terminal:
    console = Console(highlight=False, width=_WIDTH_OF_A_FILE)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show that something is going on, and when it is done, how long it took."""
    began = time.monotonic()
    with console.status(f"{what} …"):
        yield
    console.print(f"[green]✓[/] {what} [dim]{time.monotonic() - began:.1f} s[/]")
