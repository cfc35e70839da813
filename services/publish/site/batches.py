"""The public doors of the months: the list of their reports and each report, as pages and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from fastapi import APIRouter, Request, Response

from contracts.decisions import MonthReported
from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.publish.site.addresses import MONTH
from services.publish.site.answering import Answering, Shown
from services.publish.site.opening import open_door
from services.publish.site.parameters import DAY_NAMES
from services.publish.site.query import Asked, listed_at
from services.publish.site.shapes import Summary, summary_of
from services.publish.store import lists
from services.publish.store import months as store
from services.publish.store.listing import Filters
from services.publish.store.position import Position

SHOWN = 20
"""How many of a month's reforms its report shows; the list has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """A month in the list of reports."""

    month: str
    url: str
    reported_at: datetime
    received: int
    accepted: int
    declined: int


@dataclass(frozen=True, slots=True)
class BatchListing:
    """The months of which there is a report, the newest first."""

    batches: list[BatchSummary]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """A month's report, and its reforms that stand in the record, the newest first.

    ``earlier`` and ``later`` are the months beside it that have one; ``all`` lists every reform of the month.
    """

    month: str
    url: str
    report: MonthReported
    reforms: list[Summary]
    all: str
    earlier: str | None = None
    later: str | None = None


class Batches:
    """The list of reports, and each report."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def listing(self, request: Request) -> Response:
        """Show the list of reports."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, DAY_NAMES, position)
            told = await store.list_reports(tx, asked.filters.at)
            return Shown(BatchListing([batch_summary_of(report) for report in told]), "batches")

        return await self._answering.answer(request, find)

    async def batch(self, request: Request, month: str) -> Response:
        """Show a month's report."""

        async def find(tx: Transaction, position: Position) -> Shown:
            of_day = self._answering.read(request, DAY_NAMES, position)
            at = of_day.filters.at
            told = await store.list_reports(tx, at) if MONTH.fullmatch(month) else []
            report = next((one for one in told if one.month == month), None)
            if report is None:
                raise Problem(404, "not-found", "There is no report of a month at this address.")
            filters = Filters(batch=month, at=at)
            found = await lists.list_reforms(tx, filters, None, SHOWN)
            return Shown(page_of(report, told, [summary_of(listed) for listed in found], of_day), "batch")

        return await self._answering.answer(request, find)


def add_batch_doors(router: APIRouter, answering: Answering) -> None:
    """Add the doors of the months' reports."""
    batches = Batches(answering)
    open_door(router, "/batches", batches.listing, BatchListing)
    open_door(router, "/batches/{month}", batches.batch, BatchPage)


def address_of(month: str) -> str:
    """Give the address of a month's report, for ever."""
    return f"/batches/{month}"


def batch_summary_of(report: MonthReported) -> BatchSummary:
    """Sum a month up for the list."""
    return BatchSummary(
        month=report.month,
        url=address_of(report.month),
        reported_at=report.reported_at,
        received=report.received,
        accepted=report.accepted,
        declined=report.declined,
    )


def page_of(report: MonthReported, told: Sequence[MonthReported], shown: list[Summary], of_day: Asked) -> BatchPage:
    """Give a month's page; ``told`` are the reports of all months, the newest first."""
    beside = list(pairwise([None, *(one.month for one in told), None]))
    return BatchPage(
        month=report.month,
        url=address_of(report.month),
        report=report,
        reforms=shown,
        all=listed_at("/reforms", of_day, batch=report.month),
        later=next(before for before, month in beside if month == report.month),
        earlier=next(after for month, after in beside if month == report.month),
    )
