"""The commands ``challenge notices …``: who was told what, asked of notify's door."""

import json
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(help="Who was told what, and what became of it.", no_args_is_help=True)
notices = typer.Typer(help="Who was told what, and what became of it.", no_args_is_help=True)
app.add_typer(notices, name="notices")

COLUMNS = ("made_at", "reference", "kind", "recipient", "language", "state", "detail", "delivery_id")

Url = Annotated[str, typer.Option(envvar="NOTIFY_URL", help="Where notify answers.")]
Token = Annotated[str, typer.Option(envvar="CHALLENGE_TOKEN", help="A token with the scope notices:read.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@notices.command("list")
def list_notices(
    url: Url,
    token: Token,
    decision: Annotated[str | None, typer.Option(help="Letters about this decision.")] = None,
    submission: Annotated[str | None, typer.Option(help="Letters about this submission.")] = None,
    state: Annotated[str | None, typer.Option(help="Letters in this state, such as held or unknown.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List letters, oldest first."""
    wanted = {"decision": decision, "submission": submission, "state": state}
    found = _all(url, token, {name: value for name, value in wanted.items() if value})
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print_table(found)


@notices.command("show")
def show_notice(delivery_id: str, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show one letter."""
    found = _ask(url, token, f"/notices/{delivery_id}", {})
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        for name, value in found.items():
            typer.echo(f"{name:14} {'' if value is None else value}")


@notices.command("retry")
def retry_notice(delivery_id: str, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Try a held letter again, once its contact is known."""
    found = _ask(url, token, f"/notices/{delivery_id}/retry", {}, method="POST")
    typer.echo(json.dumps(found) if as_json else f"{delivery_id} is {found['state']}")


def _all(url: str, token: str, wanted: dict[str, str]) -> list[dict[str, Any]]:
    page = _ask(url, token, "/notices", wanted)
    found: list[dict[str, Any]] = page["notices"]
    while page["next"]:
        page = _ask(url, token, "/notices", {**wanted, "cursor": page["next"]})
        found += page["notices"]
    return found


def _ask(url: str, token: str, path: str, wanted: dict[str, str], method: str = "GET") -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    try:
        response = httpx.request(
            method, url.rstrip("/") + path, params=wanted, headers=headers, timeout=30.0, trust_env=False
        )
    except httpx.HTTPError as error:
        typer.echo(f"notify does not answer at {url}: {type(error).__name__}", err=True)
        raise typer.Exit(2) from error
    if response.is_error:
        typer.echo(response.text, err=True)
        raise typer.Exit(1)
    return response.json()


def _print_table(found: list[dict[str, Any]]) -> None:
    table = Table(*COLUMNS)
    for notice in found:
        table.add_row(*("" if notice[name] is None else str(notice[name]) for name in COLUMNS))
    Console().print(table)
