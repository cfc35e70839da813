"""The command `challenge doctor`: looks at a running system from outside and says what is not as it should be."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import httpx
import typer

from contracts.topics import CATALOGUE
from deploy.database import OPERATOR, PUBLIC_READER, connected
from deploy.display import console
from deploy.operating import Doors
from deploy.system import System
from services.chassis.settings import ServiceSettings
from services.chassis.topics import BrokerTrouble, TopicKeeper

_FOREIGN_RIGHTS = """
SELECT format('%I may %s %I.%I', role.name, lower(kind.name), t.schemaname, t.tablename)
FROM pg_tables AS t
CROSS JOIN unnest($1::text[]) AS role (name)
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS kind (name)
WHERE t.schemaname NOT IN ('pg_catalog', 'information_schema') AND t.schemaname <> role.name
  AND NOT (t.schemaname = 'platform' AND t.tablename = 'clock' AND kind.name = 'SELECT' AND role.name <> $2)
  AND has_schema_privilege(role.name, t.schemaname, 'USAGE')
  AND has_table_privilege(role.name, format('%I.%I', t.schemaname, t.tablename), kind.name)
ORDER BY 1
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `trouble` is empty when it is as it should be."""

    what: str
    trouble: str


def examine(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check services, topics, grants and positions; exit with 1 when something is wrong."""
    findings = asyncio.run(examine_system(System.current()))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    for finding in [] if as_json else findings:
        console.print(
            f"[red]✗[/] {finding.what}: {finding.trouble}" if finding.trouble else f"[green]✓[/] {finding.what}"
        )
    raise typer.Exit(any(finding.trouble for finding in findings))


async def examine_system(system: System) -> list[Finding]:
    """Look at everything."""
    services = list(_examine_services(system))
    topics = [finding async for finding in _examine_topics(system)]
    return [*services, *topics, await _examine_grants(system), *_examine_positions(system)]


def _examine_services(system: System) -> Iterator[Finding]:
    for name, url in system.urls.items():
        try:
            answer = httpx.get(f"{url}/readyz", timeout=10, trust_env=False)
        except httpx.TransportError as error:
            yield Finding(f"{name} is ready", f"no answer: {type(error).__name__}")
        else:
            yield Finding(f"{name} is ready", "" if answer.is_success else answer.text)


async def _examine_topics(system: System) -> AsyncIterator[Finding]:
    settings = ServiceSettings(
        database_url=system.database_url,
        kafka_bootstrap_servers=system.bootstrap_servers,
        topic_prefix=system.topic_prefix,
    )
    keeper = TopicKeeper(settings)
    try:
        await keeper.open()
    except BrokerTrouble as error:
        yield Finding("the broker answers", str(error))
        return
    for topic in CATALOGUE.values():
        try:
            await keeper.verify(topic)
        except (BrokerTrouble, RuntimeError) as error:
            yield Finding(f"topic {topic.name} is as in the catalogue", str(error))
        else:
            yield Finding(f"topic {topic.name} is as in the catalogue", "")
    await keeper.close()


async def _examine_grants(system: System) -> Finding:
    roles = [*system.urls, OPERATOR, PUBLIC_READER]
    async with connected(system.database_url) as admin:
        foreign = await admin.fetch(_FOREIGN_RIGHTS, roles, PUBLIC_READER)
    return Finding("no role reaches another's tables", "; ".join(row[0] for row in foreign))


def _examine_positions(system: System) -> Iterator[Finding]:
    """Compare what each writer has kept with what each of its readers has applied."""
    doors = Doors(system)
    streams: dict[str, dict[str, list[dict[str, Any]]]] = {
        name: doors.get(name, "/ops/streams") for name in doors.names
    }
    kept = {(row["topic"], row["partition"]): row["kept_seq"] for told in streams.values() for row in told["writes"]}
    for name, told in streams.items():
        behind = [trouble for row in told["hears"] if (trouble := _find_lag(row, kept))]
        yield Finding(f"{name} has applied all that it hears", "; ".join(behind))


def _find_lag(position: dict[str, Any], kept: dict[tuple[str, int], int]) -> str:
    place = (position["source_topic"], position["partition"])
    lag = kept.get(place, position["last_seq"]) - position["last_seq"]
    if position["gapped"]:
        return f"{place[0]}/{place[1]} has a gap"
    return f"{place[0]}/{place[1]} is {lag} behind" if lag else ""
