"""Whose address is known to be their own: until then nobody else is told of what they sent in."""

from collections.abc import Mapping

from services.chassis.database import as_columns
from services.chassis.transaction import Transaction

CONFIRM = """
INSERT INTO confirmation (submission_id, confirmed)
SELECT * FROM unnest($1::text[], $2::boolean[])
ON CONFLICT (submission_id) DO UPDATE SET confirmed = confirmation.confirmed OR excluded.confirmed
RETURNING submission_id, confirmed
"""


async def confirm(tx: Transaction, found: Mapping[str, bool]) -> dict[str, bool]:
    """Note which submissions' addresses are confirmed, lock all of them, and say of each whether it is confirmed now.

    What is told of one submission on two topics, at the same moment, is so written down one after the other: a letter
    that begins to wait is seen by the confirmation, or sees it.
    """
    if not found:
        return {}
    rows = await tx.fetch(CONFIRM, *as_columns(sorted(found.items()), 2))
    return {row["submission_id"]: row["confirmed"] for row in rows}
