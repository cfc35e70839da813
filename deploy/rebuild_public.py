"""The command `challenge rebuild --public`: makes the public record again from its topics, compares, exchanges."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import typer
from rich.table import Table

from deploy.database import drop_beside, make_beside, make_empty_beside, rename_beside, service_url, tidy_beside
from deploy.display import console
from deploy.doors import AsJson, print_json
from deploy.rebuild import HASH_SHOWN, PATIENCE_SECONDS, Bootstrap, DatabaseUrl, Prefix
from services.chassis.database import Database
from services.chassis.errors import Refusal
from services.chassis.reading.whole import Incomplete, read_whole
from services.publish.domain.differences import Field, read_explanation
from services.publish.rebuilding import BEFORE, BESIDE, ReadWhole, Verdict, exchange, paced, rebuild
from services.publish.rebuilding.exchanging import Exchanged, Why
from services.publish.settings import Settings

Public = Annotated[bool, typer.Option("--public", help="The public record: the one that is made again so.")]
Swap = Annotated[bool, typer.Option("--swap/--dry-run", help="Put what was made again in its place, or only compare.")]
Back = Annotated[bool, typer.Option("--rollback", help="Put back what the last exchange replaced, with all since.")]
Explain = Annotated[
    list[str], typer.Option(help="Why a field may differ, as field=reason; as often as needed. It is kept.")
]
Share = Annotated[
    float, typer.Option(min=0.05, max=1, help="For how much of the time it works; the rest is left to readers.")
]
SHOWN = 100
UNHURRIED = 0.5


class Unexplained(Exception):
    """Fields differ for which nobody gave a reason."""


def rebuild_public(  # noqa: PLR0913 - each is an option
    database_url: DatabaseUrl,
    bootstrap_servers: Bootstrap,
    topic_prefix: Prefix = "challenge.",
    explain: Explain = [],  # noqa: B006 - typer reads it, nobody writes it
    share: Share = UNHURRIED,
    *,
    public: Public = False,
    swap: Swap = False,
    rollback: Back = False,
    as_json: AsJson = False,
) -> None:
    """Make the public record again beside the living one, and say which public fields of which reforms differ.

    It is heard and read on meanwhile, and nothing is told. Exits with 1 where something differs that nobody explained;
    with 2 where it is asked wrongly.
    """
    if not public or (swap and rollback):
        raise typer.BadParameter("say --public, and --swap or --rollback but not both")
    try:
        explained = dict(map(read_explanation, explain))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    settings = _settings(database_url, bootstrap_servers, topic_prefix)
    work = (
        _roll_back(database_url, settings)
        if rollback
        else _rebuild(database_url, settings, explained, share, swap=swap, as_json=as_json)
    )
    try:
        done = asyncio.run(work)
    except (Incomplete, Refusal, Unexplained) as error:
        typer.echo(f"✗ Nothing was exchanged: {error}", err=as_json)
        raise typer.Exit(1) from error
    if done:
        typer.echo(f"It took the place of the living one; readers waited {done.locked_ms:.0f} ms at most.", err=as_json)
        typer.echo(f"What it replaced lies in the schema {BEFORE}; --rollback brings it back.", err=as_json)


def _settings(database_url: str, bootstrap_servers: str, topic_prefix: str) -> Settings:
    return Settings.model_validate(
        {
            "database_url": service_url(database_url, "publish"),
            "kafka_bootstrap_servers": bootstrap_servers,
            "topic_prefix": topic_prefix,
            "statement_timeout_seconds": PATIENCE_SECONDS,
        }
    )


async def _rebuild(
    admin_url: str, settings: Settings, explained: dict[str, str], share: float, *, swap: bool, as_json: bool
) -> Exchanged | None:
    read, database = partial(read_whole, settings), Database(settings, "publish")
    await make_beside(admin_url, "publish", BESIDE)
    await database.open()
    try:
        verdict = await rebuild(database, paced(read, share))
        _tell(verdict, as_json=as_json)
        if unexplained := verdict.find_unexplained(explained):
            raise Unexplained(f"no reason is given for {', '.join(unexplained)}; see them in {BESIDE}.differing")
        if not swap:
            await drop_beside(admin_url, BESIDE)
            return None
        differing = {name: told.rows for name, told in verdict.fields.items()}
        return await _exchange(admin_url, database, read, Why("rebuilt", differing, explained))
    finally:
        await database.close()


async def _roll_back(admin_url: str, settings: Settings) -> Exchanged:
    if not await rename_beside(admin_url, BEFORE, BESIDE):
        raise Refusal("nothing-before", "there is nothing that an exchange replaced")
    database = Database(settings, "publish")
    await database.open()
    try:
        return await _exchange(admin_url, database, partial(read_whole, settings), Why("rolled-back", {}, {}))
    except BaseException:
        await rename_beside(admin_url, BESIDE, BEFORE)
        raise
    finally:
        await database.close()


async def _exchange(admin_url: str, database: Database, read: ReadWhole, why: Why) -> Exchanged:
    await tidy_beside(admin_url, BESIDE)
    await make_empty_beside(admin_url, "publish", BEFORE)
    done = await exchange(database, read, why)
    await drop_beside(admin_url, BESIDE)
    return done


def _tell(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        tables = [one._asdict() for one in verdict.tables]
        print_json({"tables": tables, "fields": {name: _plain(told) for name, told in verdict.fields.items()}})
        return
    table = Table("table", "rows", "made again", "hash of all rows")
    for one in verdict.tables:
        living, rebuilt = one.living_hash[:HASH_SHOWN], one.rebuilt_hash[:HASH_SHOWN]
        hashes = living if living == rebuilt else f"{living} / {rebuilt}"
        table.add_row(one.table, str(one.living), str(one.rebuilt), hashes)
    console.print(table)
    for line in _differences(verdict.fields.items()):
        console.print(line, soft_wrap=True, markup=False)
    if not verdict.fields:
        console.print("What is made again equals the living, row by row.")


def _differences(fields: Any) -> Sequence[str]:
    lines = []
    for name, told in fields:
        lines.append(f"{name} differs in {told.rows} rows:")
        lines += [f"  {one.key}: {one.before[:SHOWN]} → {one.after[:SHOWN]}" for one in told.examples]
    return lines


def _plain(told: Field) -> dict[str, Any]:
    return {"rows": told.rows, "examples": [one._asdict() for one in told.examples]}
