"""The page of an item, with everything on it, and the forms by which people work on it."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ValidationError

from services.chassis.doors.answers import STAFF, see_other
from services.chassis.doors.auth import Principal
from services.chassis.doors.sent import Sent
from services.chassis.doors.web import Problem
from services.chassis.errors import Refusal
from services.review.api.contact import ContactView, Vault, find_contact
from services.review.api.items import Id, InRound
from services.review.api.versions import VersionQuery
from services.review.casework.acting import act_on_item, find_there, work
from services.review.desk.amiss import Amiss, amiss_in_body, amiss_of_refusal, amiss_of_stale
from services.review.desk.following import Trail, find_following, trail_of
from services.review.desk.forms import FORMS, Form, Tree, typed_of
from services.review.desk.gathering import gather
from services.review.desk.house import House, language_for
from services.review.desk.sheet import places_of, questions_of
from services.review.desk.shown import context_of
from services.review.desk.visitor import WhatWasSent, needs, visitor_of
from services.review.desk.words import Language
from services.review.domain.searching.language import LENGTH_MAX

MayRead = Annotated[Principal, Depends(needs("review:read"))]
MaySee = Annotated[Principal, Depends(needs("review:contacts"))]
Search = Annotated[str, Query(max_length=LENGTH_MAX)]
Sort = Annotated[str, Query(max_length=20)]

NOTHING_AMISS = Amiss()
FORM_NAMES = frozenset(form.name for form in FORMS)
_ITEM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9]{1,4}")
_REVISION = re.compile(r"[0-9]{1,9}")


class At(NamedTuple):
    """Which item, and from which queue somebody came to it."""

    submission_id: UUID
    round: int
    trail: Trail

    @property
    def name(self) -> str:
        """Its id and round."""
        return f"{self.submission_id}/{self.round}"


def _came(submission_id: Id, round: InRound, q: Search = "", sort: Sort = "") -> At:
    return At(submission_id, round, trail_of(q, sort))


def _sent(submission_id: Id, round: InRound, sent: WhatWasSent) -> At:
    return At(submission_id, round, trail_of(sent.one("q")[:LENGTH_MAX], sent.one("sort")))


CameTo = Annotated[At, Depends(_came)]
SentAt = Annotated[At, Depends(_sent)]


def make_item_pages(house: House, vault: Vault) -> APIRouter:
    """Make the page, and a door for each of its forms."""
    router = APIRouter(prefix="/items/{submission_id}/{round}")

    @router.get("")
    async def show_item(request: Request, at: CameTo, _: MayRead, before: VersionQuery = None) -> Response:
        """Show everything there is of an item, and what this visitor may do; ``before`` is the version to compare."""
        return await _page(house, request, at, before=before)

    @router.post("/contact")
    async def show_contact(request: Request, at: SentAt, principal: MaySee) -> Response:
        """Show who is behind an item, once that somebody looked stands in its history."""
        try:
            contact = await find_contact(house.database, vault, at.submission_id, at.round, principal)
        except Problem as problem:
            if problem.code != "vault-away":
                raise
            return await _page(house, request, at, amiss=Amiss("contact", problem.status))
        return await _page(house, request, at, contact=contact)

    for form in FORMS:
        router.add_api_route(f"/{form.name}", _door_of(house, form), methods=["POST"])
    return router


def _door_of(house: House, form: Form) -> Callable[..., Awaitable[Response]]:
    async def take(
        request: Request, at: SentAt, principal: Annotated[Principal, Depends(needs(form.scope))], sent: WhatWasSent
    ) -> Response:
        amiss = await _try(house, form, at, principal, sent, language_for(request))
        if amiss is not None:
            return await _page(house, request, at, amiss=amiss, sent=sent)
        return see_other(await _whereto(house, form, at, principal, sent), STAFF)

    take.__doc__ = f"Take what the form ``{form.name}`` sends."
    return take


async def _try(house: House, form: Form, at: At, principal: Principal, sent: Sent, language: Language) -> Amiss | None:
    tree: Tree = {}
    month = ""
    try:
        async with work(house.database) as tx:
            month = (await find_there(tx, at.submission_id, at.round)).state.item.month
            tree = form.tree_of(sent, questions_of(month, language))
            ask = form.ask(tree)
            await act_on_item(
                tx,
                at.submission_id,
                at.round,
                principal,
                lambda found, tx: ask(found, principal, tx.now),
                rules=house.settings.impartiality,
                seen=_seen(sent),
            )
    except ValidationError as error:
        return amiss_in_body(form.name, error, tree, language)
    except Refusal as refusal:
        return amiss_of_refusal(form.name, refusal, language)
    except Problem as problem:
        if not month:
            raise
        return amiss_of_stale(form.name, problem, places_of(month, language), language)
    return None


async def _whereto(house: House, form: Form, at: At, principal: Principal, sent: Sent) -> str:
    if sent.verb == "stay":
        return at.trail.address_of(at.name, done=form.name)
    async with house.database.transaction(read_clock=False) as tx:
        found = await find_there(tx, at.submission_id, at.round)
    following = await find_following(house.database, found, at.trail, principal.actor_ref, form.name)
    return at.trail.address_of(following, done=form.name, of=at.name) if following else at.trail.queue


async def _page(
    house: House,
    request: Request,
    at: At,
    *,
    amiss: Amiss = NOTHING_AMISS,
    sent: Sent | None = None,
    contact: ContactView | None = None,
    before: int | None = None,
) -> Response:
    language, visitor = language_for(request), visitor_of(request)
    async with house.database.transaction(read_clock=False) as tx:
        found = await find_there(tx, at.submission_id, at.round)
        gathered = await gather(tx, found, before)
    actor_ref = visitor.principal.actor_ref if visitor.principal else ""
    following = await find_following(house.database, found, at.trail, actor_ref)
    return house.render(
        request,
        "item/page",
        amiss.status,
        here="queue",
        trail=at.trail,
        following=at.trail.address_of(following) if following else "",
        contact=contact,
        **_just_done(request, at),
        **context_of(gathered, language, visitor, amiss, typed_of(sent) if sent else {}),
    )


def _just_done(request: Request, at: At) -> dict[str, str]:
    done, of = request.query_params.get("done", ""), request.query_params.get("of", "")
    return {
        "done": done if done in FORM_NAMES else "",
        "came_from": at.trail.address_of(of) if _ITEM.fullmatch(of) else "",
    }


def _seen(sent: Sent) -> int:
    """Give the revision that the sender saw; where none can be read, one that nothing has."""
    revision = sent.one("revision")
    return int(revision) if _REVISION.fullmatch(revision) else -1
