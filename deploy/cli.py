"""The command `challenge`: runs and tends the whole system, and mounts the commands that each service brings."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from deploy import clock, doctor, parked, provenance, rebuild, rebuild_public, relay
from deploy.database import set_up
from deploy.defaults import give_defaults
from deploy.display import console
from deploy.services import find_services
from deploy.stack.runs import LOCAL, remove, sweep
from deploy.topics import make_foreign_topics
from services.chassis.settings import ServiceSettings

app = typer.Typer(
    help="The Open Gov Challenge, from form to public record.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.add_typer(clock.app, name="clock")
app.add_typer(parked.app, name="parked")
app.add_typer(relay.app, name="relay")
app.add_typer(rebuild.app, name="review")
app.add_typer(provenance.app, name="provenance")
app.command("doctor")(doctor.examine)
app.command("rebuild")(rebuild_public.rebuild_public)


@app.callback()
def find_system(context: typer.Context) -> None:
    """The Open Gov Challenge, from form to public record."""
    give_defaults(context)


@app.command()
def up() -> None:
    """Run the whole system on this machine, and keep its data."""
    from deploy.up import keep_up  # noqa: PLC0415 -- what runs Kafka and Postgres here is not in the image

    sweep()
    with _plainly():
        keep_up()


@app.command()
def setup() -> None:
    """Make roles, schemas, tables (DATABASE_URL: its administrator's) and foreign topics; safe to repeat."""
    asyncio.run(_set_up(ServiceSettings()))


@app.command()
def demo(*, once: Annotated[bool, typer.Option("--once", help="End when the account is complete.")] = False) -> None:
    """Run the whole system on fresh data and tell its story, from form to public record."""
    from deploy.demo.play import play  # noqa: PLC0415 -- the demo's seed is read only when it is played

    sweep()
    with _plainly():
        code = play(once=once)
    raise typer.Exit(code)


@app.command("sweep", hidden=True)
def sweep_up() -> None:
    """End what an interrupted run left behind."""
    for process in sweep():
        console.print(f"Ended {process.name}, left by an interrupted run (process {process.pid}).")


@app.command("clean", hidden=True)
def clean() -> None:
    """End what interrupted runs left, and remove all data and caches."""
    sweep_up()
    running = [path.parent for path in LOCAL.glob("**/owner.json")]
    if running:
        console.print(f"Still running: {', '.join(path.name for path in running)}. Stop it first.")
        raise typer.Exit(1)
    for directory in [LOCAL / "cache", LOCAL / "up", *LOCAL.glob("runs/*")]:
        if directory.is_dir():
            remove(directory)


async def _set_up(settings: ServiceSettings) -> None:
    admin_url = settings.database_url.get_secret_value()
    await set_up(admin_url)
    await make_foreign_topics(settings.kafka_bootstrap_servers, settings.topic_prefix, admin_url)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in one sentence what kept the system from running."""
    try:
        yield
    except (RuntimeError, TimeoutError, OSError) as error:
        console.print(f"[red]✗[/] {error}")
        raise SystemExit(1) from error


def _mount_services() -> None:
    for name in find_services():
        if find_spec(f"services.{name}.cli"):
            app.add_typer(import_module(f"services.{name}.cli").app)
    _find_group(app, "forms").command("skip")(parked.skip_foreign)


def _find_group(within: typer.Typer, name: str) -> typer.Typer:
    """Find a group of commands that a service brings, or make it."""
    brought = [group.typer_instance for group in within.registered_groups if group.typer_instance]
    for group in [*within.registered_groups, *(below for each in brought for below in each.registered_groups)]:
        if group.name == name and group.typer_instance:
            return group.typer_instance
    made = typer.Typer(help="Forms that come over Kafka.", no_args_is_help=True)
    within.add_typer(made, name=name)
    return made


_mount_services()
