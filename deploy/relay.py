"""The commands `challenge relay …`: how far the services' logs are copied, and what keeps them from it."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any

import typer
from rich.table import Table

from deploy.advice import RELAY, advise, describe
from deploy.display import console
from deploy.doors import AsJson, Doors, Token, Urls, knocking, print_json

app = typer.Typer(help="How far the services' logs are copied to the broker.", no_args_is_help=True)

Service = Annotated[str, typer.Argument(help="The service whose relay it is.")]
Ours = Annotated[str | None, typer.Option("--service", help="Only this service.")]


@app.command("status")
def show_relays(token: Token, urls: Urls = None, service: Ours = None, *, as_json: AsJson = False) -> None:
    """Show how far each log is kept and copied, who stands still, and what to do about it."""
    with knocking(urls, token, service) as doors:
        told = [{"service": name, **doors.get(name, "/ops/relay")} for name in _names(doors, service)]
    if as_json:
        print_json(told)
        return
    console.print(_tabulate(told))
    for relay in told:
        if relay["halted"]:
            _tell_halt(relay["service"], {"reader": RELAY, **relay["halted"]})


@app.command("repair")
def repair_relay(service: Service, token: Token, urls: Urls = None, *, as_json: AsJson = False) -> None:
    """Order a relay to read its whole log, and to write anew what is lost."""
    with knocking(urls, token, service) as doors:
        told = doors.post(service, "/ops/relay/repair", {})
    if as_json:
        print_json({"service": service, **told})
        return
    console.print(f"{service}'s relay will read its whole log, and write anew what is lost.")
    console.print(f"How far it is: challenge relay status --service {service}")


def _names(doors: Doors, service: str | None) -> list[str]:
    return [service] if service else list(doors.urls)


def _tabulate(told: list[dict[str, Any]]) -> Table | str:
    table = Table("service", "topic", "kept", "copied", "waiting")
    for relay in told:
        for row in _count(relay["streams"]):
            table.add_row(relay["service"], *row)
    return table if table.row_count else "No service writes anything yet."


def _count(streams: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Sum a topic's partitions; name those that are behind."""
    for topic, partitions in groupby(streams, key=itemgetter("topic")):
        rows = list(partitions)
        behind = {row["partition"]: row["last_seq"] - row["relayed_seq"] for row in rows}
        waiting = [f"{count} in {partition}" for partition, count in behind.items() if count]
        kept, copied = (sum(row[name] for row in rows) for name in ("last_seq", "relayed_seq"))
        yield topic, str(kept), str(copied), ", ".join(waiting)


def _tell_halt(service: str, halt: dict[str, Any]) -> None:
    console.print(f"[red]✗[/] {describe(service, halt)}", soft_wrap=True)
    console.print(f"  What to do: {advise(service, halt)}", soft_wrap=True)
