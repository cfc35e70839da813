"""Letters of which nobody knows whether they arrived: which of them go again, and how many there are."""

from collections.abc import Iterable
from datetime import datetime

from services.chassis.transaction import Transaction

LEAVE_IN_DOUBT = """
WITH beyond AS MATERIALIZED (
    SELECT delivery_id FROM letter
    WHERE doubtful AND door = 'http' AND state IN ('pending', 'failed-temporarily') AND NOT ($2 AND handed_at > $3)
    ORDER BY delivery_id
    FOR UPDATE
)
UPDATE letter l SET state = 'unknown', lease = NULL, detail = 'outcome-unknown', changed_at = $1
FROM beyond WHERE l.delivery_id = beyond.delivery_id
"""
SEND_AGAIN = """
WITH again AS MATERIALIZED (
    SELECT coalesce(mail_id, delivery_id) AS mail FROM letter
    WHERE state = 'unknown'
    GROUP BY mail
    HAVING bool_and(NOT EXISTS (
        SELECT FROM letter later
        WHERE later.submission_id = letter.submission_id
          AND split_part(later.recipient, '/', 1) = split_part(letter.recipient, '/', 1)
          AND later.decision_id <> letter.decision_id AND later.made_at > letter.made_at
    ) AND CASE kind
        WHEN 'reminder' THEN NOT EXISTS (
            SELECT FROM standing s WHERE s.submission_id = letter.submission_id
              AND (s.withdrawn OR s.round > (words::jsonb ->> 'round')::integer)
        )
        WHEN 'delay' THEN NOT EXISTS (
            SELECT FROM month_review m WHERE m.month = words::jsonb ->> 'month' AND m.released
        )
        ELSE true
    END) AND (
        bool_and(door = 'http' AND $2 AND handed_at > $3 AND (NOT doubtful OR changed_at <= $5))
        OR bool_and(door IS DISTINCT FROM 'http' AND NOT doubtful AND kind = ANY ($4::text[]) AND changed_at <= $5)
    )
), locked AS MATERIALIZED (
    SELECT l.delivery_id FROM letter l JOIN again ON coalesce(l.mail_id, l.delivery_id) = again.mail
    WHERE l.state = 'unknown'
    ORDER BY l.delivery_id
    FOR UPDATE OF l
)
UPDATE letter l
SET state = 'pending', doubtful = true, lease = NULL, detail = 'sent-again', due_at = $1, changed_at = $1
FROM locked WHERE l.delivery_id = locked.delivery_id
"""


async def send_again(
    tx: Transaction, *, provider_remembers_since: datetime | None, kinds: Iterable[str], unknown_before: datetime
) -> None:
    """Let letters in doubt go again, with the same Message-ID.

    What a provider still knows by its key is shown to it at once, then after each pause, if letters go there now. Of
    other letters those of these kinds go once more, when nothing has been learnt since then; and a digest only as a
    whole. Who is owed the letter of a later decision about the same is not sent that of an earlier one after it;
    nobody is reminded of what is answered. What a provider was to be asked about and was not in time stays in doubt.
    """
    asks = provider_remembers_since is not None, provider_remembers_since or tx.now
    await tx.execute(LEAVE_IN_DOUBT, tx.now, *asks)
    await tx.execute(SEND_AGAIN, tx.now, *asks, sorted(kinds), unknown_before)


COUNT_UNKNOWN = "SELECT count(*) FROM letter WHERE state = 'unknown'"


async def count_unknown(tx: Transaction) -> int:
    """Count the letters in doubt."""
    return int(await tx.fetchval(COUNT_UNKNOWN))
