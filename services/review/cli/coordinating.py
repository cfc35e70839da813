"""The commands ``challenge coordination …``: several institutions of a member work in one area."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from services.review.cli.addressed import Month
from services.review.cli.asking import AsJson, Token, Url, ask, show, show_one

coordination = typer.Typer(
    help="Cases of coordination: several institutions of a member in one area.", no_args_is_help=True
)

OfMonth = Annotated[str | None, typer.Option("--month", help="Only of this month.")]
Member = Annotated[str, typer.Argument(help="The member's code.")]
Area = Annotated[str, typer.Argument(help="The area's code.")]
Role = Annotated[str, typer.Argument(help="Whose role it is: holder, submitter, point-of-contact, forum …")]
Institution = Annotated[str, typer.Argument(help="One of the case's institutions, or the member's code. No person.")]
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day; default: today.")]
Outcome = Annotated[str, typer.Argument(help="What came of it.")]


@coordination.command("list")
def list_cases(url: Url, token: Token, month: OfMonth = None, *, as_json: AsJson = False) -> None:
    """List the cases, the latest month first."""
    found = ask("GET", url, token, "/coordination", params={"month": month} if month else {})["cases"]
    lines = [{**one, "institutions": "; ".join(one["institutions"])} for one in found]
    columns = ("month", "member", "area", "state", "items", "institutions", "outcome")
    show(found if as_json else lines, columns, as_json=as_json)


@coordination.command("show")
def show_case(month: Month, member: Member, area: Area, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show a case."""
    show_one(ask("GET", url, token, f"/coordination/{month}/{member}/{area}"), as_json=as_json)


@coordination.command("contact")
def note_contact(  # noqa: PLR0913 - one parameter an argument
    month: Month,
    member: Member,
    area: Area,
    role: Role,
    institution: Institution,
    url: Url,
    token: Token,
    on: Day = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Note whom one has spoken to, by role and institution."""
    day = (on or datetime.now(UTC)).date().isoformat()
    wish = {"do": "contact", "role": role, "institution": institution, "contacted_on": day}
    _change(url, token, (month, member, area), wish, as_json=as_json)


@coordination.command("conclude")
def conclude(
    month: Month, member: Member, area: Area, outcome: Outcome, url: Url, token: Token, *, as_json: AsJson = False
) -> None:
    """Say what came of it."""
    _change(url, token, (month, member, area), {"do": "conclude", "outcome": outcome}, as_json=as_json)


@coordination.command("reopen")
def reopen(month: Month, member: Member, area: Area, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Go on with a case that was closed."""
    _change(url, token, (month, member, area), {"do": "reopen"}, as_json=as_json)


def _change(url: str, token: str, case: tuple[str, str, str], wish: dict[str, Any], *, as_json: bool) -> None:
    show_one(ask("POST", url, token, f"/coordination/{'/'.join(case)}", json=wish), as_json=as_json)
