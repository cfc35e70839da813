"""The commands ``challenge bulk …``: an action on many items, shown first and applied as it was shown."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from services.review.cli.asking import AsJson, Token, Url, ask, show
from services.review.cli.searching import Search, search_items

ITEMS_MAX = 300
"""So many one plan may be about."""

bulk = typer.Typer(help="An action on many items: plan it, look at the plan, apply it.", no_args_is_help=True)

ActionFile = Annotated[
    Path,
    typer.Argument(
        exists=True, help='JSON such as {"do": "hold", "reason": …}; do: assess, decide, hold, unhold, assign.'
    ),
]
PlanId = Annotated[str, typer.Argument(help="The plan's id.")]
Hash = Annotated[str, typer.Argument(help="The plan's hash, as it was shown.")]


@bulk.command("plan")
def plan(file: ActionFile, search: Search, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show what an action would do to each item that a search finds, refusals included. Nothing is changed."""
    found, more = search_items(url, token, search, ITEMS_MAX)
    if more:
        typer.echo(f"there are more than {ITEMS_MAX}: narrow the search", err=True)
        raise typer.Exit(1)
    chosen = [{"submission_id": one["submission_id"], "round": one["round"]} for one in found]
    wish = {"action": json.loads(file.read_bytes()), "items": chosen}
    _show(ask("POST", url, token, "/plans", json=wish), as_json=as_json)


@bulk.command("show")
def show_plan(plan_id: PlanId, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show a plan again."""
    _show(ask("GET", url, token, f"/plans/{plan_id}"), as_json=as_json)


@bulk.command("apply")
def apply(plan_id: PlanId, hash_: Hash, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Do what a plan shows, all of it or nothing; refused with the difference when anything is otherwise now."""
    _show(ask("POST", url, token, f"/plans/{plan_id}/application", json={"hash": hash_}), as_json=as_json)


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    state = f"applied {found['applied_at']}" if found["applied_at"] else "not applied"
    Console().print(Text(f"{found['going_on']} go on, {found['refused']} refused; {state}", style="bold"))
    lines = [
        {**line, "before": _say(line["before"]), "after": _say(line["after"]) or line["refusal"]}
        for line in found["lines"]
    ]
    show(lines, ("reference", "title", "before", "after", "detail"), as_json=False)
    if not found["applied_at"]:
        typer.echo(f"to do this: challenge bulk apply {found['plan_id']} {found['hash']}")


def _say(outline: dict[str, Any] | None) -> str:
    if outline is None:
        return ""
    said = (outline["state"], outline["outcome"], outline["area"], *outline["reason_codes"])
    held = ["held back"] if outline["held"] else []
    return ", ".join([one for one in said if one] + held + ([outline["assessor"]] if outline["assessor"] else []))
