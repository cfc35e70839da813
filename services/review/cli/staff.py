"""The commands ``challenge staff …``: who may sign in at the desk."""

import sys
from typing import Annotated, Any

import typer

from services.review.cli.asking import AsJson, Token, Url, ask, show, show_one
from services.review.domain.staff import PASSWORD_MIN

staff = typer.Typer(help="Who may sign in at the review desk, and as what.", no_args_is_help=True)

Roles = Annotated[
    list[str], typer.Option("--role", help="viewer, data-team, support-unit, irm or operator; may be repeated.")
]
Who = Annotated[str, typer.Argument(help="The actor_ref, as the list shows it.")]


@staff.command("list")
def list_staff(url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """List the accounts, and whoever has come by an OpenID provider."""
    found: list[dict[str, Any]] = ask("GET", url, token, "/staff")["staff"]
    for one in found if not as_json else ():
        one["roles"] = ", ".join(one["roles"])
    show(found, ("actor_ref", "name", "roles", "disabled"), as_json=as_json)


@staff.command("add")
def add_staff(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    roles: Roles,
    url: Url,
    token: Token,
    *,
    as_json: AsJson = False,
) -> None:
    """Make an account; its password is asked for, or read from the standard input. Prints its actor_ref."""
    body = {"name": name, "roles": roles, "password": read_password()}
    show_one(ask("POST", url, token, "/staff", json=body), as_json=as_json)


@staff.command("password")
def set_password(who: Who, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Give an account another password, asked for or read from the standard input; its sessions end."""
    show_one(ask("POST", url, token, f"/staff/{who}/password", json={"password": read_password()}), as_json=as_json)


@staff.command("roles")
def set_roles(who: Who, roles: Roles, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Give somebody other roles, in the place of those that were."""
    show_one(ask("POST", url, token, f"/staff/{who}/roles", json={"roles": roles}), as_json=as_json)


@staff.command("disable")
def disable_staff(who: Who, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Let somebody in no more, and end their sessions."""
    show_one(ask("POST", url, token, f"/staff/{who}/disable"), as_json=as_json)


@staff.command("enable")
def enable_staff(who: Who, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Let somebody in again."""
    show_one(ask("POST", url, token, f"/staff/{who}/enable"), as_json=as_json)


def read_password() -> str:
    """Ask for a password, twice and unseen; where nobody types, read it as a line of the standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked = f"Password (at least {PASSWORD_MIN} characters)"
    return str(typer.prompt(asked, hide_input=True, confirmation_prompt=True))
