"""The commands ``challenge batch …`` and ``challenge decide …``."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.review.cli.asking import AsJson, Token, Url, ask, call, show, show_one

batch = typer.Typer(help="The monthly batches: list, look, assess, hold, release.", no_args_is_help=True)
decide = typer.Typer(
    help="Decide an item: accept, decline, ask; correct or retract it afterwards.", no_args_is_help=True
)

Month = Annotated[str, typer.Argument(help="A month, such as 2026-11.")]
Submission = Annotated[str, typer.Argument(help="The submission's id.")]
Round = Annotated[int, typer.Option("--round", min=1, help="The round of the review.")]
Note = Annotated[str | None, typer.Option(help="A personal note, told with the decision.")]
Area = Annotated[str | None, typer.Option(help="The area, where it is another than the assessment's.")]
Reason = Annotated[str | None, typer.Option("--area-reason", help="Why it is another area than the declared one.")]
Why = Annotated[str, typer.Option(help="Why.")]
Silent = Annotated[bool, typer.Option("--silent", help="Write no letters about it.")]


@batch.command("list")
def list_batches(url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """List the batches, latest month first."""
    found = ask("GET", url, token, "/batches")["batches"]
    show(found, ("month", "state", "waiting", "count", "sealed_at", "release_ordered_at"), as_json=as_json)


@batch.command("show")
def show_batch(month: Month, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show a batch: state, what it waits for, manifest, items by state."""
    show_one(ask("GET", url, token, f"/batches/{month}"), as_json=as_json)


@batch.command("manifest")
def show_manifest(month: Month, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Print the manifest of a sealed batch, byte by byte; or what is in it, as JSON."""
    found = call("GET", url, token, f"/batches/{month}/manifest")
    if as_json:
        typer.echo(json.dumps([_read_line(line) for line in found.text.splitlines()]))
    else:
        typer.echo(found.content, nl=False)


@batch.command("items")
def list_items(month: Month, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """List a batch's items."""
    found = list_all_items(url, token, month)
    show(found, ("reference", "state", "member", "declared_area", "title", "submission_id", "round"), as_json=as_json)


def list_all_items(url: str, token: str, month: str) -> list[dict[str, Any]]:
    """List a batch's items, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = ask("GET", url, token, f"/batches/{month}/items", params={"cursor": cursor} if cursor else {})
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


@batch.command("item")
def show_item(submission: Submission, url: Url, token: Token, round_: Round = 1, *, as_json: AsJson = False) -> None:
    """Show one item with everything known of it."""
    show_one(ask("GET", url, token, _item(submission, round_)), as_json=as_json)


@batch.command("assess")
def assess(
    submission: Submission,
    file: Annotated[Path, typer.Argument(exists=True, help="JSON: findings, area, area_reason.")],
    url: Url,
    token: Token,
    round_: Round = 1,
    *,
    as_json: AsJson = False,
) -> None:
    """Say what was found of each gate and criterion."""
    path = f"{_item(submission, round_)}/assessment"
    show_one(ask("POST", url, token, path, content=file.read_bytes()), as_json=as_json)


@batch.command("hold")
def hold(
    submission: Submission, reason: str, url: Url, token: Token, round_: Round = 1, *, as_json: AsJson = False
) -> None:
    """Keep an item back when its batch is released."""
    show_one(ask("POST", url, token, f"{_item(submission, round_)}/hold", json={"reason": reason}), as_json=as_json)


@batch.command("release")
def release(
    month: Annotated[str, typer.Argument(help="A month; or the id of an item that was held back, with --item.")],
    url: Url,
    token: Token,
    round_: Round = 1,
    *,
    item: Annotated[bool, typer.Option("--item", help="Release one item that was held back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Release a batch, once: everything decided leaves."""
    path = f"{_item(month, round_)}/release" if item else f"/batches/{month}/release"
    show_one(ask("POST", url, token, path), as_json=as_json)


@decide.command("accept")
def accept(  # noqa: PLR0913 - one parameter an option
    submission: Submission,
    url: Url,
    token: Token,
    round_: Round = 1,
    title: Annotated[str | None, typer.Option(help="The title to publish; without one the submitted one.")] = None,
    area: Area = None,
    area_reason: Reason = None,
    note: Note = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Accept: every gate and criterion is met."""
    body = {"outcome": "accepted", "published_title": title, "area": area, "area_reason": area_reason, "note": note}
    show_one(ask("POST", url, token, f"{_item(submission, round_)}/decision", json=body), as_json=as_json)


@decide.command("decline")
def decline(
    submission: Submission,
    reason_codes: Annotated[list[str], typer.Argument(help="Codes such as no-future-milestones.")],
    url: Url,
    token: Token,
    round_: Round = 1,
    note: Note = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Decline: something is not met."""
    body = {"outcome": "declined", "reason_codes": reason_codes, "note": note}
    show_one(ask("POST", url, token, f"{_item(submission, round_)}/decision", json=body), as_json=as_json)


@decide.command("ask")
def ask_submitter(
    submission: Submission,
    question: str,
    url: Url,
    token: Token,
    round_: Round = 1,
    note: Note = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask the submitter a question: the round ends with it."""
    body = {"outcome": "clarification", "question": question, "note": note}
    show_one(ask("POST", url, token, f"{_item(submission, round_)}/decision", json=body), as_json=as_json)


@decide.command("correct")
def correct(
    submission: Submission,
    file: Annotated[Path, typer.Argument(exists=True, help="JSON: effect, why, decision, findings.")],
    url: Url,
    token: Token,
    round_: Round = 1,
    *,
    as_json: AsJson = False,
) -> None:
    """Supersede a released decision."""
    path = f"{_item(submission, round_)}/correction"
    show_one(ask("POST", url, token, path, content=file.read_bytes()), as_json=as_json)


@decide.command("retract")
def retract(
    submission: Submission,
    url: Url,
    token: Token,
    why: Why,
    round_: Round = 1,
    *,
    silent: Silent = False,
    as_json: AsJson = False,
) -> None:
    """Take a reform out of the public record."""
    body = {"effect": "silent" if silent else "correction", "why": why}
    show_one(ask("POST", url, token, f"{_item(submission, round_)}/retraction", json=body), as_json=as_json)


def _read_line(line: str) -> dict[str, str | int]:
    submission, round_, version = line.split(" ")
    return {"submission_id": submission, "round": int(round_), "version": int(version)}


def _item(submission: str, round_: int) -> str:
    return f"/items/{submission}/{round_}"
