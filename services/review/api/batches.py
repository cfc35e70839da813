"""The doors of the batches: list, look, list items, release."""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from contracts.topics import PARTITIONS
from contracts.vocabulary import Month
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.chassis.doors.web import Problem
from services.review.api.views import BatchPage, BatchView, ItemPage, view_batch, view_line
from services.review.casework import ordering
from services.review.store import batches, items
from services.review.store import release as releases

PAGE_MAX = 500
CURSOR = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,4})")

InMonth = Annotated[Month, Path(description="A month, such as 2026-11: the batch's name.")]
MayRelease = Annotated[Principal, Depends(require("review:release"))]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **TOKEN_PROBLEMS,
    404: {"description": "`unknown-batch`"},
}


def make_batch_doors(database: Database) -> APIRouter:
    """Make the doors."""
    router = APIRouter(prefix="/batches", tags=["batches"], responses=_PROBLEMS)
    readers = [Depends(require("review:read"))]

    @router.get("", dependencies=readers)
    async def list_batches() -> BatchPage:
        """List the batches, latest month first."""
        async with database.transaction() as tx:
            return BatchPage(batches=[await _view(tx, line) for line in await batches.list_batches(tx)])

    @router.get("/{month}", dependencies=readers)
    async def show_batch(month: InMonth) -> BatchView:
        """Show a batch: its state, what it waits for, its manifest's hash, and how many items are in which state."""
        async with database.transaction() as tx:
            return await _view_closely(tx, month)

    @router.get("/{month}/manifest", dependencies=readers, response_class=Response)
    async def show_manifest(month: InMonth) -> Response:
        """Give the manifest of a sealed batch: the bytes over which its hash goes, ``id round version`` a line."""
        async with database.transaction() as tx:
            body = await batches.find_manifest(tx, month)
        if body is None:
            raise Problem(404, "no-manifest", f"the batch of {month} is not sealed")
        return Response(body, media_type="text/plain")

    @router.get("/{month}/items", dependencies=readers)
    async def list_items(
        month: InMonth,
        cursor: Annotated[str | None, Query(max_length=60)] = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    ) -> ItemPage:
        """List a batch's items, page by page."""
        async with database.transaction() as tx:
            found = await items.list_items(tx, month, read_cursor(cursor), limit)
        last = found[-1].state.item if len(found) == limit else None
        following = f"{last.submission_id}.{last.round}" if last else None
        return ItemPage(items=[view_line(one) for one in found], next=following)

    @router.post("/{month}/release", status_code=202, responses={409: {"description": "not now; `code` says why"}})
    async def order_release(month: InMonth, principal: MayRelease) -> BatchView:
        """Release a batch, once: everything decided leaves. Refused while an item waits for its decision."""
        async with database.transaction() as tx:
            await ordering.order_release(tx, month, principal.actor_ref)
            return await _view_closely(tx, month)

    return router


def read_cursor(cursor: str | None) -> tuple[UUID, int]:
    """Read where a page begins.

    Raises:
        Problem: 422 ``cursor``.
    """
    if cursor is None:
        return releases.BEFORE_ALL
    found = CURSOR.fullmatch(cursor)
    if found is None:
        raise Problem(422, "cursor", "this cursor is not from here")
    return UUID(found[1]), int(found[2])


async def _view(tx: Transaction, line: batches.BatchLine) -> BatchView:
    waiting = await batches.find_waiting(tx, line.month, PARTITIONS) if line.state == "open" else None
    return view_batch(line, waiting=waiting)


async def _view_closely(tx: Transaction, month: str) -> BatchView:
    lines = await batches.list_batches(tx, month)
    if not lines:
        raise Problem(404, "unknown-batch", f"there is no batch of {month}")
    seen = await _view(tx, lines[0])
    return seen.model_copy(update={"items": await batches.count_states(tx, month)})
