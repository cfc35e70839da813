"""Which item comes after one: the next that the same search finds, or the next of its batch that waits for the same."""

from collections.abc import Mapping
from uuid import UUID

from services.chassis.database import Transaction
from services.review.api.views import word_of
from services.review.domain.searching.issues import Unreadable
from services.review.domain.searching.language import read_query
from services.review.store.items import Found
from services.review.store.searching import begin_search, search_items

ORDER = "oldest"
_WAITS: Mapping[str, str] = {"assess": "in-review,unanswered", "decide": "assessed"}
"""In which states what a form does is still to be done."""


async def find_following(tx: Transaction, found: Found, q: str, actor_ref: str, form: str = "") -> str | None:
    """Give the id and round of the item that comes next, as addresses have them; None behind the last.

    The last thing to do in a transaction: its statements may take little time from now on.
    """
    item = found.state.item
    wanted = q or f"month:{item.month} status:{_WAITS.get(form, word_of(found.state))}"
    try:
        search = await begin_search(tx, read_query(wanted), actor_ref)
    except Unreadable:
        return None
    place = (item.month, UUID(item.submission_id), item.round)
    lines = await search_items(tx, search, ORDER, place, 1)
    return f"{lines[0].submission_id}/{lines[0].round}" if lines else None
