"""Which reforms a campaign asks about, and who was asked before."""

from collections.abc import Sequence
from uuid import UUID

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
