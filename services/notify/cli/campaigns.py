"""The command ``challenge notices campaign``: asks those who answer for reforms how they are going."""

import json
from typing import Annotated, Any

import typer

from services.notify.cli.asking import AsJson, Token, Url, ask


def ask_for_updates(
    name: Annotated[str, typer.Argument(help="The campaign's name, such as 2027-mid-term: it asks each reform once.")],
    stage: Annotated[str, typer.Option(help="mid-term or end-of-term: what of the reform lies within the days.")],
    since: Annotated[str, typer.Option(help="The first day, such as 2027-01-01.")],
    until: Annotated[str, typer.Option(help="The last day.")],
    url: Url,
    token: Token,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show whom it would ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask those who answer for reforms how they are going; needs operate. Who cannot be reached is listed."""
    body = {"name": name, "stage": stage, "since": since, "until": until, "dry_run": dry_run}
    found = ask("POST", url, token, "/campaigns", json=body)
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else _campaign(found))


def _campaign(found: dict[str, Any]) -> str:
    asked = "would be asked" if found["dry_run"] else "are asked"
    unreachable = [it for it in found["requests"] if not it["reachable"]]
    lines = [f"{_reform(it)}: the {it['whom']}, {it['state'] or 'not asked yet'}" for it in found["requests"]]
    lines += [f"{len(lines)} {asked}, of whom {len(unreachable)} cannot be reached", *map(_reform, unreachable)]
    if found["undated"]:
        lines += ["When these begin and end is not known, so no campaign finds them:", *found["undated"]]
    return "\n".join(lines)


def _reform(request: dict[str, Any]) -> str:
    return f"{request['reference']} {request['member']}, {request['title']}"
