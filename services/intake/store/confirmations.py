"""Whose address is known to be their own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.database import Transaction
from services.intake.domain.confirming import Address

FIND_ADDRESSES = """
SELECT submission_id, reference, story_id, confirmed_at FROM submission WHERE submission_id = ANY ($1::uuid[])
"""


async def find_addresses(tx: Transaction, submission_ids: Iterable[UUID]) -> dict[UUID, Address]:
    """Say of these submissions, stories and nominations whether the submitter's address is confirmed."""
    rows = await tx.fetch(FIND_ADDRESSES, sorted(set(submission_ids)))
    return {row["submission_id"]: Address(**row) for row in rows}


SAVE_CONFIRMED = """
UPDATE submission SET confirmed_at = $2 WHERE submission_id = ANY ($1::uuid[]) AND confirmed_at IS NULL
"""


async def save_confirmed(tx: Transaction, submission_ids: Sequence[UUID], at: datetime) -> None:
    """Keep that these addresses are confirmed."""
    if submission_ids:
        await tx.execute(SAVE_CONFIRMED, submission_ids, at)
