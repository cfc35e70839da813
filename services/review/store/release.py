"""The release of a batch: ordered once, then carried out chunk by chunk from where it stopped."""

from typing import NamedTuple
from uuid import UUID

from contracts.batches import BatchReleased, ReleaseOrdered
from services.chassis.database import Transaction
from services.review.domain.batches import Releasing, Tally
from services.review.store.items import Found, read_founds

COUNT_UNDECIDED = """
SELECT count(*) FROM item WHERE month = $1 AND state IN ('entered', 'assessed') AND hold IS NULL
"""


async def count_undecided(tx: Transaction, month: str) -> int:
    """Count the items of a batch that are neither decided nor withdrawn nor held back. The batch must be locked."""
    count: int = await tx.fetchval(COUNT_UNDECIDED, month)
    return count


COUNT_HELD_OVER_UNDECIDED = """
SELECT count(*) FROM item i JOIN batch b ON b.month = i.month
WHERE i.hold IS NOT NULL AND i.month <> $1 AND b.state = 'released' AND i.state <> 'decided'
"""


async def count_held_over_undecided(tx: Transaction, month: str) -> int:
    """Count the items that earlier releases left behind and nobody has decided."""
    count: int = await tx.fetchval(COUNT_HELD_OVER_UNDECIDED, month)
    return count


SAVE_ORDERED = "UPDATE batch SET state = 'releasing', release_by = $2, release_at = $3 WHERE month = $1"


async def save_ordered(tx: Transaction, ordered: ReleaseOrdered) -> None:
    """Keep that the release is ordered: from here on it cannot be stopped."""
    await tx.execute(SAVE_ORDERED, ordered.month, ordered.ordered_by, ordered.ordered_at)


class Progress(NamedTuple):
    """A release on its way, and the last item that left with it of those whose events were not written before."""

    batch: Releasing
    after: tuple[UUID, int]


LOCK_RELEASING = """
SELECT month, release_by, release_at, after_submission, after_round FROM batch b
WHERE state = 'releasing' AND NOT EXISTS (SELECT FROM lane l WHERE l.month = b.month)
ORDER BY month LIMIT 1 FOR UPDATE SKIP LOCKED
"""
BEFORE_ALL = (UUID(int=0), 0)


async def lock_releasing(tx: Transaction) -> Progress | None:
    """Lock a batch that is being released, unless another is at it, or at what was written of it."""
    row = await tx.fetchrow(LOCK_RELEASING)
    if row is None:
        return None
    begun = row["after_submission"] is not None
    after = (row["after_submission"], row["after_round"]) if begun else BEFORE_ALL
    batch = Releasing(row["month"], row["release_by"], row["release_at"])
    return Progress(batch, after)


LIST_HELD_OVER = """
WITH i AS MATERIALIZED (
    SELECT i.*, b.state AS batch FROM item i JOIN batch b ON b.month = i.month
    WHERE i.hold IS NOT NULL AND i.month <> $1 AND b.state = 'released' AND i.state = 'decided'
    ORDER BY i.submission_id, i.round LIMIT $2 FOR UPDATE OF i
)
SELECT i.*, r.body AS receipt, t.type AS text_type, t.body AS text
FROM i
JOIN told r ON r.submission_id = i.submission_id AND r.event_id = i.received_by
JOIN told t ON t.submission_id = i.submission_id AND t.event_id = i.told_by
ORDER BY i.submission_id, i.round
"""


async def list_held_over(tx: Transaction, month: str, limit: int) -> list[Found]:
    """Lock and list items that earlier releases left behind: they leave with this one, last."""
    return read_founds(await tx.fetch(LIST_HELD_OVER, month, limit))


SAVE_PROGRESS = "UPDATE batch SET after_submission = $2, after_round = $3 WHERE month = $1"


async def save_progress(tx: Transaction, month: str, last: tuple[UUID, int]) -> None:
    """Keep how far the release has come."""
    await tx.execute(SAVE_PROGRESS, month, *last)


FIND_TALLY = """
SELECT count(*) FILTER (WHERE state = 'accepted') AS accepted,
       count(*) FILTER (WHERE state = 'declined') AS declined,
       count(*) FILTER (WHERE state = 'asked') AS clarifications,
       count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn,
       count(*) FILTER (WHERE hold IS NOT NULL) AS held_back
FROM item WHERE month = $1
"""


async def find_tally(tx: Transaction, month: str) -> Tally:
    """Count how the items of a batch ended."""
    row = await tx.fetchrow(FIND_TALLY, month)
    return Tally(*(row or ()))


SAVE_RELEASED = "UPDATE batch SET state = 'released' WHERE month = $1"


async def save_released(tx: Transaction, released: BatchReleased) -> None:
    """Keep that everything has left."""
    await tx.execute(SAVE_RELEASED, released.month)
