"""The doors of what leaves: a batch as it would be released, and its report afterwards."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, TypeAdapter

from contracts.vocabulary import Month
from services.chassis.codec import encode
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import problem_answers
from services.review.casework.bodies import Words
from services.review.casework.previewing import Preview, preview_batch
from services.review.casework.rendering import Renderer
from services.review.casework.reporting import as_csv, check_again, count_outstanding, find_figures, tell_report
from services.review.domain.reporting import Figures

PAGE_MAX = 200

InMonth = Annotated[Month, Path(description="A month, such as 2026-11: the batch's name.")]
MayRelease = Annotated[Principal, Depends(require("review:release"))]
Again = Annotated[bool, Query(description="Make it again of what is kept, and refuse where it differs.")]


class ReportBody(BaseModel):
    """Why to report though letters have not arrived."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Words | None = None


_report = TypeAdapter(ReportBody)


def make_leaving_doors(database: Database, renderer: Renderer) -> APIRouter:
    """Make the doors."""
    router = APIRouter(
        prefix="/batches/{month}", tags=["batches"], responses=problem_answers(400, 401, 403, 404, 409, 422)
    )
    readers = [Depends(require("review:read"))]

    @router.get("/preview", dependencies=readers)
    async def preview(
        month: InMonth,
        cursor: Annotated[str | None, Query(max_length=60)] = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
    ) -> Preview:
        """Show a batch as it would leave: what would be published, and every letter. Nothing is told or kept."""
        return await preview_batch(database, renderer, month, cursor, limit)

    @router.get("/report", dependencies=readers, response_model=Figures)
    async def show_report(month: InMonth, *, again: Again = False) -> Response:
        """Give a month in figures: the bytes over which the hash of ``batch.reported.v1`` goes."""
        async with database.transaction() as tx:
            return Response(encode(await _figures(tx, month, again=again)), media_type="application/json")

    @router.get("/report.csv", dependencies=readers, response_class=Response)
    async def show_report_as_csv(month: InMonth, *, again: Again = False) -> Response:
        """Give the same figures as a table."""
        async with database.transaction() as tx:
            body = as_csv(await _figures(tx, month, again=again))
        named = {"Content-Disposition": f'attachment; filename="report-{month}.csv"'}
        return Response(body, media_type="text/csv; charset=utf-8", headers=named)

    @router.post("/report", openapi_extra=documented(_report))
    async def tell(
        month: InMonth, principal: MayRelease, body: Annotated[ReportBody, Depends(body_of(_report))]
    ) -> dict[str, Any]:
        """Tell a released month in figures now; with a reason also while letters have not arrived."""
        waiting = 0 if body.reason else await count_outstanding(database, renderer, month)
        async with database.transaction() as tx:
            told = await tell_report(tx, month, by=principal.actor_ref, reason=body.reason, outstanding=waiting)
        return {"month": told.month, "hash": told.report_hash, "undelivered_letters": told.undelivered_letters}

    return router


async def _figures(tx: Transaction, month: str, *, again: bool) -> Figures:
    return await (check_again(tx, month) if again else find_figures(tx, month))
