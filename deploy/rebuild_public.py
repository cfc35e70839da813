"""The command `challenge rebuild --public`: makes the public record again from its topics, compares, exchanges."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, Any

import typer
from rich.table import Table

from deploy.database import (
    connected,
    drop_beside,
    make_beside,
    make_empty_beside,
    rename_beside,
    service_url,
    tidy_beside,
)
from deploy.display import console
from deploy.doors import AsJson, print_json
from deploy.rebuild import HASH_SHOWN, PATIENCE_SECONDS, Bootstrap, DatabaseUrl, Prefix
from services.chassis.database import Database
from services.chassis.errors import Refusal
from services.chassis.failpoint import reach
from services.chassis.reading.whole import Incomplete, read_whole
from services.publish.domain.differences import Field, read_explanation
from services.publish.rebuilding import BEFORE, BESIDE, MOVED, ROOM, ReadWhole, Verdict, exchange, paced, rebuild
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
_ALONE = "SELECT pg_try_advisory_lock(hashtextextended('challenge rebuild of the public record', 0))"
_WAIT_FOR_EXCHANGE = "BEGIN; LOCK TABLE publish.made_again IN SHARE ROW EXCLUSIVE MODE; COMMIT"
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
        partial(_roll_back, database_url, settings)
        if rollback
        else partial(_rebuild, database_url, settings, explained, share, swap=swap, as_json=as_json)
    )
    try:
        asyncio.run(_alone(database_url, work, as_json=as_json))
    except (Incomplete, Refusal, Unexplained) as error:
        typer.echo(f"✗ Nothing was exchanged: {error}", err=as_json)
        raise typer.Exit(1) from error


async def _alone(admin_url: str, work: Callable[[], Awaitable[Exchanged | None]], *, as_json: bool) -> None:
    """Do it where nobody else does, and finish what was ended between an exchange and the end of its command."""
    async with connected(admin_url) as admin:
        if not await admin.fetchval(_ALONE):
            raise Refusal("under-way", "somebody else makes the public record again")
        await settle(admin_url)
        if done := await work():
            _tell_exchanged(done, as_json=as_json)
            await settle(admin_url)


async def settle(admin_url: str) -> None:
    """Let what the last exchange replaced be what --rollback brings back. Nothing else takes that away."""
    async with connected(admin_url) as admin:
        await admin.execute(_WAIT_FOR_EXCHANGE)  # of one who was killed, and whose server does not know that yet
        given_way = await admin.fetchval("SELECT to_regclass($1)", f"{ROOM}.{MOVED.relations[0]}")
    if given_way is None:
        await drop_beside(admin_url, ROOM)
        return
    await rename_beside(admin_url, ROOM, BEFORE)
    reach("exchange_settled")
    await drop_beside(admin_url, BESIDE)


def _tell_exchanged(done: Exchanged, *, as_json: bool) -> None:
    tries = "" if done.attempts == 1 else f", at each of {done.attempts} tries"
    typer.echo(
        f"It took the place of the living one; readers waited {done.locked_ms:.0f} ms at most{tries}.", err=as_json
    )
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
        return await put_in_place(admin_url, database, read, Why("rebuilt", differing, explained))
    finally:
        await database.close()


async def _roll_back(admin_url: str, settings: Settings) -> Exchanged:
    database = Database(settings, "publish")
    await database.open()
    try:
        return await put_in_place(
            admin_url, database, partial(read_whole, settings), Why("rolled-back", {}, {}), BEFORE
        )
    finally:
        await database.close()


async def put_in_place(
    admin_url: str, database: Database, read: ReadWhole, why: Why, beside: str = BESIDE
) -> Exchanged:
    """Exchange the record in the schema beside with the living one, which goes through ROOM: `settle` ends it.

    What the exchange before replaced stays whole until this one is on the disk, and so does what is put in place.
    """
    await tidy_beside(admin_url, beside)
    await make_empty_beside(admin_url, "publish", ROOM)
    reach("exchange_has_room")
    done = await exchange(database, read, why, beside)
    reach("exchange_done")
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
