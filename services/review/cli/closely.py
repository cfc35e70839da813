"""The commands that look closely at an item: what looks like it, its versions, what they changed, who is behind it."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.review.cli.addressed import Round, Submission
from services.review.cli.asking import AsJson, Token, Url, ask, show_one
from services.review.cli.desk import list_all_items

_MONTH = re.compile(r"20\d\d-\d\d")
_STYLES = {"kept": "", "removed": "red strike", "added": "green underline"}
_MARKS = {"kept": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_KEPT_SHOWN = 120

ItemOrMonth = Annotated[str, typer.Argument(help="A submission's id; or a month, for all items of its batch.")]
Before = Annotated[int | None, typer.Option(min=1, help="A version; default: what the round before reviewed.")]
After = Annotated[int | None, typer.Option(min=1, help="A version; default: the one under review.")]

Json = dict[str, Any]


def list_similar(item: ItemOrMonth, url: Url, token: Token, round_: Round = 1, *, as_json: AsJson = False) -> None:
    """List possible duplicates, of an item or of all in a batch, with the reasons. Nothing follows by itself."""
    if _MONTH.fullmatch(item):
        items = [(one["submission_id"], one["round"]) for one in list_all_items(url, token, item)]
    else:
        items = [(item, round_)]
    found = {one: ask("GET", url, token, f"/items/{one}/{number}/similar") for one, number in items}
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _show_similar(found)


def list_versions(
    submission: Submission, url: Url, token: Token, round_: Round = 1, *, as_json: AsJson = False
) -> None:
    """List an item's versions, the frozen one marked, and what each changed."""
    found = ask("GET", url, token, f"/items/{submission}/{round_}/versions")["versions"]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for version in found:
        mark = "  FROZEN" if version["frozen"] else "  stands" if version["stands"] else ""
        head = f"version {version['version']}, round {version['round']}, {version['kind']} {version['told_at']}{mark}"
        Console().print(Text(head, style="bold"))
        _show_changes(version["changes"])


def show_difference(
    submission: Submission,
    url: Url,
    token: Token,
    round_: Round = 1,
    before: Before = None,
    after: After = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what differs in the version under review from the one before, or between any two, word by word."""
    chosen = {name: value for name, value in (("before", before), ("after", after)) if value is not None}
    found = ask("GET", url, token, f"/items/{submission}/{round_}/difference", params=chosen)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    Console().print(Text(f"version {found['after']}, beside version {found['before']}", style="bold"))
    _show_changes(found["changes"])


def show_contact(submission: Submission, url: Url, token: Token, round_: Round = 1, *, as_json: AsJson = False) -> None:
    """Show who is behind an item; that you looked is recorded."""
    show_one(ask("GET", url, token, f"/items/{submission}/{round_}/contact"), as_json=as_json)


def _show_similar(found: dict[str, Json]) -> None:
    table = Table("item", "looks like", "score", "why", "state", "member", "title", "institution")
    for item, similar in found.items():
        for row in _rows(item, similar):
            table.add_row(*map(Text, row))  # no markup in what people write
    if table.row_count:
        Console().print(table)
    else:
        typer.echo("nothing looks like it")


def _rows(item: str, similar: Json) -> Iterator[tuple[str, ...]]:
    if not similar["compared"]:
        yield item, "not compared yet", *[""] * 6
    for one in similar["candidates"]:
        why = ", ".join(f"{r['code']} {r['likeness'] or ''}".strip() for r in one["why"])
        place = (one["state"], one["member"], one["title"], one["institution"])
        yield item, one["reference"], f"{one['score']:.2f}", why, *place


def _show_changes(changes: Iterable[Json]) -> None:
    for change in changes:
        words = Text.assemble(*(_stretch(one) for one in change["stretches"]))
        Console().print(Text.assemble((f"  {change['field']}: ", "cyan"), words))


def _stretch(stretch: Json) -> tuple[str, str]:
    kind, text = stretch["kind"], stretch["text"]
    if kind == "kept" and len(text) > _KEPT_SHOWN:
        text = f"{text[: _KEPT_SHOWN // 2]} … {text[-_KEPT_SHOWN // 2 :]}"
    opening, closing = _MARKS[kind]
    return f"{opening}{text}{closing}", _STYLES[kind]
