"""The commands of working on a month together: who assesses what, and what other criteria would have come to."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from services.review.cli.addressed import Month, Round, Submission
from services.review.cli.asking import AsJson, Token, Url, ask, show, show_one

Assessors = Annotated[
    list[str] | None, typer.Option("--assessor", help="Who assesses; several times for several. Default: the setting.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be.")]
Assessor = Annotated[str, typer.Argument(help="Who is to assess it, such as data-team:2.")]
Why = Annotated[str, typer.Option(help="Why it goes to them.")]
Draft = Annotated[str, typer.Argument(help="A draft of the criteria; `challenge batch drafts` lists them.")]
Assume = Annotated[
    list[str] | None, typer.Option(help="What to count for every item, such as collaboration:met; several times.")
]


def assign_items(
    month: Month,
    url: Url,
    token: Token,
    assessor: Assessors = None,
    *,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give each item of a batch that nobody has to whoever has the fewest, with a reason for each."""
    path, wish = f"/batches/{month}/assignment", {"assessors": assessor or []}
    found = ask("POST", url, token, path, json=wish, params={"dry_run": dry_run})
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    show(found["assignments"], ("submission_id", "round", "assessor", "why"), as_json=False)
    if not found["applied"]:
        typer.echo("nothing was changed: this is what would be")


def list_shares(month: Month, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """List who has how many items of a batch, and how many of these are not assessed yet."""
    found = ask("GET", url, token, f"/batches/{month}/assignment")["shares"]
    show(found, ("assessor", "items", "waiting"), as_json=as_json)


def hand_over(
    submission: Submission,
    assessor: Assessor,
    url: Url,
    token: Token,
    why: Why,
    round_: Round = 1,
    *,
    as_json: AsJson = False,
) -> None:
    """Give one item to someone, whoever had it."""
    path, wish = f"/items/{submission}/{round_}/assignment", {"assessor": assessor, "reason": why}
    show_one(ask("POST", url, token, path, json=wish), as_json=as_json)


def list_drafts(url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """List the drafts of the criteria."""
    show([{"draft": one} for one in ask("GET", url, token, "/drafts")["criteria"]], ("draft",), as_json=as_json)


def think(
    month: Month, draft: Draft, url: Url, token: Token, assume: Assume = None, *, as_json: AsJson = False
) -> None:
    """Run a past month again under a draft of the criteria: what would differ, and why. Nothing is written."""
    wanted = {"criteria": draft, "assume": assume or []}
    found = ask("GET", url, token, f"/batches/{month}/what-if", params=wanted)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _show_thought(found)


def _show_thought(found: dict[str, Any]) -> None:
    head = f"{found['month']} was judged by {found['applied']}; under {found['draft']}:"
    Console().print(Text(head, style="bold"))
    for change in found["changes"]:
        typer.echo(f"  {change['kind']}: {change['code']}")
    counts = f"same {found['same']}, differs {found['differs']}, to look at again {found['look_again']}"
    typer.echo(f"  {counts}, never decided {found['undecided']}")
    lines = [{**one, "why": "; ".join(map(_say_why, one["why"]))} for one in found["items"]]
    if lines:
        show(lines, ("reference", "title", "decided", "would_be", "comparison", "why"), as_json=False)


def _say_why(why: dict[str, Any]) -> str:
    return f"{why['code']} {why['kind']} ({why['found'] or 'never asked'} → {why['now'] or 'not asked'})"
