"""The commands `challenge erase`, `challenge erasures` and `challenge vault rewrap`, asked of intake's doors."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from services.intake.cli.asking import JsonOption, UrlOption, ask

vault = typer.Typer(help="The vault in which contacts lie.", no_args_is_help=True)

_PATIENCE_SECONDS = 900
"""To find an address everything is opened: some ten seconds for a million contacts, more on a busy machine."""

ContactArgument = Annotated[
    str, typer.Argument(help="An e-mail address; or a submission's reference; or the reference of one contact.")
]
TokenOption = Annotated[str, typer.Option(envvar="CHALLENGE_TOKEN", help="A token with the scope that is needed.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask back.")]


def erase(
    contact: ContactArgument,
    url: UrlOption = "http://127.0.0.1:8000",
    token: TokenOption = "",
    *,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Erase what is kept of a person, for good: contacts, drafts, quarantine. Prints the signed record."""
    if not yes:
        typer.confirm("Erase for good? Nobody will be written to under these contacts any more", abort=True, err=True)
    answer = _ask("POST", f"{url}/erasures", token, json={"contact": contact})
    typer.echo(json.dumps(answer) if as_json else answer["record"])
    if not as_json:
        typer.echo(f"signature: {answer['signature']}")


def list_erasures(
    url: UrlOption = "http://127.0.0.1:8000", token: TokenOption = "", *, as_json: JsonOption = False
) -> None:
    """List what was erased, when and by whom, and check every signature; ends with 1 where one does not hold."""
    answer = _ask("GET", f"{url}/erasures", token)
    if as_json:
        typer.echo(json.dumps(answer))
    else:
        _show(answer)
    raise typer.Exit(1 if answer["broken"] else 0)


@vault.command("rewrap")
def rewrap(url: UrlOption = "http://127.0.0.1:8000", token: TokenOption = "", *, as_json: JsonOption = False) -> None:
    """Wrap every key in the vault with the first of VAULT_SECRETS; safe to repeat, and to interrupt."""
    answer = _ask("POST", f"{url}/vault/rewrap", token)
    typer.echo(json.dumps(answer) if as_json else ", ".join(f"{count} {name}" for name, count in answer.items()))


def _ask(method: str, url: str, token: str, **content: Any) -> Any:
    return ask(method, url, token, patience_seconds=_PATIENCE_SECONDS, trust_env=False, **content).json()


def _show(answer: dict[str, Any]) -> None:
    table = Table("number", "when", "by", "asked by", "contacts", "drafts", "quarantined", "holds")
    for one in answer["records"]:
        told = json.loads(one["record"])
        counts = (len(told["contacts"]), told["drafts"], told["quarantined"])
        holds = "no" if one["number"] in answer["broken"] else "yes"
        words = (told["number"], told["erased_at"], told["erased_by"], told["asked_by"], *counts, holds)
        table.add_row(*map(str, words))
    Console().print(table)
    typer.echo(f"public key: {answer['public_key']}")
