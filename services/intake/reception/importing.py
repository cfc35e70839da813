"""Takes in a sheet: all of its rows in one transaction, or none of them."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeAlias

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from contracts.topics import SUBMISSIONS
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import Principal
from services.chassis.errors import is_passing
from services.intake.domain.application import Application
from services.intake.domain.problems import Refused
from services.intake.domain.sheet.cells import Row, Sheet
from services.intake.domain.sheet.issues import CellIssue, SheetRefused
from services.intake.domain.sheet.layout import Layouts
from services.intake.domain.sheet.rows import place, read_row
from services.intake.domain.sources import source_at_the_web
from services.intake.reception.carefully import take_in_carefully
from services.intake.reception.desk import Desk
from services.intake.reception.edge import apply
from services.intake.reception.outcome import Outcome, Receipt
from services.intake.reception.view import partitions_of

ATTEMPTS = 3
CHUNK_ROWS = 250
SLICE_ROWS = 20
"""Rows that are read at one go: five milliseconds of work."""
MAX_ISSUES = 10_000
"""Where so much is wrong, the rows that follow are not read: nobody mends so many cells one by one."""

Tell: TypeAlias = Callable[[str, int], None]
"""Hears how far it is: what is being done, and with how many rows it is done."""


class Read(NamedTuple):
    """A row that reads well."""

    row: Row
    application: Application


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a sheet became. Where there are issues, or nothing was to be kept, nothing is kept.

    ``events`` are those that would be told, as they would stand on their topic.
    """

    rows: int
    receipts: Sequence[tuple[Read, Receipt]] = ()
    events: Sequence[bytes] = ()
    issues: Sequence[CellIssue] = ()


class _Undone(Exception):
    """Ends a transaction that shall leave nothing, with the events that it would have told."""

    def __init__(self, events: Sequence[bytes]) -> None:
        super().__init__(f"{len(events)} events")
        self.events = events


async def import_sheet(
    database: Database, sheet: Sheet, principal: Principal, desk: Desk, *, is_dry: bool, tell: Tell
) -> Imported:
    """Take in a sheet by the right of whoever presents it, as ids of whose source; ``is_dry`` undoes it at the end.

    Rows are held against the rules also where others do not read well, so that everything wrong is told at once.
    """
    layouts = Layouts(sheet.headings)
    read, issues = await read_kindly(sheet, layouts, principal, tell)
    outcomes, events = await _take_in(database, read, desk, is_kept=not (is_dry or issues), tell=tell)
    pairs = list(zip(read, outcomes, strict=True))
    refused = ((one.row, outcome.issues) for one, outcome in pairs if isinstance(outcome, Refused))
    issues += [found for row, why in refused for found in place(why, row, layouts)]
    return Imported(
        rows=len(sheet.rows),
        receipts=[(one, outcome) for one, outcome in pairs if isinstance(outcome, Receipt)],
        events=events,
        issues=sorted(issues, key=lambda found: (found.row or 0, -1 if found.column is None else found.column)),
    )


async def read_kindly(
    sheet: Sheet, layouts: Layouts, principal: Principal, tell: Tell
) -> tuple[list[Read], list[CellIssue]]:
    """Read all rows: those that read well, and what is wrong with the others and with the headings.

    Others have their turn in between: a thread of its own would fight with them for every step.
    """
    read: list[Read] = []
    issues = list(layouts.issues())
    for count, found in enumerate(read_rows(sheet, layouts, principal), start=1):
        if isinstance(found, Read):
            read.append(found)
        else:
            issues += found.issues
        if len(issues) >= MAX_ISSUES:
            break
        if count % SLICE_ROWS == 0:
            tell("reading", count)
            await asyncio.sleep(0)
    return read, issues


def read_rows(sheet: Sheet, layouts: Layouts, principal: Principal) -> Iterator[Read | SheetRefused]:
    """Read row after row, each as an application or as why it is none."""
    for row in sheet.rows:
        try:
            yield Read(row, _application(row, layouts, principal))
        except SheetRefused as refusal:
            yield refusal


def _application(row: Row, layouts: Layouts, principal: Principal) -> Application:
    form = read_row(row, layouts)
    try:
        source = source_at_the_web(form.source, principal.actor_ref)
        return apply(form, principal, source=source, external_id=form.external_id, traceparent=None)
    except Refused as refusal:
        raise SheetRefused(place(refusal.issues, row, layouts)) from None


async def _take_in(
    database: Database, read: Sequence[Read], desk: Desk, *, is_kept: bool, tell: Tell
) -> tuple[Sequence[Outcome], Sequence[bytes]]:
    # the same again after a lost COMMIT finds what stands under its ids: the same receipts
    async for attempt in AsyncRetrying(
        retry=retry_if_exception(is_passing),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential_jitter(multiplier=0.1, max=1),
        reraise=True,
    ):
        with attempt:
            try:
                async with database.transaction(read_clock=False) as tx:
                    outcomes = await _take_in_chunks(tx, [one.application for one in read], desk, tell)
                    _keep_or_undo(tx, outcomes, is_kept=is_kept)
            except _Undone as undone:
                return outcomes, undone.events
    return outcomes, []


def _keep_or_undo(tx: Transaction, outcomes: Sequence[Outcome], *, is_kept: bool) -> None:
    if not is_kept or any(isinstance(outcome, Refused) for outcome in outcomes):
        raise _Undone(tx.told())


async def _take_in_chunks(
    tx: Transaction, applications: Sequence[Application], desk: Desk, tell: Tell
) -> list[Outcome]:
    # all counters before the first chunk: chunk by chunk they would not be locked in order
    await tx.lock_streams(SUBMISSIONS, partitions_of(tx, applications))
    outcomes: list[Outcome] = []
    for chunk in _chunks(applications):
        outcomes += await take_in_carefully(tx, chunk, desk)
        tell("taking-in", len(outcomes))
    return outcomes


def _chunks(applications: Sequence[Application]) -> Iterator[list[Application]]:
    rest = iter(applications)
    while chunk := list(islice(rest, CHUNK_ROWS)):
        yield chunk
