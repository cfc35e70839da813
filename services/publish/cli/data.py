"""The commands ``challenge data …``: takes the record away as it stood at a month's end, and checks what was taken."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from zipfile import BadZipFile

import httpx
import typer

from services.publish.downloads.checking import find_broken, sum_of

data = typer.Typer(help="The public record as files.", no_args_is_help=True)

_PATIENCE_SECONDS = 600

Month = Annotated[str, typer.Argument(help="The month, such as 2026-11; it must be over.")]
Url = Annotated[str, typer.Option(envvar="PUBLISH_URL", help="Where publish answers.")]
Out = Annotated[Path, typer.Option(help="Where to write it: a file, or a folder that is there.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Packed = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The archive of a release.")]


@data.callback()
def about() -> None:
    """The public record as files."""


@data.command()
def release(month: Month, url: Url, out: Out = Path(), *, as_json: AsJson = False) -> None:
    """Make the release of a month from a running system, check it, and print its SHA-256: the same each time."""
    target = out / f"open-gov-challenge-{month}.zip" if out.is_dir() else out
    try:
        with httpx.Client(base_url=url.rstrip("/"), timeout=_PATIENCE_SECONDS, trust_env=False) as client:
            fetch(client, month, target)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        typer.echo(f"the release cannot be had from {url}: {type(error).__name__}", err=True)
        raise typer.Exit(2) from error
    check(target, as_json=as_json)


@data.command()
def check(packed: Packed, *, as_json: AsJson = False) -> None:
    """Hold an archive against the sums in it, and print its own."""
    try:
        broken = find_broken(packed)
    except (BadZipFile, KeyError) as error:
        typer.echo(f"{packed} is no release", err=True)
        raise typer.Exit(1) from error
    _tell(packed, broken, as_json=as_json)
    raise typer.Exit(1 if broken else 0)


def _tell(packed: Path, broken: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"file": str(packed), "sha256": sum_of(packed), "broken": list(broken)}))
        return
    for name in broken:
        typer.echo(f"{name} is not as its sum says", err=True)
    typer.echo(f"{sum_of(packed)}  {packed}")


def fetch(client: httpx.Client, month: str, target: Path) -> None:
    """Take a release from publish into a file. Ends the command with 1 where there is none, and says why.

    Raises:
        httpx.HTTPError: publish does not answer.
    """
    with client.stream("GET", f"/releases/{month}.zip", headers={"Accept": "application/zip"}) as answer:
        if answer.is_error:
            answer.read()
            typer.echo(f"{answer.json()['code']}: {answer.json()['detail']}", err=True)
            raise typer.Exit(1)
        with target.open("wb") as written:
            written.writelines(answer.iter_bytes())
