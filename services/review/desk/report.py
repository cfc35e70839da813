"""The page of a month's report, with its charts, and the same as JSON and CSV; and the button that tells it."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.codec import encode
from services.chassis.doors.answers import STAFF, see_other
from services.chassis.doors.auth import Principal
from services.chassis.errors import Refusal
from services.review.casework.rendering import Renderer
from services.review.casework.reporting import as_csv, count_outstanding, find_figures, find_report, tell_report
from services.review.desk.charts import draw_bars
from services.review.desk.figures import Figure, matrix_of, outcomes_of, reasons_of
from services.review.desk.house import House, language_for
from services.review.desk.month import InMonth, MayRead, drawing, find_month, names_of_staff, write_month
from services.review.desk.refusals import sentence_of
from services.review.desk.typed import words_in
from services.review.desk.visitor import WhatWasSent, needs
from services.review.desk.words import Language, words_of
from services.review.domain.reporting import Figures
from services.review.store import reporting as store

MayRelease = Annotated[Principal, Depends(needs("review:release"))]


def make_report_pages(house: House, renderer: Renderer) -> APIRouter:
    """Make the pages."""
    router = APIRouter(prefix="/months/{month}")

    @router.get("/report")
    async def show_report(request: Request, month: InMonth, _: MayRead) -> Response:
        """Show the report of a month, or what it waits for."""
        return await write_report(house, request, month)

    @router.post("/report")
    async def report(request: Request, month: InMonth, principal: MayRelease, sent: WhatWasSent) -> Response:
        """Tell the report although letters have not arrived, for a reason."""
        try:
            reason = words_in(sent, "reason") if sent.one("reason").strip() else None
            waiting = 0 if reason else await count_outstanding(house.database, renderer, month)
            async with house.database.transaction() as tx:
                await tell_report(tx, month, by=principal.actor_ref, reason=reason, outstanding=waiting)
        except Refusal as refusal:
            typed = {"said": sentence_of(refusal, language_for(request)), "reason": sent.one("reason")}
            return await write_report(house, request, month, refusal.status, **typed)
        return see_other(f"/desk/months/{month}/report", STAFF)

    @router.get("/report.json")
    async def give_json(month: InMonth, _: MayRead) -> Response:
        """Give the figures in the bytes over which the report's hash goes."""
        async with house.database.transaction() as tx:
            body = encode(await find_figures(tx, month))
        return Response(body, headers=dict(STAFF), media_type="application/json")

    @router.get("/report.csv")
    async def give_csv(month: InMonth, _: MayRead) -> Response:
        """Give the figures as a table."""
        async with house.database.transaction() as tx:
            body = as_csv(await find_figures(tx, month))
        named = {"Content-Disposition": f'attachment; filename="report-{month}.csv"'}
        return Response(body, headers={**STAFF, **named}, media_type="text/csv; charset=utf-8")

    @router.get("/charts/{name}.svg")
    async def draw(request: Request, month: InMonth, name: Literal["ended", "reasons"], _: MayRead) -> Response:
        """Draw how the items ended, or why items were declined."""
        async with house.database.transaction() as tx:
            figures = await find_figures(tx, month)
        bars = bars_of(figures, language_for(request))[name]
        said = words_of(language_for(request))["month"]["report_page"]
        title, about = said[f"{name}_title"], said[f"{name}_about"]
        return drawing(draw_bars(title, about, [(one.name, float(one.number)) for one in bars]))

    return router


def bars_of(figures: Figures, language: Language) -> dict[str, Sequence[Figure]]:
    """Give what the charts draw, by their names."""
    said = words_of(language)["month"]["report_page"]
    return {"ended": outcomes_of(figures, said), "reasons": reasons_of(figures, said["reasons_other"], language)}


async def write_report(house: House, request: Request, month: str, status: int = 200, **context: Any) -> Response:
    """Write the page: the figures as they were told, or as they are now, or nothing yet."""
    language = language_for(request)
    async with house.database.transaction() as tx:
        it = await find_month(tx, month)
        told = await find_report(tx, month)
        letters = await store.count_letters(tx, month) if it.is_released and told is None else None
        figures = await find_figures(tx, month) if it.is_released else None
        names = await names_of_staff(tx)
    shown: dict[str, Any] = {"figures": figures, "told": told, "letters": letters, "names": names}
    if figures is not None:
        shown |= {"matrix": matrix_of(figures, language), "bars": bars_of(figures, language)}
    return write_month(house, request, it, "report", status=status, **{"said": "", "reason": "", **shown, **context})
