"""Which item comes after one: the next of the same filter, or of the same work in the same batch."""

from collections.abc import Mapping
from uuid import UUID

from services.chassis.database import Transaction
from services.review.api.views import word_of
from services.review.store.items import Found, list_items

CHUNK = 100
_NEEDED: Mapping[str, frozenset[str]] = {
    "assess": frozenset({"in-review", "unanswered"}),
    "decide": frozenset({"assessed"}),
}
"""In which states what a form does is still to be done."""


async def find_following(tx: Transaction, found: Found, q: str, form: str = "") -> str | None:
    """Give the id and round of the item that comes next, as addresses have them; None behind the last."""
    item = found.state.item
    wanted = _NEEDED.get(form, frozenset({word_of(found.state)}))
    after = (UUID(item.submission_id), item.round)
    while lines := await list_items(tx, item.month, after, CHUNK):
        for line in lines:
            if word_of(line.state) in wanted:
                return f"{line.state.item.submission_id}/{line.state.item.round}"
        last = lines[-1].state.item
        after = (UUID(last.submission_id), last.round)
    return None
