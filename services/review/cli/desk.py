"""The commands ``challenge batch …``."""

import json
from typing import Any

import typer

from services.review.cli.addressed import Month, Round, Submission
from services.review.cli.asking import AsJson, Token, Url, ask, call, show, show_one

batch = typer.Typer(help="The monthly batches: list, look, assess, hold, release.", no_args_is_help=True)


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
    show_one(ask("GET", url, token, f"/items/{submission}/{round_}"), as_json=as_json)


@batch.command("release")
def release(month: Month, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Release a batch, once: everything decided leaves."""
    show_one(ask("POST", url, token, f"/batches/{month}/release"), as_json=as_json)


def _read_line(line: str) -> dict[str, str | int]:
    submission, round_, version = line.split(" ")
    return {"submission_id": submission, "round": int(round_), "version": int(version)}
