"""The command line's `submit`: sends a form in through intake's door."""

import json
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

app = typer.Typer()

FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The form, as JSON.")]
UrlOption = Annotated[str, typer.Option(envvar="INTAKE_URL", help="Where intake's doors are.")]
TokenOption = Annotated[str, typer.Option(envvar="SUBMIT_TOKEN", help="A token bound to the member, for a plan.")]
IdOption = Annotated[str, typer.Option("--id", help="Your own id of it; default: the external_id in the form.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


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
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Idempotency-Key": own_id} if own_id else {}
    answer = httpx.post(f"{url}/submissions", content=file.read_bytes(), headers=headers, timeout=30)
    _show(answer, as_json=as_json)
    raise typer.Exit(0 if answer.is_success else 1)


def _show(answer: httpx.Response, *, as_json: bool) -> None:
    if as_json:
        typer.echo(answer.text)
    elif answer.is_success:
        _show_receipt(answer.json())
    else:
        _show_problem(answer.json())


def _show_receipt(receipt: dict[str, str]) -> None:
    console = Console()
    month = f"{receipt['month']} ({receipt['zone']})"
    console.print(f"[green]✓[/] {receipt['reference']}, to be reviewed in the batch of {month}")
    console.print(f"  {receipt['status_url']}", soft_wrap=True)
    console.print(f"  secret: {receipt['secret']}", soft_wrap=True)


def _show_problem(problem: dict[str, object]) -> None:
    console = Console(stderr=True)
    console.print(f"[red]✗[/] {problem['code']}: {problem['detail']}")
    for error in json.loads(json.dumps(problem.get("errors", []))):
        console.print(f"  {error['field'] or '/'}  {error['code']}: {error['detail']}")
