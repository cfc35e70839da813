"""The command `challenge doctor`: looks at a running system from outside and says what is not as it should be."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape

from deploy.display import console
from deploy.doors import TOKEN, AsJson, Doors, Urls, find_urls
from deploy.examination.database import examine_database
from deploy.examination.finding import Finding
from deploy.examination.progress import examine_positions
from deploy.examination.services import examine_services
from deploy.examination.told import examine_settings
from deploy.examination.topics import examine_topics
from services.chassis.settings import ServiceSettings

Token = Annotated[str | None, typer.Option("--token", envvar=TOKEN, help="A token with the scope operate.")]
DatabaseUrl = Annotated[
    str | None, typer.Option("--database-url", envvar="DATABASE_URL", help="The database, as its administrator.")
]
Bootstrap = Annotated[
    str | None, typer.Option("--bootstrap-servers", envvar="KAFKA_BOOTSTRAP_SERVERS", help="The broker.")
]
Prefix = Annotated[str, typer.Option(envvar="TOPIC_PREFIX", help="What stands before the topics' names.")]
Directory = Annotated[
    Path | None,
    typer.Option(
        envvar="CHALLENGE_DIRECTORY",
        help="Where what each service is told is kept, as <service>.environment.json.",
    ),
]
_NOTHING_SEEN = 2


@dataclass(frozen=True)
class Patient:
    """What is known of the system that is looked at; what is not known is not looked at, and that is said."""

    urls: Mapping[str, str]
    token: str | None
    database_url: str | None
    bootstrap_servers: str | None
    topic_prefix: str
    directory: Path | None


def examine(
    urls: Urls = None,
    token: Token = None,
    database_url: DatabaseUrl = None,
    bootstrap_servers: Bootstrap = None,
    topic_prefix: Prefix = "challenge.",
    directory: Directory = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check settings, services, topics, grants, positions, and what waits.

    Exits with 1 when something is wrong, and with 2 when nothing could be seen.
    """
    patient = Patient(find_urls(urls), token, database_url, bootstrap_servers, topic_prefix, directory)
    findings = asyncio.run(examine_system(patient))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    for finding in [] if as_json else findings:
        console.print(_tell(finding), soft_wrap=True)
    if all(finding.passed_over for finding in findings):
        typer.echo("Nothing was looked at. `make up` starts a system here.", err=True)
        raise typer.Exit(_NOTHING_SEEN)
    raise typer.Exit(any(finding.trouble for finding in findings))


async def examine_system(patient: Patient) -> list[Finding]:
    """Look at everything that can be looked at."""
    doors = Doors(patient.urls, patient.token) if patient.token else None
    return [
        *examine_settings(patient.directory),
        *[finding async for finding in _examine_servers(patient)],
        *examine_services(patient.urls, doors),
        *(await examine_positions(doors) if doors else _not_looked_at("readers and relays go on", "a token is wanted")),
    ]


async def _examine_servers(patient: Patient) -> AsyncIterator[Finding]:
    url, servers = patient.database_url, patient.bootstrap_servers
    try:
        settings = ServiceSettings(
            database_url=url or "", kafka_bootstrap_servers=servers or "", topic_prefix=patient.topic_prefix
        )
    except ValidationError as error:
        yield Finding("the doctor's own settings are valid", "; ".join(each["msg"] for each in error.errors()))
        return
    for finding in (
        await examine_database(url, settings.profile)
        if url
        else _not_looked_at("database", "DATABASE_URL, its administrator's, is wanted")
    ):
        yield finding
    for finding in (
        await examine_topics(settings) if servers else _not_looked_at("topics", "KAFKA_BOOTSTRAP_SERVERS is wanted")
    ):
        yield finding


def _not_looked_at(what: str, why: str) -> Iterator[Finding]:
    yield Finding(what, passed_over=why)


def _tell(finding: Finding) -> str:
    if finding.passed_over:
        return f"[dim]·[/] {finding.what}: not looked at; {escape(finding.passed_over)}"
    if not finding.trouble:
        return f"[green]✓[/] {escape(finding.what)}"
    remedy = f"\n  What to do: {escape(finding.remedy)}" if finding.remedy else ""
    return f"[red]✗[/] {escape(finding.what)}: {escape(finding.trouble)}{remedy}"
