"""Orders the release of a batch: once, and only when everything in it is decided or held back."""

from contracts.batches import ReleaseOrdered
from contracts.event import Fact
from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.review.domain.batches import OrderRelease, decide_batch
from services.review.store import batches, departures
from services.review.store import release as store


async def order_release(tx: Transaction, month: str, by: str) -> None:
    """Let everything that is decided in a batch leave; from here on nothing can stop it.

    Raises:
        Problem: 404 ``unknown-batch``.
        Refusal: ``batch-not-sealed``, ``undecided``, ``held-over-undecided``, ``already-releasing``,
            ``already-released``; nothing has changed.
    """
    batch = await batches.lock_batch(tx, month)
    if batch is None:
        raise Problem(404, "unknown-batch", f"there is no batch of {month}")
    undecided = await store.count_undecided(tx, month)
    held_over = await store.count_held_over_undecided(tx, month)
    for event in decide_batch(batch, OrderRelease(undecided, held_over, by, tx.now)):
        assert isinstance(event, ReleaseOrdered)  # noqa: S101 - the table says so
        await store.save_ordered(tx, event)
        await departures.open_lanes(tx, month)
        tx.emit([Fact(subject=month, data=event)])
