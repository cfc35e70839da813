"""Who saved which search, and what was found for them that has not left yet."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from contracts.reforms import PublicReform
from contracts.search_words import read_words
from contracts.subscriptions import SavedSearch
from contracts.vocabulary import Reference
from services.chassis.codec import decode, encode_text
from services.chassis.database import Record, as_columns
from services.chassis.text_search import query_of
from services.chassis.transaction import Transaction
from services.notify.domain.reports import Subscriber
from services.notify.domain.searches import Unsaid

LIST_SEARCHES = """
SELECT subscription_id, contact_ref, language, since, search FROM subscriber
WHERE search IS NOT NULL AND subscription_id > $1
ORDER BY subscription_id LIMIT $2 FOR SHARE
"""


async def list_searches(tx: Transaction, after: str, limit: int) -> Sequence[Subscriber]:
    """List who saved a search and has not ended it, by their ids, and let nobody end before us."""
    return [_read(row) for row in await tx.fetch(LIST_SEARCHES, after, limit)]


_TOLD = """
WITH told AS MATERIALIZED (
    SELECT t.event_id, words_of_reform(t.reform) AS words FROM unnest($1::uuid[], $2::text[]) AS t (event_id, reform)
), asked AS MATERIALIZED (SELECT a.written,
"""
_ASKED = """AS query FROM unnest($3::text[], $4::text[], $5::text[]) AS a (written, wanted, unwanted))
SELECT t.event_id, a.written FROM told t JOIN asked a ON t.words @@ a.query
"""
FIND_WORDS = f"{_TOLD} {query_of('a.wanted', 'a.unwanted')} {_ASKED}"


async def find_words(
    tx: Transaction, shown: Mapping[UUID, PublicReform], searches: Iterable[Subscriber]
) -> set[tuple[UUID, str]]:
    """Say which of these reforms, by the events that tell of them, have which of the words that are searched for.

    Words are read, stemmed and found as the public list finds them.
    """
    asked = sorted({it.search.q for it in searches if it.search is not None and it.search.q is not None})
    if not (asked and shown):
        return set()
    words = [(written, *read_words(written)) for written in asked]
    reforms = [encode_text(it) for it in shown.values()]
    rows = await tx.fetch(FIND_WORDS, list(shown), reforms, *as_columns(words, 3))
    return {(row["event_id"], row["written"]) for row in rows}


CANCEL_FOUND = """
UPDATE letter l
SET state = CASE WHEN l.doubtful THEN 'unknown' ELSE 'cancelled' END,  -- of one in doubt a copy may have arrived
    detail = 'changed', lease = NULL, changed_at = $4
FROM unnest($1::text[], $2::boolean[], $3::timestamptz[]) AS c (reference, is_mark, changed_at)
WHERE l.kind = 'search-digest' AND l.words::jsonb ->> 'reference' = c.reference
  AND (l.words::jsonb ->> 'told_at')::timestamptz < c.changed_at
  AND (NOT c.is_mark OR l.words::jsonb ->> 'asks_promising' IS NOT NULL)  -- a mark is no news to others
  AND l.state IN ('pending', 'claimed', 'failed-temporarily', 'held', 'suppressed')
RETURNING l.submission_id, c.reference, l.state, CASE
    WHEN (l.words::jsonb ->> 'is_corrected')::boolean OR (l.words::jsonb ->> 'is_marked')::boolean
        OR (l.words::jsonb ->> 'is_returned')::boolean THEN (l.words::jsonb ->> 'new_since')::timestamptz
    ELSE (l.words::jsonb ->> 'told_at')::timestamptz
END AS new_since
"""


async def cancel_found(tx: Transaction, changes: Mapping[tuple[Reference, bool], datetime]) -> dict[Unsaid, datetime]:
    """Tell nobody any more how these reforms read before they changed; what was told of the change itself stays.

    What was only marked (True) changed for those alone who ask for marks. Gives to whom it now surely was not told that
    a reform is new, and since when it is.
    """
    if not changes:
        return {}
    rows = [(*key, at) for key, at in sorted(changes.items())]
    cancelled = await tx.fetch(CANCEL_FOUND, *as_columns(rows, 3), tx.now)
    unsaid = [row for row in cancelled if row["state"] == "cancelled" and row["new_since"] is not None]
    return {(row["submission_id"], row["reference"]): row["new_since"] for row in unsaid}


def _read(row: Record) -> Subscriber:
    return Subscriber(**{**row, "search": decode(SavedSearch, row["search"])})
