"""Letters of which nobody knows whether they arrived: which go again, how they are settled, how many they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.database import Record, as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.doubts import InDoubt, Settled
from services.notify.store.claims import letter_of

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
    WHERE state = 'unknown' AND ($6::uuid IS NULL OR mail_id = $6 OR delivery_id = $6)
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
        WHEN 'update-request' THEN NOT EXISTS (
            SELECT FROM standing s WHERE s.submission_id = letter.submission_id
              AND (s.withdrawn OR s.outcome IN ('declined', 'retracted'))
        )
        ELSE true
    END) AND (
        $6 IS NOT NULL
        OR bool_and(door = 'http' AND $2 AND handed_at > $3 AND (NOT doubtful OR changed_at <= $5))
        OR bool_and(door IS DISTINCT FROM 'http' AND NOT doubtful AND kind = ANY ($4::text[]) AND changed_at <= $5)
    )
), locked AS MATERIALIZED (
    SELECT l.delivery_id FROM letter l JOIN again ON coalesce(l.mail_id, l.delivery_id) = again.mail
    WHERE l.state = 'unknown'
    ORDER BY l.delivery_id
    FOR UPDATE OF l
)
UPDATE letter l
SET state = 'pending', doubtful = true, lease = NULL, detail = 'sent-again', due_at = $1, changed_at = $1,
    door = CASE WHEN $6 IS NULL THEN door END
FROM locked WHERE l.delivery_id = locked.delivery_id
RETURNING l.delivery_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which letters in doubt go again; ``by_hand`` is one piece of mail that goes alone, and at once."""

    provider_remembers_since: datetime | None = None
    kinds: Iterable[str] = ()
    unknown_before: datetime
    by_hand: UUID | None = None


async def send_again(tx: Transaction, policy: Policy) -> bool:
    """Let letters in doubt go again, with the same Message-ID.

    What a provider still knows by its key is shown to it at once, then after each pause, if letters go there now. Of
    other letters those of these kinds go once more, when nothing has been learnt since then; and a digest only as a
    whole. Who is owed the letter of a later decision about the same is not sent that of an earlier one after it;
    nobody is reminded of what is answered. What a provider was to be asked about and was not in time stays in doubt.
    What somebody sends again by hand goes by whichever door there is, as if it had never been at another.

    False: there was nothing to send again.
    """
    remembers = policy.provider_remembers_since
    asks = remembers is not None, remembers or tx.now
    if policy.by_hand is None:
        await tx.execute(LEAVE_IN_DOUBT, tx.now, *asks)
    arguments = *asks, sorted(policy.kinds), policy.unknown_before, policy.by_hand
    return bool(await tx.fetch(SEND_AGAIN, tx.now, *arguments))


LOCK_IN_DOUBT = """
SELECT l.* FROM letter l JOIN letter asked ON asked.delivery_id = $1 AND asked.state = 'unknown'
WHERE (l.mail_id = asked.mail_id OR l.delivery_id = asked.delivery_id) AND l.state = 'unknown'
ORDER BY l.delivery_id FOR UPDATE OF l
"""


async def lock_in_doubt(tx: Transaction, delivery_id: UUID) -> list[InDoubt]:
    """Lock a letter in doubt, with all that went out with it and is in doubt, too; nothing where it is in none."""
    return [InDoubt(letter_of(row), row["handed_at"]) for row in await tx.fetch(LOCK_IN_DOUBT, delivery_id)]


SAVE_SETTLED = """
UPDATE letter l
SET state = s.state, detail = 'settled-by-hand', lease = NULL, changed_at = $4, due_at = $4,
    sent_at = coalesce(s.sent_at, l.sent_at)
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS s (delivery_id, state, sent_at)
WHERE l.delivery_id = s.delivery_id AND l.state = 'unknown'
"""


async def save_settled(tx: Transaction, settled: Sequence[Settled]) -> None:
    """Save where letters in doubt stand by what somebody found out, and tell it. They must be locked."""
    rows = [(it.letter.delivery_id, it.state, it.sent_at) for it in settled]
    await tx.execute(SAVE_SETTLED, *as_columns(rows, 3), tx.now)
    tx.emit(fact for it in settled for fact in it.facts)


INSERT_VERDICTS = """
INSERT INTO verdict (delivery_id, given_at, verdict, given_by, why)
SELECT delivery_id, $2, $3, $4, $5 FROM unnest($1::uuid[]) AS l (delivery_id)
"""


async def insert_verdicts(tx: Transaction, delivery_ids: Sequence[UUID], verdict: str, by: str, why: str) -> None:
    """Keep what an operator said of letters in doubt, who it was, and why."""
    await tx.execute(INSERT_VERDICTS, delivery_ids, tx.now, verdict, by, why)


LIST_VERDICTS = "SELECT * FROM verdict WHERE delivery_id = ANY ($1::uuid[]) ORDER BY given_at"


async def list_verdicts(tx: Transaction, delivery_ids: Sequence[UUID]) -> list[Record]:
    """List what operators said of these letters, in order."""
    return await tx.fetch(LIST_VERDICTS, delivery_ids)


COUNT_UNKNOWN = "SELECT count(*) FROM letter WHERE state = 'unknown'"


async def count_unknown(tx: Transaction) -> int:
    """Count the letters in doubt."""
    return int(await tx.fetchval(COUNT_UNKNOWN))
