"""What the pages of a month need beside the batch itself: what is held back, and what exactly would leave."""

from typing import NamedTuple
from uuid import UUID

from services.chassis.codec import decode
from services.chassis.database import Transaction
from services.review.domain.items import Hold

HELD_MAX = 500


class Kept(NamedTuple):
    """An item that is held back, and why."""

    submission_id: UUID
    round: int
    month: str
    reference: str
    title: str
    hold: Hold


LIST_HELD = """
SELECT i.submission_id, i.round, i.month, i.reference, i.title, i.hold
FROM item i JOIN batch b ON b.month = i.month
WHERE i.hold IS NOT NULL
  AND (i.month = $1 OR (b.state = 'released'
                        AND EXISTS (SELECT FROM batch o WHERE o.month = $1 AND o.state IN ('sealed', 'releasing'))))
ORDER BY i.month, i.submission_id, i.round LIMIT $2
"""


async def list_held(tx: Transaction, month: str) -> list[Kept]:
    """List what a batch holds back, and what earlier releases left behind if it leaves with this one; 500 at most."""
    rows = await tx.fetch(LIST_HELD, month, HELD_MAX)
    return [
        Kept(
            row["submission_id"], row["round"], row["month"], row["reference"], row["title"], decode(Hold, row["hold"])
        )
        for row in rows
    ]


SEAL_LEAVING = """
SELECT encode(sha256(convert_to(coalesce(string_agg(l.line, ',' ORDER BY l.line COLLATE "C"), ''), 'UTF8')), 'hex')
FROM (
    SELECT i.submission_id || '.' || i.round || '.' || i.revision AS line FROM item i JOIN batch b ON b.month = i.month
    WHERE i.state = 'decided'
      AND ((i.month = $1 AND i.hold IS NULL) OR (i.hold IS NOT NULL AND i.month <> $1 AND b.state = 'released'))
) l
"""


async def seal_leaving(tx: Transaction, month: str) -> str:
    """Give a hash over what a release would let out: every item and its revision, and so every decision."""
    seal: str = await tx.fetchval(SEAL_LEAVING, month)
    return seal
