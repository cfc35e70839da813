"""The commands ``challenge mail …``: how the mail stands, what came back, and to whom nothing is sent."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from services.notify.cli.asking import AsJson, Refused, Token, Url, ask, ask_all, read_address, show, show_one

ABOUT = "How the mail stands, what came back of it, and to which addresses nothing is sent."

mail = typer.Typer(help=ABOUT, no_args_is_help=True)

BOUNCES = ("heard_at", "outcome", "status", "source", "settled_at", "bounce_id")
SUPPRESSIONS = ("since", "why", "detail", "kept_back", "lifted_at", "suppression_id")
READ_ADDRESS = "The address is read from standard input."

STANDARD_INPUT = Path("-")
NO_REPORT = frozenset({400, 413, 415, 422})
"""The door will never take this message, however often it is brought."""

Why = Annotated[str, typer.Option("--reason", help="Why; it stays on record. No name and no address belongs into it.")]


@mail.command("status")
def show_status(url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show what waits, what somebody must look at, and which domains are sent nothing for a while."""
    show_one(ask("GET", url, token, "/mail"), as_json=as_json)


@mail.command("bounces")
def list_bounces(
    url: Url,
    token: Token,
    outcome: Annotated[str | None, typer.Option(help="Only these, such as hard or complaint.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also what nobody has to see to.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what came back and waits for somebody to see to it."""
    asked = ({} if everything else {"open": "true"}) | ({"outcome": outcome} if outcome else {})
    show(ask_all("GET", url, token, "/bounces", asked), BOUNCES, as_json=as_json)


@mail.command("settle")
def settle_bounce(bounce_id: str, why: Why, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Note that somebody has seen to something that came back."""
    show_one(ask("POST", url, token, f"/bounces/{bounce_id}/settle", json={"why": why}), as_json=as_json)


@mail.command("report")
def hand_in_report(
    url: Url,
    token: Token,
    message: Annotated[
        Path, typer.Argument(help="A mail system's report, the whole message as it came; - is standard input.")
    ] = STANDARD_INPUT,
    *,
    as_json: AsJson = False,
) -> None:
    """Hand in a report that came back by mail, from a file or from standard input; needs the scope bounces:write.

    Ends as mail systems expect of what they pipe a message to: 75 lets them try again, 65 is for what is no report.
    """
    headers = {"Content-Type": "message/rfc822"}
    try:
        found = ask("POST", url, token, "/bounces/message", content=_read(message), headers=headers)
    except Refused as refused:
        raise typer.Exit(os.EX_DATAERR if refused.status in NO_REPORT else os.EX_TEMPFAIL) from None
    except typer.Exit:
        raise typer.Exit(os.EX_TEMPFAIL) from None
    show_one(found, as_json=as_json)


def _read(message: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if message == STANDARD_INPUT else message.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{message} cannot be read") from error


@mail.command("suppressions")
def list_suppressions(
    url: Url,
    token: Token,
    *,
    lifted: Annotated[bool, typer.Option("--lifted", help="Those that are written to again.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the addresses to which nothing is sent: when and why, never which they are."""
    asked = {"in_force": "false" if lifted else "true"}
    show(ask_all("GET", url, token, "/suppressions", asked), SUPPRESSIONS, as_json=as_json)


@mail.command("find", help=f"Say whether nothing is sent to an address. {READ_ADDRESS}")
def find_suppression(url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Find an address among those to which nothing is sent."""
    found = ask("POST", url, token, "/suppressions/find", json={"address": read_address()})
    show(found["suppressions"], SUPPRESSIONS, as_json=as_json)


@mail.command("suppress", help=f"Let nothing more be sent to an address. {READ_ADDRESS}")
def suppress(why: Why, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Suppress an address."""
    show_one(ask("POST", url, token, "/suppressions", json={"address": read_address(), "why": why}), as_json=as_json)


@mail.command("lift")
def lift_suppression(suppression_id: str, why: Why, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Let an address be written to again; letters that were kept from it go at once."""
    show_one(ask("POST", url, token, f"/suppressions/{suppression_id}/lift", json={"why": why}), as_json=as_json)
