"""The commands `challenge clock …`: the system's time, which goes forward only."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from deploy.database import connected

app = typer.Typer(help="The system's time.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Url = Annotated[
    str, typer.Option("--database-url", envvar="OPERATOR_DATABASE_URL", help="The database, as its role operator.")
]

_READ = 'SELECT platform.now() AS now, "offset" FROM platform.clock'
_ADVANCE = 'UPDATE platform.clock SET "offset" = "offset" + $1'
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@app.command("show")
def show_clock(url: Url, *, as_json: AsJson = False) -> None:
    """Show what time it is in the system, and how far that is ahead."""
    _print(asyncio.run(read_clock(url)), as_json=as_json)


@app.command("advance")
def advance_clock(
    by: Annotated[str, typer.Argument(help="How far: 31d, 12h, 30m, 5s; or the moment itself: 2026-12-01T00:10:00Z.")],
    url: Url,
    *,
    as_json: AsJson = False,
) -> None:
    """Let the system's time go ahead; it never goes back, and production refuses to run on moved time."""
    _print(asyncio.run(move_clock(url, by)), as_json=as_json)


async def read_clock(operator_url: str) -> tuple[datetime, timedelta]:
    """Return the system's time and its offset."""
    async with connected(operator_url) as operator:
        row = await operator.fetchrow(_READ)
    if row is None:
        raise RuntimeError("this database has no clock")
    return row["now"], row["offset"]


async def move_clock(operator_url: str, by: str) -> tuple[datetime, timedelta]:
    """Move the system's time by a length of time, or to a moment; return its new time and offset."""
    now, _ = await read_clock(operator_url)
    async with connected(operator_url) as operator:
        await operator.execute(_ADVANCE, read_step(by, now))
    return await read_clock(operator_url)


def read_step(by: str, now: datetime) -> timedelta:
    """Read `31d` or a moment in ISO 8601 as a step ahead of `now`.

    Raises:
        typer.BadParameter: it is neither, or it leads back.
    """
    length = re.fullmatch(r"(\d+)([dhms])", by)
    if length:
        return timedelta(**{_UNITS[length[2]]: int(length[1])})
    try:
        moment = datetime.fromisoformat(by)
    except ValueError as error:
        raise typer.BadParameter(f"{by!r} is neither a length of time nor a moment") from error
    step = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    if step < timedelta(0):
        raise typer.BadParameter(f"the system's time is already {now:%Y-%m-%d %H:%M}")
    return step


def _print(time: tuple[datetime, timedelta], *, as_json: bool) -> None:
    now, offset = time
    if as_json:
        typer.echo(json.dumps({"now": now.isoformat(), "offset_seconds": offset.total_seconds()}))
    else:
        typer.echo(f"{now:%Y-%m-%d %H:%M:%S} UTC, {offset} ahead")
