"""The commands ``challenge decide …``, and those of ``challenge batch …`` that are about one item."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts import reference
from services.review.cli.addressed import Addressed, about_item

decide = typer.Typer(
    help="Decide an item: accept, decline, ask; correct, retract, reinstate or praise it afterwards.",
    no_args_is_help=True,
)

Json = dict[str, Any]
Note = Annotated[str | None, typer.Option(help="A personal note, told with the decision.")]
Area = Annotated[str | None, typer.Option(help="The area, where it is another than the assessment's.")]
Reason = Annotated[str | None, typer.Option("--area-reason", help="Why it is another area than the declared one.")]
Overrule = Annotated[
    list[str] | None,
    typer.Option(help="Find otherwise of a gate or criterion, such as 'timing:met:A milestone lies ahead.'"),
]
Locality = Annotated[
    str | None, typer.Option(help="Its id of a locality that is no member, such as CO-CALI: one for all its reforms.")
]
Title = Annotated[str | None, typer.Option(help="The title to publish; without one it stays as it is.")]
Why = Annotated[str, typer.Option(help="Why.")]
Silent = Annotated[bool, typer.Option("--silent", help="Write no letters about it.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@about_item
def assess(item: Addressed, file: File) -> None:
    """Say what was found: JSON with findings, area, area_reason; and question, to propose one."""
    item.send("assessment", content=file.read_bytes())


@about_item
def hold(item: Addressed, reason: str) -> None:
    """Keep an item back when its batch is released."""
    item.send("hold", json={"reason": reason})


@about_item
def unhold(item: Addressed, reason: str) -> None:
    """Let an item leave with its batch after all."""
    item.send("unhold", json={"reason": reason})


@decide.command("accept")
@about_item
def accept(
    item: Addressed,
    title: Title = None,
    overrule: Overrule = None,
    area: Area = None,
    area_reason: Reason = None,
    note: Note = None,
    locality: Locality = None,
) -> None:
    """Accept: every gate and criterion is met."""
    three = _three_things(overrule, area, area_reason)
    whose = {"attribution": {"locality": locality}} if locality else {}
    item.send("decision", json={"outcome": "accepted", "published_title": title, "note": note, **three, **whose})


@decide.command("decline")
@about_item
def decline(
    item: Addressed,
    reason_codes: Annotated[list[str], typer.Argument(help="Codes such as no-future-milestones.")],
    overrule: Overrule = None,
    area: Area = None,
    area_reason: Reason = None,
    note: Note = None,
) -> None:
    """Decline: something is not met."""
    three = _three_things(overrule, area, area_reason)
    item.send("decision", json={"outcome": "declined", "reason_codes": reason_codes, "note": note, **three})


@decide.command("ask")
@about_item
def ask_submitter(
    item: Addressed,
    question: Annotated[str | None, typer.Argument(help="Without one, the question that was proposed.")] = None,
    overrule: Overrule = None,
    area: Area = None,
    area_reason: Reason = None,
    note: Note = None,
) -> None:
    """Ask the submitter a question: the round ends with it."""
    three = _three_things(overrule, area, area_reason)
    item.send("decision", json={"outcome": "clarification", "question": question, "note": note, **three})


@decide.command("correct")
@about_item
def correct(item: Addressed, file: File) -> None:
    """Supersede a released decision: JSON with effect, why, decision; and findings where all is looked at again.

    A decision that accepts may hold an attribution: whose reform it is, by its member, locality and institutions.
    """
    item.send("correction", content=file.read_bytes())


@decide.command("retract")
@about_item
def retract(item: Addressed, why: Why, *, silent: Silent = False) -> None:
    """Take a reform out of the public record."""
    item.send("retraction", json={"effect": _effect(silent=silent), "why": why})


@decide.command("reinstate")
@about_item
def reinstate(item: Addressed, why: Why, title: Title = None, note: Note = None, *, silent: Silent = False) -> None:
    """Put a retracted reform back, under its old address."""
    body = {"effect": _effect(silent=silent), "why": why, "published_title": title, "note": note}
    item.send("reinstatement", json=body)


@decide.command("encourage")
@about_item
def encourage(
    item: Addressed,
    *,
    promising: Annotated[bool, typer.Option(help="Whether the reform is promising.")],
    support: Annotated[
        list[str] | None, typer.Option(help="Support or an award given; all there is, each time.")
    ] = None,
    why: Annotated[str | None, typer.Option(help="Why it is promising.")] = None,
) -> None:
    """Mark a reform as promising or no longer, with all support and awards given; no letter follows."""
    item.send("encouragement", json={"promising": promising, "support": support or [], "why": why})


def _three_things(overrules: Iterable[str] | None, area: str | None, area_reason: str | None) -> Json:
    said = [_read_overrule(text) for text in overrules or ()]
    gates = {entry.code for version in reference.versions("criteria") for entry in reference.criteria(version).gates}
    return {
        "eligibility": {"overrules": [one for one in said if one["code"] in gates]},
        "relevance": {"overrules": [one for one in said if one["code"] not in gates]},
        "tagging": {"area": area, "reason": area_reason},
    }


def _read_overrule(text: str) -> dict[str, str]:
    code, verdict, reason = (part.strip() for part in [*text.split(":", 2), "", ""][:3])
    if not reason:
        raise typer.BadParameter(f"{text!r}: write it as 'code:verdict:reason'", param_hint="--overrule")
    return {"code": code, "verdict": verdict, "reason": reason}


def _effect(*, silent: bool) -> str:
    return "silent" if silent else "correction"
