"""Asks notify's doors for the commands, and shows what they answer."""

import json
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

Url = Annotated[str, typer.Option(envvar="NOTIFY_URL", help="Where notify answers.")]
Token = Annotated[
    str,
    typer.Option(envvar="CHALLENGE_TOKEN", help="A token with the scope notices:read, to change things operate."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

NOTHING: Mapping[str, str] = MappingProxyType({})


class Refused(typer.Exit):
    """The door answered with an error, which has been printed; ``status`` is its own."""

    def __init__(self, status: int) -> None:
        super().__init__(1)
        self.status = status


def ask(method: str, url: str, token: str, path: str, **content: Any) -> Any:
    """Ask a door, and give the JSON that it answers; where it refuses or does not answer, say so and end."""
    headers = {"Authorization": f"Bearer {token}", **content.pop("headers", {})}
    address = url.rstrip("/") + path
    try:
        response = httpx.request(method, address, headers=headers, timeout=30.0, trust_env=False, **content)
        found = response.json() if response.is_success else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        typer.echo(f"notify does not answer at {url}: {type(error).__name__}", err=True)
        raise typer.Exit(2) from error
    if not response.is_success:
        typer.echo(response.text, err=True)
        raise Refused(response.status_code)
    return found


def ask_all(
    method: str, url: str, token: str, path: str, asked: Mapping[str, str] = NOTHING, **content: Any
) -> list[dict[str, Any]]:
    """Ask for a list, all of its pages."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        page = ask(method, url, token, path, params={**asked, **cursor}, **content)
        found += page[path.split("/")[1]]
        cursor = {"cursor": page["next"]} if page["next"] else None
    return found


def read_address() -> str:
    """Read an address from standard input: so it stands neither in a history of commands nor in a list of processes."""
    return sys.stdin.readline().strip()


def show(found: list[dict[str, Any]], columns: tuple[str, ...], *, as_json: bool) -> None:
    """Print a list: as a table, or as JSON."""
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table(*columns)
    for line in found:
        table.add_row(*(Text("" if line[name] is None else str(line[name])) for name in columns))
    Console().print(table)


def show_one(found: dict[str, Any], *, as_json: bool) -> None:
    """Print one thing: a line for each of its fields, or as JSON."""
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        typer.echo(f"{name:14} {'' if value is None else value}")
