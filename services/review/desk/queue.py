"""The queue: what a search finds, in pages, with counts by status, searches that were kept, and what to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from contracts.reference import areas, reason_codes, words
from services.chassis.doors.answers import STAFF, see_other
from services.chassis.doors.auth import Principal
from services.chassis.doors.sent import Sent
from services.chassis.doors.web import Problem
from services.chassis.ids import new_id
from services.review.casework.searching import CURSOR_MAX, Page, SortName, search_page
from services.review.desk.house import House, language_for
from services.review.desk.refusals import sentence_of
from services.review.desk.visitor import WhatWasSent, needs
from services.review.desk.words import Language
from services.review.domain.flags import in_order
from services.review.domain.searching.issues import Unreadable, say
from services.review.domain.searching.keys import GROUPS, KEYS
from services.review.domain.searching.language import LENGTH_MAX, read_query, replace_key, write_query
from services.review.domain.searching.language import Query as Search
from services.review.domain.staff import Staff
from services.review.store.filters import SavedFilter, count_others, delete_filter, list_filters, save_filter
from services.review.store.staff import list_staff

QUEUE = "/desk/queue"
SHOWN_MAX = 50
FIRST = "status:open"
FILTERS_MAX = 50
NAME_MAX = 80
SORTS: Sequence[SortName] = get_args(SortName)

MayRead = Annotated[Principal, Depends(needs("review:read"))]
Typed = Annotated[str, Query(max_length=2 * LENGTH_MAX)]
Place = Annotated[str | None, Query(max_length=CURSOR_MAX)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the queue was asked for, as it was typed; and what is wrong with it, in sentences."""

    q: str
    sort: SortName = "oldest"
    cursor: str | None = None

    def address(self, **otherwise: str | None) -> str:
        """Give where the queue is when asked for this, or for something otherwise."""
        told = {"q": self.q, "sort": None if self.sort == SORTS[0] else self.sort, **otherwise}
        return f"{QUEUE}?{urlencode({name: value for name, value in told.items() if value is not None})}"

    def address_of_plan(self, plan_id: UUID) -> str:
        """Give where a plan is that was made from here."""
        return f"{QUEUE}/plans/{plan_id}?{self.address().partition('?')[2]}"


@dataclass(frozen=True, slots=True)
class Way:
    """Something to do with what is chosen: its name, the scope without which it is not shown, and what it needs."""

    name: str
    scope: str
    needs: tuple[str, ...]


WAYS: Sequence[Way] = (
    Way("assign", "review:assess", ("assessor", "reason")),
    Way("assess", "review:assess", ("reason",)),
    Way("accept", "review:decide", ()),
    Way("decline", "review:decide", ("code",)),
    Way("hold", "review:release", ("reason",)),
    Way("unhold", "review:release", ("reason",)),
)


def make_queue_pages(house: House) -> APIRouter:
    """Make the pages."""
    router = APIRouter(prefix="/queue")

    @router.get("")
    async def show_queue(
        request: Request, principal: MayRead, q: Typed = FIRST, sort: SortName = "oldest", cursor: Place = None
    ) -> Response:
        """Show what a search finds; what is open, where nothing was searched."""
        return await write_queue(house, request, principal, Asked(q, sort, cursor))

    @router.post("/filters")
    async def keep_filter(request: Request, principal: MayRead, sent: WhatWasSent) -> Response:
        """Keep a search under a name, for oneself or for everybody."""
        asked = asked_in(sent)
        try:
            await _keep(house, principal, sent, asked.q)
        except (Problem, Unreadable) as error:
            return await write_queue(house, request, principal, asked, wrong_filter=error)
        return see_other(asked.address(), STAFF)

    @router.post("/filters/{filter_id}/delete")
    async def take_filter_away(filter_id: UUID, principal: MayRead, sent: WhatWasSent) -> Response:
        """Take a search of one's own away."""
        async with house.database.transaction(read_clock=False) as tx:
            if not await delete_filter(tx, filter_id, principal.actor_ref):
                raise Problem(404, "not-found", "there is no such search of yours")
        return see_other(asked_in(sent).address(), STAFF)

    return router


def asked_in(sent: Sent) -> Asked:
    """Read from a form what the queue was asked for when it was opened."""
    sort = next((known for known in SORTS if known == sent.one("sort")), SORTS[0])
    return Asked(sent.one("q")[: 2 * LENGTH_MAX], sort)


async def write_queue(
    house: House,
    request: Request,
    principal: Principal,
    asked: Asked,
    *,
    wrong_filter: Problem | Unreadable | None = None,
    **told: Any,
) -> Response:
    """Write the page; ``told`` is what else it shows, of what was chosen."""
    language = language_for(request)
    said, found, query = await _search(house, principal, asked, language)
    async with house.database.transaction(read_clock=False) as tx:
        filters = await list_filters(tx, principal.actor_ref)
        people = await list_staff(tx)
    if wrong_filter is not None:
        told["filter_said"] = _sentence(wrong_filter, language)
    context = {
        "here": "queue",
        "asked": asked,
        "said": said,
        "found": found,
        "tabs": _tabs(asked, query, found) if found else [],
        "filters": filters,
        "mine": principal.actor_ref,
        "names": {one.actor_ref: one.name for one in people},
        "assessors": _assessors(house, people),
        "area_names": {str(entry.code): words(entry, language) for entry in areas().areas},
        "reason_names": {entry.code: words(entry, language) for entry in reason_codes().reason_codes},
        "ways": WAYS,
        "wrong": None,
        "keys": KEYS,
        "groups": GROUPS,
        "sorts": SORTS,
        "in_order": in_order,
        "filter_said": "",
        **told,
    }
    return house.render(request, "queue/list", _status(said, wrong_filter, context["wrong"]), **context)


def _assessors(house: House, people: Sequence[Staff]) -> list[str]:
    """Give who may be chosen to assess: staff who may, and those whom the settings name."""
    able = [one.actor_ref for one in people if "review:assess" in one.scopes and not one.disabled]
    return list(dict.fromkeys([*able, *house.settings.review_assessors]))


async def _search(
    house: House, principal: Principal, asked: Asked, language: Language
) -> tuple[Sequence[str], Page | None, Search]:
    """Carry the search out; where it cannot be, say why, in sentences."""
    try:
        query = read_query(asked.q)
        page = await search_page(house.database, query, principal.actor_ref, asked.sort, asked.cursor, SHOWN_MAX)
    except Unreadable as unreadable:
        return [say(issue, language) for issue in unreadable.issues], None, ()
    except Problem as problem:
        return [sentence_of(problem, language)], None, ()
    return [], page, query


def _status(said: Sequence[str], wrong_filter: Problem | Unreadable | None, wrong: Any) -> int:
    if wrong is not None:
        return int(wrong["status"])
    if isinstance(wrong_filter, Problem):
        return wrong_filter.status
    return 400 if said or wrong_filter else 200


def _sentence(error: Problem | Unreadable, language: Language) -> str:
    if isinstance(error, Unreadable):
        return " ".join(say(issue, language) for issue in error.issues)
    return sentence_of(error, language)


@dataclass(frozen=True, slots=True)
class Tab:
    """A status to look at instead: how many there are in it, and where; ``is_here`` when the search asks for it."""

    status: str
    count: int
    or_more: bool
    address: str
    is_here: bool


def _tabs(asked: Asked, query: Search, found: Page) -> list[Tab]:
    here = {value for term in query if term.key == "status" and not term.negated for value in term.values}
    return [
        Tab(
            status,
            count,
            status in found.or_more,
            asked.address(q=write_query(replace_key(query, "status", status))),
            here == {status},
        )
        for status, count in found.counts.items()
    ]


async def _keep(house: House, principal: Principal, sent: Sent, text: str) -> None:
    """Keep a search, as it is read and not as it was typed.

    Raises:
        Unreadable: it cannot be read.
        Problem: 422 ``words``, ``too-many-filters``.
    """
    query = write_query(read_query(text))
    name = " ".join(sent.one("name").split())
    if not 0 < len(name) <= NAME_MAX or not name.isprintable() or len(query) > LENGTH_MAX:
        raise Problem(422, "words", "give it a name of at most 80 characters")
    fresh = SavedFilter(new_id(), principal.actor_ref, name, query, shared=sent.one("shared") == "yes")
    async with house.database.transaction() as tx:
        if await count_others(tx, principal.actor_ref, name) >= FILTERS_MAX:
            raise Problem(422, "too-many-filters", f"nobody keeps more than {FILTERS_MAX} searches")
        await save_filter(tx, fresh)
