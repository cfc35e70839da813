"""Brings a whole system up, waits until every service is ready, and takes it down again."""

import asyncio
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from deploy.database import set_up
from deploy.display import console, step
from deploy.stack.runs import LOCAL, Run
from deploy.stack.stack import Stack
from deploy.staff import bring_in_staff
from deploy.supervision import start_services, stop_services
from deploy.system import CURRENT, DESCRIPTION, System
from deploy.topics import make_foreign_topics

READY_SECONDS = 180.0


class Stopped(BaseException):
    """Somebody asked the system to stop, as with KeyboardInterrupt."""


@contextmanager
def running_system(run: Run, members: tuple[str, ...] = ()) -> Iterator[System]:
    """Run a system for the length of a block: stack, database, services, all ready.

    Raises:
        TimeoutError: a service did not become ready; says which and where its log is.
    """
    with run, Stack(run) as stack, _keeping_logs(run):
        with step("Starting Postgres, Apache Kafka and a mailbox"):
            stack.start()
        system = System.on(stack)
        with step("Setting up roles, schemas, tables and topics"):
            asyncio.run(_set_up(system))
        supervisor = start_services(run, system, members)
        try:
            _wait_until_ready(system)
            yield system
        finally:
            with step("Stopping"):
                stop_services(supervisor)


@contextmanager
def _keeping_logs(run: Run) -> Iterator[None]:
    try:
        yield
    except Exception:
        console.print(f"[red]✗[/] What everything said is kept in {run.keep_logs()}")
        raise


def keep_up() -> None:
    """Run a system that keeps its data, until somebody stops it."""
    with stoppable(), running_system(Run.resume(LOCAL / "up")) as system:
        point_to(system)
        tell_where_to_look(system)
        tell_accounts(bring_in_staff(system))
        wait_until_stopped()


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into a tidy end of the block."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    earlier = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except Stopped:
        console.print("Stopped.")
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def wait_until_stopped() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    console.print("[dim]Ctrl-C stops it.[/]")
    while True:
        signal.pause()


def point_to(system: System) -> None:
    """Let the command line find this system."""
    fresh = CURRENT.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path(system.directory) / DESCRIPTION)
    fresh.replace(CURRENT)


def tell_where_to_look(system: System) -> None:
    """Print the addresses."""
    console.print("\n[bold]Where to look[/]")
    for what, where in list_places(system).items():
        console.print(f"  {what:<18} {where}", soft_wrap=True)


def tell_accounts(accounts: Mapping[str, str]) -> None:
    """Print with which names and passwords to sign in at the review desk."""
    console.print("\n[bold]To sign in at the review desk[/], by name and password (until you give it another)")
    for name, password in accounts.items():
        console.print(f"  {name:<18} {password}", soft_wrap=True)


def list_places(system: System) -> dict[str, str]:
    """List what there is to see, and where."""
    publish, intake, review = (system.urls[name] for name in ("publish", "intake", "review"))
    return {
        "public page": f"{publish}/",
        "public API": f"{publish}/reforms.json",
        "events (AsyncAPI)": f"{publish}/asyncapi",
        "fill in a form": f"{intake}/",
        "send a form": f"{intake}/docs",
        "review desk": f"{review}/desk/",
        "review desk's API": f"{review}/docs",
        "mailbox": system.mailbox,
        "broker": system.bootstrap_servers,
        "command line": ".venv/bin/challenge --help",
    }


async def _set_up(system: System) -> None:
    await set_up(system.database_url)
    await make_foreign_topics(system.bootstrap_servers, system.topic_prefix, system.database_url)


def _wait_until_ready(system: System) -> None:
    began = time.monotonic()
    waiting = dict(system.urls)
    columns = (TextColumn("Starting the services"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(waiting))
        while waiting:
            waiting = {name: url for name, url in waiting.items() if not _is_ready(url)}
            progress.update(task, completed=len(system.urls) - len(waiting), description=", ".join(waiting))
            if time.monotonic() - began > READY_SECONDS:
                raise TimeoutError(f"not ready within {READY_SECONDS:.0f} s: {', '.join(waiting)}")
            time.sleep(0.1)
    console.print(f"[green]✓[/] Starting the services [dim]{time.monotonic() - began:.1f} s[/]")


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
