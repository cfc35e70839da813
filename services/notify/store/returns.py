"""What came back of letters: kept, once each, with what it changes, and listed until somebody has seen to it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.database import Record, as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.bounces import Heard
from services.notify.domain.delivery import State
from services.notify.domain.returns import Moved, Out
from services.notify.store.claims import letter_of

INSERT_BOUNCE = """
INSERT INTO bounce (bounce_id, mail_id, outcome, status, source, heard_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (bounce_id) DO NOTHING
RETURNING bounce_id
"""


async def insert_bounce(tx: Transaction, bounce_id: UUID, heard: Heard, outcome: str, source: str) -> bool:
    """Keep what was heard. False: it was heard before."""
    row = (bounce_id, heard.mail_id, outcome, heard.status, source, tx.now)
    return await tx.fetchval(INSERT_BOUNCE, *row) is not None


LOCK_MAIL = """
SELECT * FROM letter
WHERE (mail_id = $1 OR delivery_id = $1 AND mail_id IS NULL) AND handed_at IS NOT NULL
  AND state NOT IN ('cancelled', 'held')
ORDER BY delivery_id FOR UPDATE
"""


async def lock_mail(tx: Transaction, mail_id: UUID) -> list[Out]:
    """Lock the letters that went out, or were about to, as one piece of mail."""
    rows = await tx.fetch(LOCK_MAIL, mail_id)
    return [Out(letter_of(row), State(row["state"]), row["address_hash"]) for row in rows]


MOVE_LETTERS = """
UPDATE letter l SET state = m.state, detail = m.detail, lease = NULL, changed_at = $4
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS m (delivery_id, state, detail)
WHERE l.delivery_id = m.delivery_id
"""


async def move_letters(tx: Transaction, moved: Sequence[Moved]) -> None:
    """Save where letters stand after something came back of them, and tell it. They must be locked."""
    if moved:
        rows = [(it.letter.delivery_id, it.state, it.detail) for it in moved]
        await tx.execute(MOVE_LETTERS, *as_columns(rows, 3), tx.now)
        tx.emit(fact for it in moved for fact in it.facts)


LIST_BOUNCES = """
SELECT b.bounce_id, b.mail_id, b.outcome, b.status, b.source, b.heard_at, b.settled_at, b.settled_by, b.settled_why,
       ARRAY(
           SELECT l.delivery_id FROM letter l
           WHERE l.mail_id = b.mail_id OR l.delivery_id = b.mail_id AND l.mail_id IS NULL ORDER BY 1
       ) AS delivery_ids
FROM bounce b
WHERE ($1::boolean IS NULL
       OR (b.settled_at IS NULL AND b.outcome IN ('hard', 'refused', 'complaint')) = $1)
  AND ($2::text IS NULL OR b.outcome = $2)
  AND ($3::timestamptz IS NULL OR (b.heard_at, b.bounce_id) > ($3, $4::uuid))
ORDER BY b.heard_at, b.bounce_id
LIMIT $5
"""


async def list_bounces(
    tx: Transaction,
    *,
    is_open: bool | None,
    outcome: str | None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 100,
) -> Sequence[Record]:
    """List what came back, oldest first; what is open is an operator's task."""
    return await tx.fetch(LIST_BOUNCES, is_open, outcome, *(after or (None, None)), limit)


SETTLE_BOUNCE = """
UPDATE bounce SET settled_at = $2, settled_by = $3, settled_why = $4 WHERE bounce_id = $1 AND settled_at IS NULL
RETURNING bounce_id
"""


async def settle_bounce(tx: Transaction, bounce_id: UUID, *, by: str, why: str) -> bool:
    """Note that somebody has seen to it. False: there is nothing to see to."""
    return await tx.fetchval(SETTLE_BOUNCE, bounce_id, tx.now, by, why) is not None
