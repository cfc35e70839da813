"""The command `challenge review rebuild`: makes review again from its topics, and holds it against the living state."""

import asyncio
from functools import partial
from typing import Annotated, Any

import typer
from rich.table import Table

from deploy.database import drop_beside, make_beside, service_url
from deploy.display import console
from deploy.doors import AsJson, print_json
from services.chassis.database import Database
from services.chassis.errors import Refusal, is_passing
from services.chassis.reading.whole import Incomplete, read_whole
from services.review.rebuilding import BESIDE, Difference, Verdict, rebuild
from services.review.settings import Settings

app = typer.Typer(help="Review's own state: made again from its topics.", no_args_is_help=True)

DatabaseUrl = Annotated[
    str, typer.Option("--database-url", envvar="DATABASE_URL", help="The database, as its administrator.")
]
Bootstrap = Annotated[str, typer.Option("--bootstrap-servers", envvar="KAFKA_BOOTSTRAP_SERVERS", help="The broker.")]
Prefix = Annotated[str, typer.Option(envvar="TOPIC_PREFIX", help="What stands before the topics' names.")]
Swap = Annotated[bool, typer.Option("--swap", help="Where rows differ, put those made again in their place.")]

PATIENCE_SECONDS = 6 * 60 * 60.0
HASH_SHOWN = 12


@app.callback()
def review() -> None:
    """Review's own state: made again from its topics."""


@app.command("rebuild")
def rebuild_review(
    database_url: DatabaseUrl,
    bootstrap_servers: Bootstrap,
    topic_prefix: Prefix = "challenge.",
    *,
    swap: Swap = False,
    as_json: AsJson = False,
) -> None:
    """Make review's tables again beside the living ones, and say what differs. Nothing is told to anyone.

    Review may run meanwhile; only --swap wants that it does not. Exits with 1 when anything differs and stays so.
    """
    settings = Settings.model_validate(
        {
            "database_url": service_url(database_url, "review"),
            "kafka_bootstrap_servers": bootstrap_servers,
            "topic_prefix": topic_prefix,
            "statement_timeout_seconds": PATIENCE_SECONDS,
        }
    )
    try:
        verdict = asyncio.run(_rebuild(database_url, settings, swap=swap))
    except (Incomplete, Refusal) as error:
        console.print(f"[red]✗[/] It cannot be made again: {error}", soft_wrap=True, markup=True)
        raise typer.Exit(1) from error
    _tell(verdict, as_json=as_json)
    raise typer.Exit(verdict.differs and not verdict.taken_over)


async def _rebuild(admin_url: str, settings: Settings, *, swap: bool) -> Verdict:
    await make_beside(admin_url, "review", BESIDE)
    database = Database(settings, "review")
    await database.open()
    try:
        verdict = await rebuild(database, partial(read_whole, settings), swap=swap)
    except Exception as error:
        if swap and is_passing(error):
            raise Refusal("moved-on", "review went on meanwhile: stop it first, then nothing moves") from error
        raise
    finally:
        await database.close()
    if verdict.taken_over or not verdict.differs:
        await drop_beside(admin_url, BESIDE)
    return verdict


def _tell(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print_json({"taken_over": verdict.taken_over, "tables": [one._asdict() for one in verdict.tables]})
        return
    console.print(_tabulate(verdict))
    for one in verdict.tables:
        for row in one.shown:
            console.print(f"  {one.table} {_tell_row(row)}", soft_wrap=True, markup=False)
    console.print(_sum_up(verdict))


def _tabulate(verdict: Verdict) -> Table:
    table = Table("table", "rows", "made again", "hash of all rows", "differ")
    for one in verdict.tables:
        table.add_row(one.table, str(one.living), str(one.rebuilt), _hashes(one), str(one.differing or ""))
    return table


def _hashes(one: Difference) -> str:
    living, rebuilt = one.living_hash[:HASH_SHOWN], one.rebuilt_hash[:HASH_SHOWN]
    return living if living == rebuilt else f"{living} / {rebuilt}"


def _tell_row(row: dict[str, Any]) -> str:
    key = " ".join(str(value) for value in row["key"].values())
    if not row["living"]:
        return f"{key}: is missing"
    if not row["rebuilt"]:
        return f"{key}: nothing told of it"
    return f"{key}: {', '.join(row['fields'])}"


def _sum_up(verdict: Verdict) -> str:
    if not verdict.differs:
        return "What is made again equals the living, row by row."
    if verdict.taken_over:
        return "Rows that differed have given way to those made again."
    return f"Nothing was changed. The rows made again lie in the schema {BESIDE}; --swap lets them take over."
