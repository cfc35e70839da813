"""The pages of the months: all of them, one month's batch, and its charts."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from contracts.topics import PARTITIONS
from contracts.vocabulary import Month
from services.chassis.database import Database, Transaction
from services.chassis.doors.answers import STAFF
from services.chassis.doors.auth import Principal
from services.chassis.doors.web import Problem
from services.review.desk.charts import draw_bars, draw_columns
from services.review.desk.house import House, language_for
from services.review.desk.monthly import ENDED, Batch, batch_of, left_of
from services.review.desk.visitor import needs
from services.review.desk.words import words_of
from services.review.store import assigning, batches, coordinating, months, staff
from services.review.store import release as releases

MONTHS_MAX = 12
"""So many months stand on one page."""

InMonth = Annotated[Month, Path(description="A month, such as 2026-11.")]
Before = Annotated[Month | None, Query(description="Only months before this one.")]
MayRead = Annotated[Principal, Depends(needs("review:read"))]

WAYS = (
    *(("batch", ""), ("preview", "/preview"), ("report", "/report")),
    *(("coordination", "/coordination"), ("what_if", "/what-if")),
)
"""The pages of one month, by the name of their word, and where they are behind the month."""


def make_month_pages(house: House) -> APIRouter:
    """Make the pages."""
    router = APIRouter(prefix="/months")

    @router.get("")
    async def list_months(request: Request, _: MayRead, before: Before = None) -> Response:
        """Show the months, latest first."""
        found = await find_months(house.database, before)
        earlier = found[-1].month if len(found) > MONTHS_MAX else None
        shown = found[:MONTHS_MAX]
        has_chart = any(one.is_released for one in shown)
        return house.render(
            request, "month/list", here="months", months=shown, before=before, earlier=earlier, has_chart=has_chart
        )

    @router.get("/charts/outcomes.svg")
    async def draw_outcomes(request: Request, _: MayRead, before: Before = None) -> Response:
        """Draw how the items of the released months ended."""
        found = (await find_months(house.database, before))[:MONTHS_MAX]
        shown = [one for one in reversed(found) if one.is_released]
        said = words_of(language_for(request))["month"]
        parts = {said["ended"][state]: [one.items.get(state, 0) for one in shown] for state in ENDED}
        return drawing(
            draw_columns(said["outcomes_chart"], said["outcomes_about"], [one.month for one in shown], parts)
        )

    @router.get("/{month}")
    async def show_month(request: Request, month: InMonth, _: MayRead) -> Response:
        """Show a month's batch: how far it is, what stands before its release, what is held back."""
        async with house.database.transaction() as tx:
            it = await find_month(tx, month)
            blocks = await find_blocks(tx, month) if it.state == "sealed" else []
            told: dict[str, Any] = {
                "held": await months.list_held(tx, month),
                "shares": await assigning.list_shares(tx, month),
                "cases": len(await coordinating.list_cases(tx, month)),
                "names": await names_of_staff(tx),
            }
        return write_month(house, request, it, "batch", left=left_of(it), blocks=blocks, **told)

    @router.get("/{month}/charts/states.svg")
    async def draw_states(request: Request, month: InMonth, _: MayRead) -> Response:
        """Draw how many items of a batch are in which state."""
        async with house.database.transaction() as tx:
            it = await find_month(tx, month)
        said = words_of(language_for(request))["month"]
        bars = [(said["item_states"][state], float(count)) for state, count in it.items.items()]
        return drawing(draw_bars(said["batch"]["progress_chart"], said["batch"]["progress_about"], bars))

    return router


def write_month(
    house: House, request: Request, it: Batch, way: str, template: str = "", status: int = 200, **context: Any
) -> Response:
    """Answer with one of the pages of a month; ``way`` names which, and its template where none is given."""
    told = {"here": "months", "ways": WAYS, "way": way, "it": it, **context}
    return house.render(request, f"month/{template or way}", status, **told)


async def names_of_staff(tx: Transaction) -> Mapping[str, str]:
    """Give what staff are called, by the reference that events know them by: for pages, and nothing else."""
    return {one.actor_ref: one.name for one in await staff.list_staff(tx)}


def drawing(body: bytes) -> Response:
    """Answer with a chart."""
    return Response(body, headers=dict(STAFF), media_type="image/svg+xml")


async def find_months(database: Database, before: str | None) -> list[Batch]:
    """Find the months before one, latest first: as many as stand on one page, and one more if there is."""
    async with database.transaction() as tx:
        lines = [line for line in await batches.list_batches(tx) if before is None or line.month < before]
        return [await _look_at(tx, line) for line in lines[: MONTHS_MAX + 1]]


async def find_month(tx: Transaction, month: str) -> Batch:
    """Find a month's batch.

    Raises:
        Problem: 404 ``unknown-batch``.
    """
    lines = await batches.list_batches(tx, month)
    if not lines:
        raise Problem(404, "unknown-batch", f"there is no batch of {month}")
    return await _look_at(tx, lines[0])


async def find_blocks(tx: Transaction, month: str) -> list[tuple[str, int]]:
    """Find what stands before the release of a sealed batch: the name of its word, and how many items."""
    counted = [
        ("undecided", await releases.count_undecided(tx, month)),
        ("held_over", await releases.count_held_over_undecided(tx, month)),
    ]
    return [(name, count) for name, count in counted if count]


async def _look_at(tx: Transaction, line: batches.BatchLine) -> Batch:
    waiting = await batches.find_waiting(tx, line.month, PARTITIONS) if line.state == "open" else None
    return batch_of(line, waiting, await batches.count_states(tx, line.month))
