"""The commands `challenge parked …` and `challenge relay …`: the operator's doors of every service, in one place."""

import json
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table

from deploy.display import console
from deploy.system import System

parked = typer.Typer(help="Events that could not be applied, and what waits behind them.", no_args_is_help=True)
relay = typer.Typer(help="How far the services' logs are copied to the broker.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Service = Annotated[str, typer.Argument(help="The service that parked it.")]
Topic = Annotated[str, typer.Argument(help="The topic, without prefix.")]
Subject = Annotated[str, typer.Argument(help="The submission (or month) that the event is about.")]
Ours = Annotated[str | None, typer.Option("--service", help="Only this service.")]

_PARKED_COLUMNS = ("service", "source_topic", "partition", "seq", "subject", "type", "reason", "error", "parked_at")
_STREAM_COLUMNS = ("service", "topic", "partition", "kept_seq", "relayed_seq", "kafka_offset")


class Doors:
    """The operator's doors of the running system's services."""

    def __init__(self, system: System) -> None:
        self.names = list(system.urls)
        self._urls = system.urls
        self._headers = {"Authorization": f"Bearer {system.token('desk')}"}

    @classmethod
    def of_current_system(cls) -> "Doors":
        """Knock at the system that was started last."""
        return cls(System.current())

    def get(self, service: str, path: str) -> Any:
        """Ask a service."""
        return self._ask("GET", service, path, None)

    def post(self, service: str, path: str, body: dict[str, Any]) -> Any:
        """Tell a service to do something."""
        return self._ask("POST", service, path, body)

    def _ask(self, method: str, service: str, path: str, body: dict[str, Any] | None) -> Any:
        if service not in self._urls:
            raise typer.BadParameter(f"there is no service {service!r}; there are {', '.join(self._urls)}")
        url = f"{self._urls[service]}{path}"
        response = httpx.request(method, url, json=body, headers=self._headers, timeout=60, trust_env=False)
        if response.is_error:
            typer.echo(f"{service}: {response.text}", err=True)
            raise typer.Exit(1)
        return response.json()


@parked.command("list")
def list_parked(service: Ours = None, *, as_json: AsJson = False) -> None:
    """List what is parked, in every service or in one."""
    doors = Doors.of_current_system()
    names = [service] if service else doors.names
    _print(
        [{"service": name, **row} for name in names for row in doors.get(name, "/ops/parked")], _PARKED_COLUMNS, as_json
    )


@parked.command("show")
def show_parked(service: Service, topic: Topic, partition: int, seq: int) -> None:
    """Show one parked event whole."""
    _print_json(Doors.of_current_system().get(service, f"/ops/parked/{topic}/{partition}/{seq}"))


@parked.command("replay")
def replay_parked(
    service: Service,
    topic: Topic,
    subject: Subject,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only try.")] = False,
) -> None:
    """Apply what is parked of a subject, and all that waits behind it."""
    body = {"topic": topic, "subject": subject, "dry_run": dry_run}
    _print_json(Doors.of_current_system().post(service, "/ops/parked/replay", body))


@parked.command("discard")
def discard_parked(
    service: Service,
    topic: Topic,
    subject: Subject,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    *,
    whole_queue: Annotated[bool, typer.Option("--whole-queue", help="Give up what waits behind it too.")] = False,
) -> None:
    """Give up a parked event, saying why; what waits behind it is applied."""
    body = {"topic": topic, "subject": subject, "reason": reason, "whole_queue": whole_queue}
    _print_json(Doors.of_current_system().post(service, "/ops/parked/discard", body))


@parked.command("resume")
def resume_reader(
    service: Service,
    reader: Annotated[str, typer.Argument(help="The reader that stands still: a topic.")],
    *,
    park: Annotated[bool, typer.Option("--park/--retry", help="Let its next chunk park, or only try again.")] = False,
) -> None:
    """Let a reader that stands still go on."""
    _print_json(Doors.of_current_system().post(service, f"/ops/halted/{reader}/resume", {"park": park}))


@relay.command("status")
def show_relays(service: Ours = None, *, as_json: AsJson = False) -> None:
    """Show, for each partition, how far its log is kept and how far it is copied."""
    doors = Doors.of_current_system()
    names = [service] if service else doors.names
    rows = [{"service": name, **row} for name in names for row in doors.get(name, "/ops/streams")["writes"]]
    _print(rows, _STREAM_COLUMNS, as_json)


@relay.command("repair")
def repair_relay(service: Service) -> None:
    """Write a lost log anew from the service's own."""
    _print_json(Doors.of_current_system().post(service, "/ops/relay/repair", {}))


def _print(rows: list[dict[str, Any]], columns: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 -- always named by its caller's option
    if as_json:
        _print_json(rows)
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
    console.print(table if rows else "Nothing.")


def _print_json(found: Any) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
