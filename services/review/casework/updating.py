"""Lets the holder of a reform be asked how it goes on: noted in the item's history, and told."""

from uuid import UUID

from contracts.event import Fact
from contracts.reviews import UpdateRequested
from services.chassis.database import Transaction
from services.chassis.doors.auth import Principal
from services.chassis.doors.web import Problem
from services.review.domain.updating import RequestUpdate, request_update
from services.review.store import items


async def ask_for_update(
    tx: Transaction, submission_id: UUID, round_: int, principal: Principal, why: str
) -> UpdateRequested:
    """Note the wish and tell it.

    Raises:
        Problem: 404 ``unknown-item``.
        Refusal: ``not-a-reform``.
    """
    found = await items.lock_item(tx, submission_id, round_)
    if found is None:
        raise Problem(404, "unknown-item", f"there is no round {round_} of {submission_id}")
    told = request_update(found.state, RequestUpdate(why, principal.actor_ref, tx.now))
    await items.insert_history(tx, found.state, principal.actor_ref, [told])
    tx.emit([Fact(subject=found.state.item.submission_id, data=told)])
    return told
