"""Asks intake's doors for the commands; where one refuses or does not answer, says so and ends the command."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape

UrlOption = Annotated[str, typer.Option(envvar="INTAKE_URL", help="Where intake's doors are.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]

Problem = dict[str, Any]
"""What a door answers when it refuses (RFC 9457)."""


def send(
    method: str,
    url: str,
    token: str,
    *,
    patience_seconds: float = 30,
    headers: Mapping[str, str] = MappingProxyType({}),
    **asked: Any,
) -> httpx.Response:
    """Ask a door, and give its answer, whatever it is. Ends the command with 2 where there is none."""
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        return httpx.request(method, url, headers={**bearer, **headers}, timeout=patience_seconds, **asked)
    except httpx.HTTPError as error:
        typer.echo(f"intake does not answer at {url}: {type(error).__name__}", err=True)
        raise typer.Exit(2) from error


def show_problem(problem: Problem) -> None:
    """Say what a door refused, and all that is wrong."""
    console = Console(stderr=True)
    console.print(f"[red]✗[/] {problem['code']}: {escape(problem['detail'])}")
    for error in problem.get("errors", ()):
        console.print(f"  {escape(error['field'] or '/')}  {error['code']}: {escape(error['detail'])}")


def ask(
    method: str,
    url: str,
    token: str,
    *,
    patience_seconds: float = 30,
    show: Callable[[Problem], None] = show_problem,
    **asked: Any,
) -> httpx.Response:
    """Ask a door. Ends the command with 1 where it refuses, after ``show`` has said why."""
    answer = send(method, url, token, patience_seconds=patience_seconds, **asked)
    if answer.is_error:
        show(answer.json())
        raise typer.Exit(1)
    return answer
