"""The commands ``challenge notices …``: who was told what, when, in which words, and what became of it."""

import json
from typing import Annotated, Any

import typer

from services.notify.cli.asking import AsJson, Token, Url, ask, ask_all, read_address, show, show_one
from services.notify.domain.doubts import Verdict

ABOUT = "Who was told what, when, in which words, and what became of it."

notices = typer.Typer(help=ABOUT, no_args_is_help=True, invoke_without_command=True)

COLUMNS = ("made_at", "reference", "kind", "recipient", "language", "state", "detail", "delivery_id")

Decision = Annotated[str | None, typer.Option(help="Letters about this decision.")]
Submission = Annotated[str | None, typer.Option(help="Letters about this submission.")]
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
    found = _told_to(url, token, read_address()) if address else ask_all("GET", url, token, "/notices", wanted)
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
    show(ask_all("GET", url, token, "/notices", {**wanted, "words": "false"}), COLUMNS, as_json=as_json)


@notices.command("show")
def show_notice(delivery_id: str, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show one letter, with its words."""
    show_one(ask("GET", url, token, f"/notices/{delivery_id}"), as_json=as_json)


@notices.command("retry")
def retry_notice(delivery_id: str, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Try a held letter again, once its contact is known."""
    found = ask("POST", url, token, f"/notices/{delivery_id}/retry")
    typer.echo(json.dumps(found) if as_json else f"{delivery_id} is {found['state']}")


@notices.command("settle")
def settle_notice(
    delivery_id: str,
    verdict: Annotated[Verdict, typer.Option("--as", help="What is so, or is to be.")],
    why: Annotated[str, typer.Option("--reason", help="Why; it stays on record. No name and no address in it.")],
    url: Url,
    token: Token,
    *,
    as_json: AsJson = False,
) -> None:
    """Settle a letter in doubt: sent (a log shows that it was taken), resend (once more), failed (it was not taken)."""
    said = {"verdict": verdict, "why": why}
    found = ask("POST", url, token, f"/notices/{delivery_id}/settle", json=said)
    typer.echo(json.dumps(found) if as_json else "\n".join(f"{it} is {found['state']}" for it in found["delivery_ids"]))


def _named(wanted: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in wanted.items() if value}


def _told_to(url: str, token: str, address: str) -> list[dict[str, Any]]:
    return ask_all("POST", url, token, "/notices/by-address", json={"address": address})


def _paragraph(notice: dict[str, Any]) -> str:
    about = f"{notice['reference'] or notice['submission_id']}: {notice['kind']} to {notice['recipient']}"
    when = f"sent {notice['sent_at']}" if notice["sent_at"] else f"made {notice['made_at']}"
    lines = [f"{about}, in {notice['language']}, {when}", notice["became"], f"delivery {notice['delivery_id']}"]
    lines += [f"{it['given_by']} said {it['verdict']}, {it['given_at']}: {it['why']}" for it in notice["verdicts"]]
    if notice["text"] is not None:
        lines += ["", f"    {notice['subject']}", "", *(f"    {line}".rstrip() for line in notice["text"].split("\n"))]
    return "\n".join([*lines, ""])
