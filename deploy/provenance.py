"""The command `challenge provenance check`: whether each public reform can be followed back to its submission."""

import asyncio
from hashlib import sha256
from typing import Annotated

import typer

from deploy.database import service_url
from deploy.doors import AsJson, print_json
from deploy.rebuild import DatabaseUrl
from services.chassis.database import Database
from services.chassis.settings import ServiceSettings
from services.publish.auditing import audit
from services.publish.domain.provenance import missing_in
from services.publish.settings import Settings
from services.publish.store.gaps import SHOWN, Gap, list_months, list_placed
from services.review.store.batches import find_manifest, list_batches

app = typer.Typer(help="The chain from public reforms back to their submissions.", no_args_is_help=True)

Grace = Annotated[
    int, typer.Option(envvar="PROVENANCE_GRACE_DAYS", min=0, help="How many days letters and reports may take.")
]


@app.callback()
def provenance() -> None:
    """The chain from public reforms back to their submissions."""


@app.command()
def check(database_url: DatabaseUrl, grace_days: Grace = 7, *, as_json: AsJson = False) -> None:
    """Follow every public reform back: versions, verdicts, decisions, letters, months, batches; 1 at any gap."""
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
    """Find what is missing, as publish's own role; and, as review's, what its batches' manifests do not hold."""
    public = Database(Settings.model_validate(_told(admin_url, "publish")), "publish")
    review = Database(ServiceSettings.model_validate(_told(admin_url, "review")), "review")
    await public.open()
    await review.open()
    try:
        return [*await audit(public, grace_days), *await _hold_against_manifests(public, review)]
    finally:
        await public.close()
        await review.close()


def _told(admin_url: str, service: str) -> dict[str, str]:
    return {"database_url": service_url(admin_url, service), "kafka_bootstrap_servers": "unused"}


async def _hold_against_manifests(public: Database, review: Database) -> list[Gap]:
    async with review.transaction() as tx:
        hashes = {line.month: line.manifest_hash for line in await list_batches(tx)}
    async with public.transaction() as tx:
        months = await list_months(tx)
    broken, missing = list[str](), list[str]()
    for month in months:
        async with review.transaction() as tx:
            manifest = await find_manifest(tx, month)
        if manifest is None or sha256(manifest).hexdigest() != hashes.get(month):
            broken.append(month)
            continue
        async with public.transaction() as tx:
            missing += missing_in(manifest, await list_placed(tx, month))
    found = {"manifest": broken, "not-in-manifest": sorted(missing)}
    return [Gap(kind, len(places), tuple(places[:SHOWN])) for kind, places in found.items() if places]
