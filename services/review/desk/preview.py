"""The page of a release before it goes out: what will be published, every letter, and the button that lets it go."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from contracts.reference import areas, reason_codes, words
from services.chassis.doors.answers import STAFF, see_other
from services.chassis.doors.auth import Principal
from services.chassis.doors.sent import Sent
from services.chassis.doors.web import Problem
from services.chassis.errors import Refusal
from services.review.api.items import Id, InRound
from services.review.casework.acting import act_on_item, work
from services.review.casework.ordering import order_release
from services.review.casework.previewing import preview_batch
from services.review.casework.rendering import Renderer
from services.review.desk.house import House, language_for
from services.review.desk.month import InMonth, MayRead, find_month, write_month
from services.review.desk.refusals import sentence_of
from services.review.desk.sheet import language_named
from services.review.desk.typed import revision_in, words_in
from services.review.desk.visitor import WhatWasSent, needs
from services.review.desk.words import Language
from services.review.domain.commands import HoldBack
from services.review.domain.refused import refused
from services.review.store.months import seal_leaving

ITEMS_MAX = 20
"""So many items stand on one page, each with its letters."""

MayRelease = Annotated[Principal, Depends(needs("review:release"))]
Cursor = Annotated[str | None, Query(max_length=60)]


def make_preview_pages(house: House, renderer: Renderer) -> APIRouter:
    """Make the pages."""
    router = APIRouter(prefix="/months/{month}")
    desk = _PreviewPages(house, renderer)
    router.add_api_route("/preview", desk.show, methods=["GET"])
    router.add_api_route("/items/{submission_id}/{round}/hold", desk.hold, methods=["POST"])
    router.add_api_route("/release", desk.release, methods=["POST"])
    return router


class _PreviewPages:
    def __init__(self, house: House, renderer: Renderer) -> None:
        self.house = house
        self.renderer = renderer

    async def show(self, request: Request, month: InMonth, _: MayRead, cursor: Cursor = None) -> Response:
        """Show the batch as it would leave."""
        return await self._write(request, month, cursor)

    async def hold(
        self,
        request: Request,
        month: InMonth,
        submission_id: Id,
        round: InRound,
        principal: MayRelease,
        sent: WhatWasSent,
        cursor: Cursor = None,
    ) -> Response:
        """Keep one item back."""
        try:
            await self._hold(submission_id, round, principal, sent)
        except (Refusal, Problem) as error:
            return await self._write(request, month, cursor, error, sent, f"{submission_id}.{round}")
        return see_other(f"/desk/months/{month}/preview", STAFF)

    async def release(self, request: Request, month: InMonth, principal: MayRelease, sent: WhatWasSent) -> Response:
        """Let the batch go, as it was shown and as its month was typed."""
        try:
            if sent.one("confirm").strip() != month:
                raise refused("confirmation", month, field="confirm")
            async with self.house.database.transaction() as tx:
                await order_release(tx, month, principal.actor_ref)
                if await seal_leaving(tx, month) != sent.one("seen"):
                    raise refused("preview-changed")
        except (Refusal, Problem) as error:
            return await self._write(request, month, None, error, sent)
        return see_other(f"/desk/months/{month}", STAFF)

    async def _hold(self, submission_id: UUID, round_: int, principal: Principal, sent: Sent) -> None:
        reason = words_in(sent, "reason")
        async with work(self.house.database) as tx:
            await act_on_item(
                tx,
                submission_id,
                round_,
                principal,
                lambda _, tx: HoldBack(reason=reason, by=principal.actor_ref, at=tx.now),
                rules=self.house.settings.impartiality,
                seen=revision_in(sent),
            )

    async def _write(
        self,
        request: Request,
        month: str,
        cursor: str | None,
        error: Refusal | Problem | None = None,
        sent: Sent | None = None,
        about: str = "",
    ) -> Response:
        async with self.house.database.transaction() as tx:
            it = await find_month(tx, month)
            seen = await seal_leaving(tx, month)  # before the rest is read: what changes meanwhile is refused
        language = language_for(request)
        told: dict[str, Any] = {"wrong": None, "preview": None, **_named(language)}
        if error is not None:
            told["wrong"] = {"about": about, "said": sentence_of(error, language), "typed": sent}
        if it.state == "sealed":
            preview = await preview_batch(self.house.database, self.renderer, month, cursor, ITEMS_MAX)
            told |= {"preview": preview, "seen": seen}
        return write_month(self.house, request, it, "preview", status=error.status if error else 200, **told)


def _named(language: Language) -> Mapping[str, object]:
    return {
        "language_name": partial(language_named, language=language),
        "area_names": {str(entry.code): words(entry, language) for entry in areas().areas},
        "reason_names": {entry.code: words(entry, language) for entry in reason_codes().reason_codes},
    }
