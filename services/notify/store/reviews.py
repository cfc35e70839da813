"""How far the review of each month is, and who waits for one that is late."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.event import Cause
from contracts.topics import REVIEWS
from contracts.vocabulary import Month
from services.chassis.database import as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.delays import Heard, Review
from services.notify.domain.standing import Standing
from services.notify.store.standings import standing_of

SAVE_REVIEWS = """
INSERT INTO month_review AS m (month, sealed_by, correlation_id, traceparent, released)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::boolean[])
ON CONFLICT (month) DO UPDATE SET
    sealed_by = coalesce(m.sealed_by, excluded.sealed_by),
    correlation_id = coalesce(m.correlation_id, excluded.correlation_id),
    traceparent = coalesce(m.traceparent, excluded.traceparent),
    released = m.released OR excluded.released
"""
CANCEL_DELAYS = """
UPDATE letter
SET state = CASE WHEN doubtful THEN 'unknown' ELSE 'cancelled' END, detail = 'released', lease = NULL, changed_at = $2
WHERE kind = 'delay' AND submission_id IN (SELECT submission_id FROM standing WHERE month >= ANY ($1::text[]))
  AND words::jsonb ->> 'month' = ANY ($1::text[])
  AND state IN ('pending', 'claimed', 'failed-temporarily', 'held', 'suppressed')
"""


async def save_reviews(tx: Transaction, heard: Mapping[Month, Review]) -> None:
    """Note which batches are sealed and which are released; of those nobody is told any more that they are late."""
    if not heard:
        return
    await tx.execute(SAVE_REVIEWS, *as_columns([_row(month, review) for month, review in sorted(heard.items())], 5))
    released = [month for month, review in heard.items() if review.released]
    if released:
        await tx.execute(CANCEL_DELAYS, released, tx.now)


LOCK_LATE_REVIEW = """
SELECT * FROM month_review
WHERE sealed_by IS NOT NULL AND NOT released AND delay_told_at IS NULL AND month <= $1
ORDER BY month LIMIT 1 FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class LateReview:
    """A month whose batch is sealed and not released, though it should be."""

    month: Month
    sealed: Cause


async def lock_late_review(tx: Transaction, last: Month) -> LateReview | None:
    """Lock the review of one month, none newer than ``last``, of which nobody was told that it is late."""
    row = await tx.fetchrow(LOCK_LATE_REVIEW, last)
    if row is None:
        return None
    sealed = Cause(event_id=row["sealed_by"], correlation_id=row["correlation_id"], traceparent=row["traceparent"])
    return LateReview(row["month"], sealed)


READ_HEARD = """
SELECT partition, last_seq, uuid_extract_timestamp(last_event_id) AS at,
       gapped OR EXISTS (SELECT FROM halted_reader WHERE reader = $1) AS stands_still
FROM stream_position WHERE source_topic = $1
"""


async def read_heard(tx: Transaction) -> dict[int, Heard]:
    """Say of each partition of `reviews` how far it was heard."""
    rows = await tx.fetch(READ_HEARD, REVIEWS.name)
    return {row["partition"]: Heard(row["last_seq"], row["at"], row["stands_still"]) for row in rows}


LIST_WAITING = """
SELECT * FROM standing
WHERE month = $1 AND outcome IS NULL AND NOT withdrawn AND about ? 'contact_ref' AND submission_id > $2
ORDER BY submission_id LIMIT $3
"""


async def list_waiting(tx: Transaction, month: Month, after: str, limit: int) -> dict[str, Standing]:
    """List submissions that wait for the review of a month, by their ids."""
    return {row["submission_id"]: standing_of(row) for row in await tx.fetch(LIST_WAITING, month, after, limit)}


SAVE_DELAY_TOLD = "UPDATE month_review SET delay_told_at = $2 WHERE month = $1"


async def save_delay_told(tx: Transaction, month: Month) -> None:
    """Note that everybody who waits for this month is owed a notice: nobody is owed a second one."""
    await tx.execute(SAVE_DELAY_TOLD, month, tx.now)


def _row(month: Month, review: Review) -> tuple[object, ...]:
    sealed = review.sealed
    if sealed is None:
        return month, None, None, None, review.released
    return month, sealed.event_id, sealed.correlation_id, sealed.traceparent, review.released
