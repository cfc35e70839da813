"""Which item comes after one: the next that the same search finds, or the next of its batch that waits for the same."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from services.chassis.database import Database
from services.chassis.errors import took_too_long
from services.review.domain.items import word_of
from services.review.domain.searching.issues import Unreadable
from services.review.domain.searching.language import Query, read_query
from services.review.store.items import Found
from services.review.store.searching import ORDERS, begin_search, search_items

QUEUE = "/desk/queue"
_FIRST = "oldest"
_WAITS: Mapping[str, str] = {"assess": "in-review,unanswered", "decide": "assessed"}
"""In which states what a form does is still to be done."""


class Trail(NamedTuple):
    """What the queue was asked for, and in which order, when somebody came from there."""

    q: str = ""
    sort: str = ""

    def address_of(self, item: str, **told: str) -> str:
        """Give the address of an item's page; ``item`` is its id and round."""
        return _address(f"/desk/items/{item}", {**self._asdict(), **told})

    @property
    def queue(self) -> str:
        """Where the queue is when asked for the same."""
        return _address(QUEUE, self._asdict())


def trail_of(q: str, sort: str) -> Trail:
    """Make a trail of what an address or a form says; an order that there is not is the first one."""
    return Trail(q, sort if sort in ORDERS else "")


async def find_following(database: Database, found: Found, trail: Trail, actor_ref: str, form: str = "") -> str | None:
    """Give the id and round of the item that comes next; None behind the last, and where a search takes too long."""
    item = found.state.item
    try:
        query = read_query(trail.q or f"month:{item.month} status:{_WAITS.get(form, word_of(found.state))}")
        return await _search(database, query, actor_ref, found, trail.sort or _FIRST)
    except Unreadable:
        return None
    except Exception as error:
        if took_too_long(error):
            return None
        raise


async def _search(database: Database, query: Query, actor_ref: str, found: Found, order: str) -> str | None:
    item = found.state.item
    place = {
        "member": found.dossier.receipt.member.code,
        "month": item.month,
        "submission_id": UUID(item.submission_id),
        "round": item.round,
    }
    async with database.transaction(read_clock=False) as tx:
        search = await begin_search(tx, query, actor_ref)
        lines = await search_items(tx, search, order, [place[column] for column in ORDERS[order].columns], 1)
    return f"{lines[0].submission_id}/{lines[0].round}" if lines else None


def _address(path: str, told: Mapping[str, str]) -> str:
    said = {name: text for name, text in told.items() if text}
    return f"{path}?{urlencode(said)}" if said else path
