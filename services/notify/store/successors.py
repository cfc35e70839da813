"""Mail to a point of contact who is one no more: whose it is from now on, among those who are told by nothing else."""

from collections.abc import Sequence

from services.chassis.database import as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.mail import Mail

LOCK_OF_ALL = """
SELECT 1 FROM letter
WHERE submission_id = ANY ($1::text[]) AND caused_by = ANY ($2::uuid[]) AND recipient LIKE 'poc:%'
ORDER BY delivery_id FOR UPDATE
"""
MOVE_TO_SUCCESSOR = """
WITH own AS MATERIALIZED (
    SELECT l.* FROM letter l
    JOIN unnest($1::uuid[], $2::integer[]) AS a (delivery_id, attempts) USING (delivery_id, attempts)
    WHERE l.lease = $3 AND l.state = 'claimed' AND NOT l.doubtful
), successor AS (
    SELECT contact_ref FROM unnest($4::text[]) WITH ORDINALITY AS s (contact_ref, place)
    WHERE NOT EXISTS (
        SELECT FROM letter other JOIN own USING (submission_id, caused_by, kind)
        WHERE other.contact_ref = s.contact_ref AND other.delivery_id NOT IN (SELECT delivery_id FROM own)
          AND split_part(other.recipient, '/', 1) = split_part(own.recipient, '/', 1)
    ) AND (SELECT count(*) FROM own) = cardinality($1::uuid[])
    ORDER BY place LIMIT 1
)
UPDATE letter l SET contact_ref = successor.contact_ref, changed_at = $5
FROM own, successor WHERE l.delivery_id = own.delivery_id
RETURNING l.contact_ref
"""


async def move_to_successor(tx: Transaction, mail: Mail, refs: Sequence[str], lease: int) -> str | None:
    """Give mail in hand to the first of these points of contact to whom none of it is told otherwise; say to whom.

    Nobody, where each has a letter of their own about some of it, where not all of it is ours any more, or where an
    earlier copy may have arrived. Repeating it, after an answer that was lost, says the same.
    """
    # locked first, all of them: two letters whose people are gone do not find the same successor
    subjects, causes = zip(*((it.submission_id, it.cause.event_id) for it in mail.letters), strict=True)
    await tx.execute(LOCK_OF_ALL, subjects, causes)
    claims = as_columns([(it.delivery_id, it.attempts) for it in mail.letters], 2)
    ref: str | None = await tx.fetchval(MOVE_TO_SUCCESSOR, *claims, lease, list(refs), tx.now)
    return ref
