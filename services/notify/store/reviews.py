"""How far the review of each month is, and who waits for one that is late."""

from collections.abc import Sequence

from contracts.event import Cause
from contracts.topics import REVIEWS
from contracts.vocabulary import Month
from services.chassis.database import Record
from services.chassis.transaction import Transaction
from services.notify.domain.delays import Heard, Waiting
from services.notify.store.standings import standing_of

SAVE_RELEASED = """
INSERT INTO month_review (month, released) SELECT unnest($1::text[]), true
ON CONFLICT (month) DO UPDATE SET released = true
"""
CANCEL_DELAYS = """
UPDATE letter
SET state = CASE WHEN doubtful THEN 'unknown' ELSE 'cancelled' END, detail = 'released', lease = NULL, changed_at = $2
WHERE kind = 'delay' AND submission_id IN (SELECT submission_id FROM standing WHERE month >= ANY ($1::text[]))
  AND words::jsonb ->> 'month' = ANY ($1::text[])
  AND state IN ('pending', 'claimed', 'failed-temporarily', 'held', 'suppressed')
"""


async def save_released(tx: Transaction, months: Sequence[Month]) -> None:
    """Note which batches are released: nobody is told any more that they are late."""
    if months:
        await tx.execute(SAVE_RELEASED, months)
        await tx.execute(CANCEL_DELAYS, months, tx.now)


NOTE_AWAITED = """
INSERT INTO month_review (month)
SELECT DISTINCT month FROM standing
WHERE month <= $1 AND outcome IS NULL AND NOT withdrawn AND about ? 'contact_ref'
ON CONFLICT (month) DO NOTHING
"""
LOCK_LATE_MONTH = """
SELECT month FROM month_review
WHERE NOT released AND delay_told_at IS NULL AND month <= $1
ORDER BY month LIMIT 1 FOR UPDATE SKIP LOCKED
"""


async def lock_late_month(tx: Transaction, last: Month) -> Month | None:
    """Lock one month, none newer than ``last``, whose batch should be released and of which nobody was told so.

    Whether that batch was sealed plays no part: who waits knows nothing of seals.
    """
    await tx.execute(NOTE_AWAITED, last)
    month: Month | None = await tx.fetchval(LOCK_LATE_MONTH, last)
    return month


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
SELECT s.*, l.caused_by, l.correlation_id, l.traceparent
FROM standing s JOIN letter l ON l.submission_id = s.submission_id AND l.kind = 'receipt'
WHERE s.month = $1 AND s.outcome IS NULL AND NOT s.withdrawn AND s.about ? 'contact_ref' AND s.submission_id > $2
ORDER BY s.submission_id LIMIT $3
"""


async def list_waiting(tx: Transaction, month: Month, after: str, limit: int) -> dict[str, Waiting]:
    """List submissions that wait for the review of a month, by their ids."""
    return {row["submission_id"]: _waiting(row) for row in await tx.fetch(LIST_WAITING, month, after, limit)}


SAVE_DELAY_TOLD = "UPDATE month_review SET delay_told_at = $2 WHERE month = $1"


async def save_delay_told(tx: Transaction, month: Month) -> None:
    """Note that everybody who waits for this month is owed a notice: nobody is owed a second one."""
    await tx.execute(SAVE_DELAY_TOLD, month, tx.now)


def _waiting(row: Record) -> Waiting:
    received = Cause(event_id=row["caused_by"], correlation_id=row["correlation_id"], traceparent=row["traceparent"])
    return Waiting(standing_of(row), received)
