"""The commands `challenge registry …`: bring tables into the registry, take them out, look back; asked of its doors."""

import json
import sys
from enum import StrEnum
from mimetypes import guess_type
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape

from services.intake.cli.asking import JsonOption, UrlOption, ask, send

app = typer.Typer(
    help="Members, points of contact, plans, commitments, rounds of awards and the Challenge's dates.",
    no_args_is_help=True,
)

SHOWN = 200
_PATIENCE_SECONDS = 120
_SIGNS = {"added": "[green]+[/]", "changed": "[yellow]~[/]", "removed": "[red]-[/]"}


class Table(StrEnum):
    """What there is of the registry."""

    MEMBERS = "members"
    POCS = "pocs"
    PLANS = "plans"
    COMMITMENTS = "commitments"
    ROUNDS = "rounds"
    DATES = "dates"


TableArgument = Annotated[Table, typer.Argument(help="What the table holds.")]
FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8, or XLSX.")]
KeyArgument = Annotated[str, typer.Argument(help="A member's, plan's or round's code; a commitment's id; `challenge`.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]
TokenOption = Annotated[str, typer.Option(envvar="CHALLENGE_TOKEN", help="A token with the scope registry:write.")]


@app.command("import")
def import_table(
    table: TableArgument,
    file: FileArgument,
    url: UrlOption = "http://127.0.0.1:8000",
    token: TokenOption = "",
    *,
    dry_run: DryOption = False,
    as_json: JsonOption = False,
) -> None:
    """Bring a table in, all of it or nothing. A column that is not there leaves what is registered as it is."""
    answer = send(
        "POST",
        f"{url}/registry/{table}",
        token,
        patience_seconds=_PATIENCE_SECONDS,
        headers={"Content-Type": guess_type(file)[0] or "text/csv"},
        params={"dry_run": str(dry_run).lower()},
        content=file.read_bytes(),
    )
    if as_json:
        typer.echo(answer.text)
    elif answer.is_success:
        _show_changes(answer.json())
    else:
        _show_faults(answer.json())
    raise typer.Exit(0 if answer.is_success else 1)


@app.command()
def export(table: TableArgument, url: UrlOption = "http://127.0.0.1:8000", token: TokenOption = "") -> None:
    """Write a table as CSV, to be changed and brought in again. The points of contact stay in their vault."""
    sys.stdout.buffer.write(_ask(f"{url}/registry/{table}", token).content)


@app.command()
def history(
    key: KeyArgument, url: UrlOption = "http://127.0.0.1:8000", token: TokenOption = "", *, as_json: JsonOption = False
) -> None:
    """Say what became of one, the latest first: when, by whom, from what to what."""
    answer = _ask(f"{url}/registry/changes/{key}", token)
    if as_json:
        typer.echo(answer.text)
        return
    console = Console()
    for change in answer.json()["changes"]:
        when = change["changed_at"][:19].replace("T", " ")
        console.print(f"{when}  {escape(change['changed_by'])}  {change['table']}", soft_wrap=True)
        for line in _differences(change["before"], change["after"]):
            console.print(f"  {line}", soft_wrap=True)


def _ask(url: str, token: str) -> httpx.Response:
    return ask("GET", url, token, patience_seconds=_PATIENCE_SECONDS, show=_show_faults)


def _show_changes(answer: dict[str, Any]) -> None:
    console = Console()
    for change in answer["changes"][:SHOWN]:
        columns = ", ".join(_column(one, change["what"]) for one in change["columns"])
        console.print(f"{_SIGNS[change['what']]} {change['key']}  {escape(columns)}", soft_wrap=True)
    counts = ", ".join(f"{answer[what]} {what}" for what in (*_SIGNS, "unchanged"))
    said = "would be so; nothing is changed (dry run)" if answer["dry_run"] else "done"
    console.print(f"[green]✓[/] {answer['table']}: {counts}: {said}")


def _column(column: dict[str, str | None], what: str) -> str:
    before, after = column["before"], column["after"]
    if before is None and after is None:
        return str(column["column"])
    return (
        f"{column['column']}: {after}" if what == "added" else f"{column['column']}: {before or '–'} → {after or '–'}"
    )


def _show_faults(problem: dict[str, Any]) -> None:
    console = Console(stderr=True)
    for error in problem.get("errors", ())[:SHOWN]:
        place = f"row {error['row']}" if "row" in error else error.get("field", "")
        column = f", {error['column']}" if error.get("column") else ""
        console.print(f"  {escape(place + column)}  {error['code']}: {escape(error['detail'])}", soft_wrap=True)
    total = f" ({problem['total']} faults)" if "total" in problem else ""
    console.print(f"[red]✗[/] {problem['code']}: {escape(problem['detail'])}{total}", soft_wrap=True)


def _differences(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    if before is None or after is None:
        what = "added" if before is None else "taken away"
        return [f"{what}: {escape(json.dumps(after or before, ensure_ascii=False))}"]
    return [escape(f"{name}: {before.get(name)} → {after[name]}") for name in after if before.get(name) != after[name]]
