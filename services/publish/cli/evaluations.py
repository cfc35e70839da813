"""The command ``challenge evaluations import``: brings a table into the public record, or shows first what it says."""

from mimetypes import guess_type
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape

evaluations = typer.Typer(help="Milestones' progress, assessments and awards of public reforms.", no_args_is_help=True)

_PATIENCE_SECONDS = 120

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8, or XLSX.")]
Url = Annotated[str, typer.Option(envvar="PUBLISH_URL", help="Where publish answers.")]
Token = Annotated[str, typer.Option(envvar="CHALLENGE_TOKEN", help="A token with the scope evaluations:write.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Show row by row what would be told, and tell nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


@evaluations.callback()
def about() -> None:
    """Milestones' progress, assessments and awards of public reforms."""


@evaluations.command("import")
def import_table(file: File, url: Url, token: Token, *, dry_run: Dry = False, as_json: AsJson = False) -> None:
    """Bring a table into the public record, all of it or nothing; the same table again tells nothing."""
    answer = _send(url, token, file, dry_run=dry_run)
    if as_json:
        typer.echo(answer.text)
    elif answer.is_success:
        _show_rows(answer.json())
    else:
        _show_faults(answer.json())
    raise typer.Exit(0 if answer.is_success else 1)


def _send(url: str, token: str, file: Path, *, dry_run: bool) -> httpx.Response:
    try:
        return httpx.post(
            f"{url.rstrip('/')}/evaluations",
            headers={"Authorization": f"Bearer {token}", "Content-Type": guess_type(file)[0] or "text/csv"},
            params={"dry_run": str(dry_run).lower()},
            content=file.read_bytes(),
            timeout=_PATIENCE_SECONDS,
            trust_env=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        typer.echo(f"publish does not answer at {url}: {type(error).__name__}", err=True)
        raise typer.Exit(2) from error


def _show_rows(answer: dict[str, Any]) -> None:
    console = Console()
    for row in answer["rows"]:
        sign = "[green]+[/]" if row["new"] else "="
        said = ", ".join(f"{name} {value}" for name, value in row["says"].items())
        console.print(f"{sign} row {row['row']}  {row['reference']}  {row['kind']}: {escape(said)}", soft_wrap=True)
    will = "would be told; nothing is (dry run)" if answer["dry_run"] else "told"
    console.print(f"[green]✓[/] {answer['told']} {will}, {answer['unchanged']} told before", soft_wrap=True)


def _show_faults(problem: dict[str, Any]) -> None:
    console = Console(stderr=True)
    for error in problem.get("errors", ()):
        place = f"row {error['row']}" if "row" in error else error.get("field", "")
        column = f", {error['column']}" if error.get("column") else ""
        console.print(f"  {escape(place + column)}  {error['code']}: {escape(error['detail'])}", soft_wrap=True)
    console.print(f"[red]✗[/] {problem['code']}: {escape(problem['detail'])}", soft_wrap=True)
