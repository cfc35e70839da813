"""`make bench`: measures everything in one run, prints the table, and writes `.local/bench.json`.

``BENCH_N`` is the length of the backlog (200,000; a batch has 100,000 at most, of letters there are 10,000), and how
many events the public record is made again from,
``BENCH_RUNS`` how often (3), ``BENCH_SECONDS`` how long the requests come (30), ``BENCH_ROWS`` how many rows a sheet
has (10,000), ``BENCH_STORED`` the sizes of intake's store (10000,100000,1000000), ``BENCH_QUEUED`` those of review's
(1000,1000000), ``BENCH_READ`` those of the public record (100,1000000), ``BENCH_ONLY`` names parts, such as
``publish_drain,receipts``.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rich.console import Console
from rich.status import Status

from bench import (
    backlog,
    batch,
    importing,
    latency,
    mailing,
    queueing,
    reading,
    rebuilding,
    receipts,
    report,
    report_of_batch,
    report_of_intake,
    report_of_letters,
    report_of_queue,
    report_of_read,
    report_of_rebuild,
)
from bench.drain import Contender, Drained, drain, median_of
from bench.stage import PREFIX, Stage
from deploy.stack.runs import LOCAL, Run
from deploy.stack.stack import Stack

COUNT = int(os.environ.get("BENCH_N", "200000"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
ROWS = int(os.environ.get("BENCH_ROWS", "10000"))
STORED = [int(size) for size in os.environ.get("BENCH_STORED", "10000,100000,1000000").split(",")]
QUEUED = [int(size) for size in os.environ.get("BENCH_QUEUED", "1000,1000000").split(",")]
READ = [int(size) for size in os.environ.get("BENCH_READ", "100,1000000").split(",")]
ALL_PARTS = "receipts,import,growth,review_drain,publish_drain,batch,letters,latency,queue,read,rebuild"
PARTS = os.environ.get("BENCH_ONLY", ALL_PARTS).split(",")
FLOOR_COUNT = 3_000
BATCH_ITEMS = 100_000
LETTERS = 10_000
SINGLE_COUNT = 3_000
SINGLE = {"CHUNK_MAX_RECORDS": "1"}

BACKLOGS = {"review": ("submissions", backlog.submissions), "publish": ("decisions", backlog.decisions)}

Measure = Callable[[Stage, Status], Awaitable[dict[str, Any]]]

console = Console()


async def main() -> None:
    """Measure, print, write."""
    LOCAL.mkdir(exist_ok=True)
    results: dict[str, Any] = {}
    with Run.begin() as run, Stack(run) as stack, console.status("starting the stack") as status:
        stage = await Stage.make(stack)
        await measure_parts(INTAKE, stage, status, results)
        for service in BACKLOGS:
            if f"{service}_drain" in PARTS:
                results[f"{service}_drain"] = await measure_drain(stage, service, status)
                write(results)
        if "batch" in PARTS:
            results["batch"] = await measure_batch(stage, status)
            write(results)
        if "letters" in PARTS:
            results["letters"] = await measure_letters(stage, status)
            write(results)
        if "latency" in PARTS:
            results["latency"] = await measure_latency(stage, status)
            write(results)
        await measure_parts(PAGES, stage, status, results)
    report_of_intake.show(results, console)
    shown = {"queue": report_of_queue.show, "read": report_of_read.show, "rebuild": report_of_rebuild.show}
    for part, show_part in shown.items():
        if part in results:
            show_part(results[part], console)
    report.show(results, console, count=COUNT, runs=RUNS)
    report_of_batch.show(results, console)
    report_of_letters.show(results, console)


async def measure_parts(parts: Mapping[str, Measure], stage: Stage, status: Status, results: dict[str, Any]) -> None:
    """Measure those of these parts that are wanted."""
    for part, measure in parts.items():
        if part in PARTS:
            results[part] = await measure(stage, status)
            write(results)


def write(results: dict[str, Any]) -> None:
    """Write what is measured so far."""
    (LOCAL / "bench.json").write_text(json.dumps(results, indent=2) + "\n")


async def measure_queue(stage: Stage, status: Status) -> dict[str, Any]:
    """Measure the desk's queue page."""
    return report_of_queue.queue_figures(await queueing.measure_queue(stage, QUEUED, status.update))


async def measure_read(stage: Stage, status: Status) -> dict[str, Any]:
    """Measure the public site."""
    return report_of_read.read_figures(await reading.measure_read(stage, READ, status.update))


async def measure_rebuild(stage: Stage, status: Status) -> dict[str, Any]:
    """Measure the public site beside a rebuild of its record."""
    return report_of_rebuild.rebuild_figures(await rebuilding.measure_rebuild(stage, COUNT, SECONDS, status.update))


async def measure_drain(stage: Stage, service: str, status: Status) -> dict[str, Any]:
    """Measure one service beside the bare loop and the floor, in turn, on the same bytes."""
    heard, make = BACKLOGS[service]
    await stage.clear()
    status.update(f"writing a backlog of {COUNT:,} {heard}")
    await stage.make_topic(heard)
    await backlog.put(PREFIX + heard, make(COUNT), stage.stack.bootstrap_servers)
    own = Contender(service, f"services.{service}", service, heard, {})
    bare = Contender("bare", f"bench.bare {service}", service, heard, {})
    floor = Contender("floor", f"bench.floor {service}", service, heard, {})
    medians = await _in_turn(stage, status, {"own": (own, COUNT), "bare": (bare, COUNT), "floor": (floor, FLOOR_COUNT)})
    single = await _in_turn(
        stage,
        status,
        {
            "own": (own.with_settings(SINGLE), min(COUNT, SINGLE_COUNT)),
            "bare": (bare.with_settings(SINGLE), min(COUNT, SINGLE_COUNT)),
        },
    )
    return report.drain_figures(service, medians, single)


async def _in_turn(stage: Stage, status: Status, contenders: dict[str, tuple[Contender, int]]) -> dict[str, Drained]:
    """Let the contenders run one after the other, all of that again and again, and give each one's medians."""
    runs: dict[str, list[Drained]] = {name: [] for name in contenders}
    for number in range(RUNS):
        for name, (who, count) in contenders.items():
            status.update(f"run {number + 1} of {RUNS}: {who.name} drains {count:,} {who.heard} {dict(who.settings)}")
            found = await drain(stage, who, min(count, COUNT))
            runs[name].append(found)
            console.print(f"{who.module} {dict(who.settings) or ''}: {found.rate:,.0f} events/s", highlight=False)
    return {name: median_of(found) for name, found in runs.items()}


async def measure_batch(stage: Stage, status: Status) -> dict[str, Any]:
    """Take a batch through its month, each time on a database of its own."""
    count, runs = min(COUNT, BATCH_ITEMS), []
    for number in range(RUNS):
        status.update(f"run {number + 1} of {RUNS}: a batch of {count:,} items")
        runs.append(await batch.measure_batch(stage, count))
        console.print(f"batch: {runs[-1]}", highlight=False)
    return report_of_batch.batch_figures(batch.median_of(runs), count)


async def measure_letters(stage: Stage, status: Status) -> dict[str, Any]:
    """Measure how fast a released batch's letters are owed, and how fast they leave, each beside a bare loop."""
    count, runs = min(COUNT, LETTERS), []
    await stage.clear()
    await stage.make_topic("decisions")
    await backlog.put(PREFIX + "decisions", backlog.decisions(count), stage.stack.bootstrap_servers)
    own = Contender("notify", "services.notify", "notify", "decisions", {"MAIL_CONNECTIONS": "0"})
    bare = Contender("bare", "bench.bare notify", "notify", "decisions", {})
    drained = await _in_turn(stage, status, {"own": (own, count), "bare": (bare, count)})
    for number in range(RUNS):
        status.update(f"run {number + 1} of {RUNS}: {count:,} letters through a mail server")
        runs.append(await mailing.measure_mail(stage, count))
        console.print(f"letters: {runs[-1]}", highlight=False)
    return report_of_letters.letter_figures(drained, mailing.median_of(runs), count)


async def measure_latency(stage: Stage, status: Status) -> dict[str, Any]:
    """Measure both figures of the services and of the bare ones, in turn."""
    found: dict[str, list[latency.Latency]] = {"own": [], "bare": []}
    ways: dict[str, Callable[[Stage, float], Awaitable[latency.Latency]]] = {
        "own": latency.measure_service,
        "bare": latency.measure_bare,
    }
    for number in range(RUNS):
        for name, measure in ways.items():
            status.update(f"run {number + 1} of {RUNS}: {latency.PER_SECOND} requests a second, {name}")
            found[name].append(await measure(stage, SECONDS))
            console.print(f"latency, {name}: {found[name][-1]}", highlight=False)
    return report.latency_figures(found)


async def measure_receipts(stage: Stage, status: Status) -> dict[str, Any]:
    """Measure intake's door beside the ceiling and the floor, in turn."""
    found: dict[str, list[receipts.Receipts]] = {way: [] for way in receipts.WAYS}
    for number in range(RUNS):
        for way, runs in found.items():
            status.update(f"run {number + 1} of {RUNS}: {receipts.CLIENTS} clients, {way}")
            runs.append(await receipts.measure_receipts(stage, way, SECONDS))
            console.print(f"receipts, {way}: {runs[-1].rate:,.0f} a second", highlight=False)
    return report_of_intake.receipt_figures(found)


async def measure_growth(stage: Stage, status: Status) -> dict[str, Any]:
    """Measure what a receipt costs as the store grows."""
    status.update(f"receipts, with up to {max(STORED):,} submissions stored")
    return report_of_intake.growth_figures(await receipts.measure_growth(stage, STORED, SECONDS))


async def measure_import(stage: Stage, status: Status) -> dict[str, Any]:
    """Measure the import of a sheet beside a bare COPY, in turn."""
    file = LOCAL / "bench-sheet.csv"
    importing.write_sheet(file, ROWS)
    found: dict[str, list[importing.ImportRun]] = {"own": [], "copy": [], "dry": []}
    for number in range(RUNS):
        status.update(f"run {number + 1} of {RUNS}: a sheet of {ROWS:,} rows")
        found["own"].append(await importing.measure_import(stage, file.read_bytes()))
        found["copy"].append(await importing.measure_copy(stage, file))
        found["dry"].append(await importing.measure_import(stage, file.read_bytes(), is_dry=True))
        console.print(", ".join(f"{who}: {runs[-1].seconds:.1f} s" for who, runs in found.items()), highlight=False)
    file.unlink()
    return report_of_intake.import_figures(found)


INTAKE = {"receipts": measure_receipts, "import": measure_import, "growth": measure_growth}
PAGES = {"queue": measure_queue, "read": measure_read, "rebuild": measure_rebuild}

if __name__ == "__main__":
    asyncio.run(main())
