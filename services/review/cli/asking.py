"""Asks review's doors for the commands, and shows what they answer."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

Url = Annotated[str, typer.Option(envvar="REVIEW_URL", help="Where review answers.")]
Token = Annotated[str, typer.Option(envvar="CHALLENGE_TOKEN", help="A token with the scope that the command needs.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

COLUMN_WIDTH_MIN = 13
WHOLE = frozenset({"reference", "submission_id"})
"""What is copied from a table is never broken; everything else may take several lines, and is never cut."""


def ask(method: str, url: str, token: str, path: str, **content: Any) -> Any:
    """Ask a door, and give the JSON that it answers."""
    return call(method, url, token, path, **content).json()


def call(
    method: str, url: str, token: str, path: str, headers: Mapping[str, str] = MappingProxyType({}), **content: Any
) -> httpx.Response:
    """Ask a door; where it refuses or does not answer, say so and end the command."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
    address = url.rstrip("/") + path
    try:
        response = httpx.request(method, address, headers=headers, timeout=30.0, trust_env=False, **content)
    except httpx.HTTPError as error:
        typer.echo(f"review does not answer at {url}: {type(error).__name__}", err=True)
        raise typer.Exit(2) from error
    if response.is_error:
        typer.echo(response.text, err=True)
        raise typer.Exit(1)
    return response


def show(found: list[dict[str, Any]], columns: tuple[str, ...], *, as_json: bool) -> None:
    """Print a list: as a table, or as JSON."""
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table()
    for name in columns:
        table.add_column(name, no_wrap=name in WHOLE, overflow="fold")
    for line in found:
        # as text: what a title holds in brackets is no markup
        table.add_row(*(Text("" if line[name] is None else str(line[name])) for name in columns))
    # in a narrower console the columns that are never broken would leave nothing to many others
    width = max(Console().width, COLUMN_WIDTH_MIN * len(columns))
    Console(width=width).print(table)


def show_one(found: dict[str, Any], *, as_json: bool) -> None:
    """Print one thing: a line for each of its fields, or as JSON."""
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        typer.echo(f"{name:20} {'' if shown is None else shown}")
