"""The page of an item, with everything on it, and the forms by which people work on it."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, NamedTuple
from urllib.parse import urlencode
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
from services.review.casework.acting import act_on_item, find_there, work
from services.review.desk.amiss import Amiss, amiss_in_body, amiss_of_refusal, amiss_of_stale
from services.review.desk.following import find_following
from services.review.desk.forms import FORMS, Form, Tree, typed_of
from services.review.desk.gathering import gather
from services.review.desk.house import House, language_for
from services.review.desk.sheet import places_of, questions_of
from services.review.desk.shown import context_of
from services.review.desk.visitor import WhatWasSent, needs, visitor_of
from services.review.desk.words import Language

QUEUE = "/desk/queue"
FILTER_MAX = 500
MayRead = Annotated[Principal, Depends(needs("review:read"))]
MaySee = Annotated[Principal, Depends(needs("review:contacts"))]
Filter = Annotated[str, Query(max_length=FILTER_MAX)]
Short = Annotated[str, Query(max_length=60)]

_CAME_FROM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9]{1,4}")
_REVISION = re.compile(r"[0-9]{1,9}")
NOTHING_AMISS = Amiss()
FORM_NAMES = frozenset(form.name for form in FORMS)


class At(NamedTuple):
    """Which item, and what the queue was asked for when it was opened."""

    submission_id: UUID
    round: int
    q: str

    @property
    def path(self) -> str:
        """Where its page is."""
        return address_of_item(f"{self.submission_id}/{self.round}", self.q)


class Came(NamedTuple):
    """What was just done, and to which item."""

    done: str = ""
    where: str = ""


NOWHERE = Came()


def make_item_pages(house: House, vault: Vault) -> APIRouter:
    """Make the page, and a door for each of its forms."""
    router = APIRouter(prefix="/items/{submission_id}/{round}")

    @router.get("")
    async def show_item(
        request: Request,
        submission_id: Id,
        round: InRound,
        _: MayRead,
        q: Filter = "",
        done: Short = "",
        of: Short = "",
    ) -> Response:
        """Show everything there is of an item, and what this visitor may do with it."""
        return await _page(house, request, At(submission_id, round, q), came=Came(done, of))

    @router.post("/contact")
    async def show_contact(
        request: Request, submission_id: Id, round: InRound, principal: MaySee, sent: WhatWasSent
    ) -> Response:
        """Show who is behind an item, once that somebody looked stands in its history."""
        at = At(submission_id, round, _filter(sent))
        try:
            contact = await find_contact(house.database, vault, submission_id, round, principal)
        except Problem as problem:
            if problem.code != "vault-away":
                raise
            return await _page(house, request, at, amiss=Amiss("contact", problem.status))
        return await _page(house, request, at, contact=contact)

    for form in FORMS:
        router.add_api_route(f"/{form.name}", _door_of(house, form), methods=["POST"])
    return router


def address_of_item(name: str, q: str = "", **told: str) -> str:
    """Give the address of an item's page; ``name`` is its id and round."""
    said = {name: text for name, text in {"q": q, **told}.items() if text}
    return f"/desk/items/{name}{'?' if said else ''}{urlencode(said)}"


def _door_of(house: House, form: Form) -> Callable[..., Awaitable[Response]]:
    async def take(
        request: Request,
        submission_id: Id,
        round: InRound,
        principal: Annotated[Principal, Depends(needs(form.scope))],
        sent: WhatWasSent,
    ) -> Response:
        at = At(submission_id, round, _filter(sent))
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
        return amiss_of_stale(form.name, problem, places_of(month, language), language)
    return None


async def _whereto(house: House, form: Form, at: At, principal: Principal, sent: Sent) -> str:
    this = f"{at.submission_id}/{at.round}"
    if sent.verb == "stay":
        return address_of_item(this, at.q, done=form.name)
    async with house.database.transaction(read_clock=False) as tx:
        found = await find_there(tx, at.submission_id, at.round)
        following = await find_following(tx, found, at.q, principal.actor_ref, form.name)
    if following is None:
        return f"{QUEUE}?{urlencode({'q': at.q})}" if at.q else QUEUE
    return address_of_item(following, at.q, done=form.name, of=this)


async def _page(
    house: House,
    request: Request,
    at: At,
    *,
    amiss: Amiss = NOTHING_AMISS,
    sent: Sent | None = None,
    contact: ContactView | None = None,
    came: Came = NOWHERE,
) -> Response:
    language, visitor = language_for(request), visitor_of(request)
    async with house.database.transaction(read_clock=False) as tx:
        found = await find_there(tx, at.submission_id, at.round)
        gathered = await gather(tx, found)
        following = await find_following(tx, found, at.q, visitor.principal.actor_ref if visitor.principal else "")
    context = context_of(gathered, language, visitor, amiss, typed_of(sent) if sent else {})
    return house.render(
        request,
        "item/page",
        amiss.status,
        here="queue",
        q=at.q,
        following=address_of_item(following, at.q) if following else "",
        done=came.done if came.done in FORM_NAMES else "",
        came_from=address_of_item(came.where, at.q) if _CAME_FROM.fullmatch(came.where) else "",
        contact=contact,
        **context,
    )


def _filter(sent: Sent) -> str:
    return sent.one("q")[:FILTER_MAX]


def _seen(sent: Sent) -> int:
    """Give the revision that the sender saw; where none can be read, one that nothing has."""
    revision = sent.one("revision")
    return int(revision) if _REVISION.fullmatch(revision) else -1
