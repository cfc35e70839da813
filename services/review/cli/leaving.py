"""The commands of what leaves: ``challenge batch preview``, ``batch report``, ``item release``."""

import json
from collections import Counter
from typing import Annotated, Any

import typer

from services.review.cli.addressed import Addressed, Month, about_item
from services.review.cli.asking import AsJson, Token, Url, ask, call, show, show_one

item = typer.Typer(help="One item: release it by itself.", no_args_is_help=True)

Letters = Annotated[bool, typer.Option("--letters", help="Print every letter in full.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print a table of codes and numbers.")]
Reason = Annotated[str | None, typer.Option(help="Why to tell it though letters have not arrived.")]

COLUMNS = ("reference", "outcome", "month", "member", "title", "would_be_published", "letters")


def preview(month: Month, url: Url, token: Token, *, letters: Letters = False, as_json: AsJson = False) -> None:
    """Show a batch as it would leave: what would be published, and the letters. Nothing is told or kept."""
    pages = _list_pages(url, token, month)
    items = [one for page in pages for one in page["items"]]
    missing = next((page["letters_missing"] for page in pages if page["letters_missing"]), None)
    if as_json:
        told = {name: pages[0][name] for name in ("month", "obstacles", "totals")}
        typer.echo(json.dumps({**told, "letters_missing": missing, "items": items}, ensure_ascii=False))
        return
    show([_line(one) for one in items], COLUMNS, as_json=False)
    if letters:
        _print_letters(items)
    _print_totals(pages[0], items, missing)


def report(
    month: Month,
    url: Url,
    token: Token,
    reason: Reason = None,
    *,
    tell: Annotated[bool, typer.Option("--tell", help="Tell it now, whatever letters there are.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Make it again, and refuse where it differs.")] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Show a released month in figures; or tell them now, which is done once."""
    path = f"/batches/{month}/report"
    if tell:
        show_one(ask("POST", url, token, path, json={"reason": reason}), as_json=as_json)
        return
    found = call("GET", url, token, f"{path}.csv" if as_csv else path, params={"again": again})
    if as_csv:
        typer.echo(found.text, nl=False)
    else:
        show_one(found.json(), as_json=as_json)


@item.command("release")
@about_item
def release_item(item: Addressed) -> None:
    """Let an item out that its batch's release left behind, once."""
    item.send("release")


def _list_pages(url: str, token: str, month: str) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = []
    cursor: str | None = None
    while not pages or cursor:
        pages.append(ask("GET", url, token, f"/batches/{month}/preview", params={"cursor": cursor} if cursor else {}))
        cursor = pages[-1]["next"]
    return pages


def _line(one: dict[str, Any]) -> dict[str, Any]:
    reform = one["reform"]
    published = f"{reform['published_title']} ({reform['assigned_area']})" if reform else None
    told = ", ".join(f"{letter['recipient']} [{letter['language']}]" for letter in one["letters"])
    return {**one, "would_be_published": published, "letters": told}


def _print_letters(items: list[dict[str, Any]]) -> None:
    for one in items:
        for letter in one["letters"]:
            typer.echo(f"=== {one['reference']}, to {letter['recipient']}, in {letter['language']}")
            typer.echo(f"{letter['subject']}\n\n{letter['text']}" if letter["text"] else f"held: {letter['problem']}")


def _print_totals(first: dict[str, Any], items: list[dict[str, Any]], missing: str | None) -> None:
    for name, count in first["totals"].items():
        typer.echo(f"{name:20} {count}")
    kinds = Counter((letter["kind"], letter["language"]) for one in items for letter in one["letters"])
    for (kind, language), count in sorted(kinds.items()):
        typer.echo(f"letters: {kind}, {language}: {count}")
    for obstacle in first["obstacles"]:
        typer.echo(f"stands against it: {obstacle['code']} ({obstacle['count']})")
    if missing:
        typer.echo(f"letters are not shown: {missing}", err=True)
