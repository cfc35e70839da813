"""The commands `challenge submit` and `challenge forms …`, asked of intake's doors."""

from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from services.intake.cli import registry
from services.intake.cli.asking import JsonOption, UrlOption, ask, send, show_problem
from services.intake.cli.erasing import erase, list_erasures, vault
from services.intake.cli.importing import import_file

app = typer.Typer()
forms = typer.Typer(help="What came over the topic of the forms.", no_args_is_help=True)
quarantine = typer.Typer(help="Forms that could not be taken in, kept for thirty days.", no_args_is_help=True)
app.add_typer(forms, name="forms")
app.add_typer(registry.app, name="registry")
forms.add_typer(quarantine, name="quarantine")
app.command("import")(import_file)
app.command("erase")(erase)
app.command("erasures")(list_erasures)
app.add_typer(vault, name="vault")

FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The form, as JSON.")]
TokenOption = Annotated[str, typer.Option(envvar="SUBMIT_TOKEN", help="A token bound to the member, for a plan.")]
IdOption = Annotated[str, typer.Option("--id", help="Your own id of it; default: the external_id in the form.")]
OperatorOption = Annotated[str, typer.Option("--token", envvar="CHALLENGE_TOKEN", help="An operator's token.")]
PartitionArgument = Annotated[int, typer.Argument(min=0, help="The partition of the topic.")]
OffsetArgument = Annotated[int, typer.Argument(min=0, help="The place in the partition.")]


@app.command()
def submit(
    file: FileArgument,
    url: UrlOption = "http://127.0.0.1:8000",
    token: TokenOption = "",
    own_id: IdOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Send in a submission, and print its receipt. Sent again, it gets the same receipt."""
    headers = {"Content-Type": "application/json"}
    headers |= {"Idempotency-Key": own_id} if own_id else {}
    answer = send("POST", f"{url}/submissions", token, content=file.read_bytes(), headers=headers)
    _show(answer, as_json=as_json)
    raise typer.Exit(0 if answer.is_success else 1)


@quarantine.command("list")
def list_quarantined(
    url: UrlOption = "http://127.0.0.1:8000", token: OperatorOption = "", *, as_json: JsonOption = False
) -> None:
    """List where they stood and why they were refused, without their content."""
    answer = ask("GET", f"{url}/quarantine", token)
    if as_json:
        typer.echo(answer.text)
        return
    found = answer.json()
    for record in found["records"]:
        typer.echo(f"{_words(record)}  {', '.join(record['codes'])}")
    typer.echo(f"{len(found['records'])} of {found['total']}")


@quarantine.command("show")
def show_quarantined(
    partition: PartitionArgument,
    offset: OffsetArgument,
    url: UrlOption = "http://127.0.0.1:8000",
    token: OperatorOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Show one whole, as it came. It may hold names and addresses."""
    answer = ask("GET", f"{url}/quarantine/{partition}/{offset}", token)
    if as_json:
        typer.echo(answer.text)
        return
    for record in answer.json()["records"]:
        typer.echo(f"{_words(record)}  {', '.join(record['codes'])}\n{record['text'] or ''}")


@quarantine.command("erase")
def erase_quarantined(
    partition: PartitionArgument,
    offset: OffsetArgument,
    url: UrlOption = "http://127.0.0.1:8000",
    token: OperatorOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Erase the content of one, for good; that it was refused, and why, is kept."""
    answer = ask("DELETE", f"{url}/quarantine/{partition}/{offset}", token)
    typer.echo(answer.text if as_json else f"{answer.json()['erased']} erased")


def _words(record: dict[str, object]) -> str:
    erased = " (erased)" if record["erased_at"] else ""
    return f"{record['partition']}/{record['offset']}  {record['refused_at']}{erased}"


def _show(answer: httpx.Response, *, as_json: bool) -> None:
    if as_json:
        typer.echo(answer.text)
    elif answer.is_success:
        _show_receipt(answer.json())
    else:
        show_problem(answer.json())


def _show_receipt(receipt: dict[str, str]) -> None:
    console = Console()
    month = f"{receipt['month']} ({receipt['zone']})"
    console.print(f"[green]✓[/] {receipt['reference']}, to be reviewed in the batch of {month}")
    console.print(f"  {receipt['status_url']}", soft_wrap=True)
    console.print(f"  secret: {receipt['secret']}", soft_wrap=True)
