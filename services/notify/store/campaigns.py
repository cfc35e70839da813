"""Which reforms a campaign asks about, who was asked before, and what is asked no more."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from services.chassis.database import as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.campaigns import Campaign
from services.notify.domain.standing import Standing
from services.notify.store.standings import standing_of

LIST_REFORMS = """
WITH reform AS (
    SELECT s.*, (about ->> 'starts_on')::date AS starts_on, (about ->> 'ends_on')::date AS ends_on
    FROM standing s WHERE outcome = 'accepted' AND about ? 'contact_ref'
)
SELECT * FROM reform
WHERE CASE $1 WHEN 'mid-term' THEN starts_on + (ends_on - starts_on) / 2 ELSE ends_on END BETWEEN $2 AND $3
ORDER BY about ->> 'reference', submission_id
"""


async def list_reforms(tx: Transaction, campaign: Campaign) -> dict[str, Standing]:
    """List the reforms that stand and whose middle or end is within the campaign's days, by their submissions' ids."""
    rows = await tx.fetch(LIST_REFORMS, campaign.stage, campaign.since, campaign.until)
    return {row["submission_id"]: standing_of(row) for row in rows}


LOCK_STANDING = """
SELECT submission_id FROM standing WHERE submission_id = ANY ($1::text[]) AND outcome = 'accepted'
ORDER BY submission_id FOR SHARE
"""


async def lock_standing(tx: Transaction, submission_ids: Collection[str]) -> set[str]:
    """Name those of these reforms that stand; they do until the transaction is over."""
    return {row["submission_id"] for row in await tx.fetch(LOCK_STANDING, sorted(submission_ids))}


CANCEL_REQUESTS = """
UPDATE letter l
SET state = CASE WHEN l.doubtful THEN 'unknown' ELSE 'cancelled' END, detail = ended.why, lease = NULL, changed_at = $4
FROM unnest($1::text[], $2::uuid[], $3::text[]) AS ended (submission_id, ended_by, why)
WHERE l.submission_id = ANY ($1::text[])  -- said twice, or the planner reads the whole ledger for a few
  AND l.submission_id = ended.submission_id AND l.kind IN ('update-request', 'delay')
  AND l.state IN ('waiting-for-confirmation', 'pending', 'claimed', 'failed-temporarily', 'held', 'suppressed')
  AND ended.ended_by <> ALL (ARRAY(SELECT h.caused_by FROM letter h WHERE h.submission_id = ended.submission_id))
"""


async def cancel_requests(tx: Transaction, ended: Mapping[str, tuple[UUID, str]]) -> None:
    """Ask nobody how a reform is going that is no more, and tell nobody that a review is late that is over.

    Each stands with the event that says so, and why. One that was heard before, and has its own letters here, cancels
    nothing: the reform may stand again.
    """
    if ended:
        rows = [(submission_id, *said) for submission_id, said in sorted(ended.items())]
        await tx.execute(CANCEL_REQUESTS, *as_columns(rows, 3), tx.now)


LIST_UNDATED = """
SELECT submission_id FROM standing
WHERE outcome = 'accepted' AND (about ->> 'starts_on' IS NULL OR about ->> 'ends_on' IS NULL)
ORDER BY submission_id
"""


async def list_undated(tx: Transaction) -> list[str]:
    """List reforms that no campaign can find: nothing was heard of when they begin and end."""
    return [row["submission_id"] for row in await tx.fetch(LIST_UNDATED)]


LIST_STATES = "SELECT delivery_id, state FROM letter WHERE delivery_id = ANY ($1::uuid[])"


async def list_states(tx: Transaction, delivery_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Say where those of these deliveries stand that are in the ledger."""
    return {row["delivery_id"]: row["state"] for row in await tx.fetch(LIST_STATES, delivery_ids)}
