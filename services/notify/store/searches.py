"""Who saved which search, and what was found for them that has not left yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from contracts.subscriptions import SavedSearch
from contracts.vocabulary import Reference
from services.chassis.codec import decode
from services.chassis.database import Record, as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.reports import Subscriber

LIST_SEARCHES = """
SELECT subscription_id, contact_ref, language, since, search FROM subscriber
WHERE search IS NOT NULL AND subscription_id > $1
ORDER BY subscription_id LIMIT $2 FOR SHARE
"""


async def list_searches(tx: Transaction, after: str, limit: int) -> Sequence[Subscriber]:
    """List who saved a search and has not ended it, by their ids, and let nobody end before us."""
    return [_read(row) for row in await tx.fetch(LIST_SEARCHES, after, limit)]


CANCEL_FOUND = """
UPDATE letter l
SET state = CASE WHEN l.doubtful THEN 'unknown' ELSE 'cancelled' END,  -- of one in doubt a copy may have arrived
    detail = 'changed', lease = NULL, changed_at = $3
FROM unnest($1::text[], $2::timestamptz[]) AS c (reference, changed_at)
WHERE l.kind = 'search-digest' AND l.words::jsonb ->> 'reference' = c.reference
  AND (l.words::jsonb ->> 'told_at')::timestamptz < c.changed_at
  AND l.state IN ('pending', 'claimed', 'failed-temporarily', 'held', 'suppressed')
"""


async def cancel_found(tx: Transaction, changes: Mapping[Reference, datetime]) -> None:
    """Tell nobody any more how these reforms read before they changed; what was told of the change itself stays."""
    if changes:
        await tx.execute(CANCEL_FOUND, *as_columns(sorted(changes.items()), 2), tx.now)


def _read(row: Record) -> Subscriber:
    return Subscriber(**{**row, "search": decode(SavedSearch, row["search"])})
