"""The commands ``challenge notices …``: who was told what, asked of notify's door."""

import json
import sys
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

ABOUT = "Who was told what, when, in which words, and what became of it."

app = typer.Typer(help=ABOUT, no_args_is_help=True)
notices = typer.Typer(help=ABOUT, no_args_is_help=True, invoke_without_command=True)
app.add_typer(notices, name="notices")

COLUMNS = ("made_at", "reference", "kind", "recipient", "language", "state", "detail", "delivery_id")

Url = Annotated[str, typer.Option(envvar="NOTIFY_URL", help="Where notify answers.")]
Token = Annotated[str, typer.Option(envvar="CHALLENGE_TOKEN", help="A token with the scope notices:read.")]
Decision = Annotated[str | None, typer.Option(help="Letters about this decision.")]
Submission = Annotated[str | None, typer.Option(help="Letters about this submission.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Address = Annotated[
    bool, typer.Option("--address", help="Letters to an address, which is read from standard input; needs operate.")
]


@notices.callback()
def answer(
    context: typer.Context,
    url: Url = "",
    token: Token = "",
    decision: Decision = None,
    submission: Submission = None,
    *,
    address: Address = False,
    as_json: AsJson = False,
) -> None:
    """Say who was told what, when, in which words, and what became of it: of a decision, a submission, an address."""
    if context.invoked_subcommand:
        return
    wanted = _named({"decision": decision, "submission": submission})
    if address == bool(wanted):
        raise typer.BadParameter("name a decision or a submission, or say --address")
    found = _told_to(url, token, sys.stdin.readline().strip()) if address else _all(url, token, wanted)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        typer.echo("\n".join(_paragraph(notice) for notice in found) or "Nobody was told anything, as far as is known.")


@notices.command("list")
def list_notices(
    url: Url,
    token: Token,
    decision: Decision = None,
    submission: Submission = None,
    state: Annotated[str | None, typer.Option(help="Letters in this state, such as held or unknown.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List letters, oldest first, a line each."""
    wanted = _named({"decision": decision, "submission": submission, "state": state})
    found = _all(url, token, {**wanted, "words": "false"})
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print_table(found)


@notices.command("show")
def show_notice(delivery_id: str, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show one letter, with its words."""
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


def _named(wanted: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in wanted.items() if value}


def _all(url: str, token: str, wanted: dict[str, str]) -> list[dict[str, Any]]:
    return _follow(lambda more: _ask(url, token, "/notices", {**wanted, **more}))


def _told_to(url: str, token: str, address: str) -> list[dict[str, Any]]:
    body = {"address": address}
    return _follow(lambda more: _ask(url, token, "/notices/by-address", more, method="POST", body=body))


def _follow(ask: Any) -> list[dict[str, Any]]:
    page = ask({})
    found: list[dict[str, Any]] = page["notices"]
    while page["next"]:
        page = ask({"cursor": page["next"]})
        found += page["notices"]
    return found


def _ask(
    url: str, token: str, path: str, wanted: dict[str, str], method: str = "GET", body: dict[str, str] | None = None
) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    asked: dict[str, Any] = {"params": wanted, "headers": headers, "timeout": 30.0, "trust_env": False}
    try:
        response = httpx.request(method, url.rstrip("/") + path, **asked, **({"json": body} if body else {}))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        typer.echo(f"notify does not answer at {url}: {type(error).__name__}", err=True)
        raise typer.Exit(2) from error
    if response.is_error:
        typer.echo(response.text, err=True)
        raise typer.Exit(1)
    return response.json()


def _paragraph(notice: dict[str, Any]) -> str:
    about = f"{notice['reference'] or notice['submission_id']}: {notice['kind']} to {notice['recipient']}"
    when = f"sent {notice['sent_at']}" if notice["sent_at"] else f"made {notice['made_at']}"
    lines = [f"{about}, in {notice['language']}, {when}", notice["became"], f"delivery {notice['delivery_id']}"]
    if notice["text"] is not None:
        lines += ["", f"    {notice['subject']}", "", *(f"    {line}".rstrip() for line in notice["text"].split("\n"))]
    return "\n".join([*lines, ""])


def _print_table(found: list[dict[str, Any]]) -> None:
    table = Table(*COLUMNS)
    for notice in found:
        table.add_row(*("" if notice[name] is None else str(notice[name]) for name in COLUMNS))
    Console().print(table)
