"""Who gets the batch reports or what a search finds, as it was heard; and of which months they were told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import Month
from services.chassis.codec import encode_text
from services.chassis.database import as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.reports import Subscriber

SAVE_SUBSCRIBERS = """
INSERT INTO subscriber AS s (subscription_id, contact_ref, language, since, search)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
ON CONFLICT (subscription_id) DO NOTHING
"""
DELETE_SUBSCRIBERS = "DELETE FROM subscriber WHERE subscription_id = ANY ($1::text[])"

CANCEL_SUBSCRIBED = """
UPDATE letter l
SET state = CASE WHEN l.doubtful THEN 'unknown' ELSE 'cancelled' END,  -- of one in doubt a copy may have arrived
    detail = 'unsubscribed', lease = NULL, changed_at = $2
WHERE l.submission_id = ANY ($1::text[]) AND l.kind IN ('subscription-confirm', 'batch-report', 'search-digest')
  AND l.state IN ('pending', 'claimed', 'failed-temporarily', 'held', 'suppressed')
"""


async def save_subscribers(tx: Transaction, heard: Mapping[str, Subscriber | None]) -> None:
    """Keep who gets letters from now on, and owe nothing any more to who does not.

    A letter that is owed at the same moment is seen by the end, or does not see who ended.
    """
    begun = [it for _, it in sorted(heard.items()) if it is not None]
    ended = sorted(subscription_id for subscription_id, it in heard.items() if it is None)
    if begun:
        rows = [(it.subscription_id, it.contact_ref, it.language, it.since, _write_search(it)) for it in begun]
        await tx.execute(SAVE_SUBSCRIBERS, *as_columns(rows, 5))
    if ended:
        await tx.execute(DELETE_SUBSCRIBERS, ended)
        await tx.execute(CANCEL_SUBSCRIBED, ended, tx.now)


SAVE_REPORTED = """
INSERT INTO month_review AS m (month, reported_by) VALUES ($1, $2)
ON CONFLICT (month) DO UPDATE SET reported_by = excluded.reported_by WHERE m.reported_by IS NULL
RETURNING true
"""


async def save_reported(tx: Transaction, month: Month, event_id: UUID) -> bool:
    """Note that the subscribers are owed a month's report. False: they were before."""
    return bool(await tx.fetchval(SAVE_REPORTED, month, event_id))


LIST_SUBSCRIBERS = """
SELECT subscription_id, contact_ref, language, since FROM subscriber
WHERE search IS NULL AND since <= $1 AND subscription_id > $2
ORDER BY subscription_id LIMIT $3 FOR SHARE
"""


async def list_subscribers(tx: Transaction, at: datetime, after: str, limit: int) -> Sequence[Subscriber]:
    """List who got the reports at that time and has not ended since, by their ids, and let nobody end before us."""
    return [Subscriber(**row) for row in await tx.fetch(LIST_SUBSCRIBERS, at, after, limit)]


def _write_search(it: Subscriber) -> str | None:
    return None if it.search is None else encode_text(it.search)
