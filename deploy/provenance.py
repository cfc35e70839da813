"""The command `challenge provenance check`: whether each public reform can be followed back to its submission."""

import asyncio
from typing import Annotated

import typer

from deploy.database import service_url
from deploy.doors import AsJson, print_json
from deploy.rebuild import DatabaseUrl
from services.chassis.database import Database
from services.publish.auditing import audit
from services.publish.settings import Settings
from services.publish.store.gaps import Gap

app = typer.Typer(help="The chain from public reforms back to their submissions.", no_args_is_help=True)

Grace = Annotated[
    int, typer.Option(envvar="PROVENANCE_GRACE_DAYS", min=0, help="How many days letters and reports may take.")
]


@app.callback()
def provenance() -> None:
    """The chain from public reforms back to their submissions."""


@app.command()
def check(database_url: DatabaseUrl, grace_days: Grace = 7, *, as_json: AsJson = False) -> None:
    """Follow every public reform back: versions, verdicts, decisions, letters, months. Exits with 1 at any gap."""
    gaps = asyncio.run(find(database_url, grace_days))
    if as_json:
        print_json([gap._asdict() for gap in gaps])
    for gap in [] if as_json else gaps:
        more = "" if gap.total == len(gap.first) else " and more"
        typer.echo(f"✗ {gap.kind}: {gap.total}, in {', '.join(gap.first)}{more}")
    if not (gaps or as_json):
        typer.echo("✓ Every public reform can be followed back to its submission.")
    raise typer.Exit(1 if gaps else 0)


async def find(admin_url: str, grace_days: int) -> list[Gap]:
    """Find what is missing, as publish's own role."""
    told = {"database_url": service_url(admin_url, "publish"), "kafka_bootstrap_servers": "unused"}
    database = Database(Settings.model_validate(told), "publish")
    await database.open()
    try:
        return await audit(database, grace_days)
    finally:
        await database.close()
