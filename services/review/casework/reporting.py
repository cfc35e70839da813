"""Tells a month in figures, once; and makes the same figures again for whoever asks."""

import csv
import io

from contracts.batches import BatchReported
from contracts.event import Fact
from services.chassis.database import Database, Transaction
from services.chassis.doors.web import Problem
from services.review.casework.rendering import NotifyAway, Renderer
from services.review.domain.batches import TellReport, decide_batch
from services.review.domain.refused import refused
from services.review.domain.reporting import Figures, Report, list_figures, make_figures, make_report, public_of
from services.review.store import batches
from services.review.store import reporting as store

HEADINGS = ("month", "figure", "of", "in_area", "value")


async def count_outstanding(database: Database, renderer: Renderer, month: str) -> int:
    """Count the points of contact who are still to be told of a month's outcomes, by their next digest.

    That is asked of notify only when every submitter's letter is settled: by then it has heard of all that left.

    Raises:
        Refusal: ``letters-unsettled``, notify cannot say.
    """
    async with database.transaction(read_clock=False) as tx:
        states = [line.state for line in await batches.list_batches(tx, month)]
        if states != ["released"] or any(await store.count_letters(tx, month)):
            return 0
    try:
        return await renderer.count_outstanding(month)
    except NotifyAway as away:
        raise refused("letters-unsettled", f"{away.code}: it cannot say who is still to be told; say why now") from away


async def tell_report(
    tx: Transaction, month: str, *, by: str | None, reason: str | None = None, outstanding: int = 0
) -> BatchReported:
    """Tell a released month in figures. ``reason`` says why not to wait for letters that have not arrived.

    ``outstanding`` are letters that are still to go to points of contact.

    Raises:
        Problem: 404 ``unknown-batch``.
        Refusal: ``batch-not-sealed``, ``batch-not-released``, ``already-reported``, ``letters-unsettled``,
            ``letters-undelivered``; nothing has changed.
    """
    batch = await batches.lock_batch(tx, month)
    if batch is None:
        raise Problem(404, "unknown-batch", f"there is no batch of {month}")
    letters = await store.count_letters(tx, month)
    report = await _make(tx, month, letters.undelivered)
    command = TellReport(report=report, unsettled=letters.unsettled + outstanding, reason=reason, by=by, at=tx.now)
    (told,) = decide_batch(batch, command)
    assert isinstance(told, BatchReported)  # noqa: S101 - the table says so
    await store.save_report(tx, report, told)
    tx.emit([Fact(subject=month, data=told), Fact(subject=month, data=public_of(told))])
    return told


async def find_report(tx: Transaction, month: str) -> BatchReported | None:
    """Find what was told of a month; None where that is still to come.

    Raises:
        Problem: 404 ``unknown-batch``.
    """
    kept = await store.find_report(tx, month)
    if kept is None and not await batches.list_batches(tx, month):
        raise Problem(404, "unknown-batch", f"there is no batch of {month}")
    return None if kept is None else kept.told


async def find_figures(tx: Transaction, month: str) -> Figures:
    """Find a month's figures as they were told; those of a released month that is not told yet, as they are now.

    Raises:
        Problem: 404 ``unknown-batch``.
        Refusal: ``batch-not-sealed``, ``batch-not-released``.
    """
    kept = await store.find_report(tx, month)
    if kept is not None:
        return kept.report.figures
    if not await batches.list_batches(tx, month):
        raise Problem(404, "unknown-batch", f"there is no batch of {month}")
    return (await _make(tx, month, (await store.count_letters(tx, month)).undelivered)).figures


async def check_again(tx: Transaction, month: str) -> Figures:
    """Make the report of a month again, of what is kept, and hold it against what was told.

    Raises:
        Refusal: ``not-reported``; ``report-differs``, it does not come out as the same bytes.
    """
    kept = await store.find_report(tx, month)
    if kept is None:
        raise refused("not-reported", f"nothing was told of {month} yet")
    again = await _make(tx, month, kept.report.figures.undelivered_letters)
    if again.body != kept.report.body:
        raise refused("report-differs", f"{kept.report.hash} was told, and {again.hash} comes out")
    return again.figures


def as_csv(figures: Figures) -> bytes:
    """Write figures as a table: codes and numbers, nothing that anybody typed."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(HEADINGS)
    for name, of, in_area, value in list_figures(figures):
        writer.writerow((figures.month, name, of, in_area, "" if value is None else value))
    return written.getvalue().encode()


async def _make(tx: Transaction, month: str, undelivered: int) -> Report:
    (line,) = await batches.list_batches(tx, month)
    if line.release_at is None or line.state not in {"released", "reported"}:
        raise refused("batch-not-sealed" if line.state == "open" else "batch-not-released")
    recusals = await store.count_recusals(tx, month, line.release_at)
    ended = await store.list_ended(tx, month)
    figures = make_figures(month, ended, released_at=line.release_at, recusals=recusals, undelivered=undelivered)
    return make_report(figures)
