"""Where the chain from public reforms back to their submissions is broken, over the whole record at once or for one."""

from datetime import datetime
from typing import NamedTuple

from services.chassis.database import Transaction
from services.publish.domain.provenance import ChainGap

SHOWN = 5


class Gap(NamedTuple):
    """A kind of gap: how many there are, and the first of the reforms, or months, in which they are."""

    kind: str
    total: int
    first: tuple[str, ...]


# What anyone may read, so that a page asks as the night does. What a document says of itself is looked for in its text,
# as it was written: nothing that somebody wrote into a text reads so, since its quotation marks are escaped. A letter
# that was overtaken by a correction is never sent, so it is the last decision of those told of that has one.
FIND_GAPS = """
WITH looked AS NOT MATERIALIZED (
    SELECT * FROM public_entries WHERE entered_at < coalesce($2::timestamptz, 'infinity')
), chains AS (
    SELECT reference, count(*) AS entries, min(version) AS first, max(version) AS last, max(entered_at) AS entered_at,
           count(*) FILTER (WHERE superseded_at IS NULL OR superseded_at >= coalesce($2::timestamptz, 'infinity'))
               AS current,
           (array_agg(decision_id ORDER BY version DESC) FILTER (WHERE effect IS DISTINCT FROM 'silent'))[1] AS told,
           (array_agg(superseded_at ORDER BY version))[:count(*) - 1]
               IS DISTINCT FROM (array_agg(entered_at ORDER BY version))[2:] AS torn
    FROM looked GROUP BY reference
), asked AS (
    SELECT q.*, coalesce(
        (SELECT n.month FROM public_questions n WHERE n.reference = q.reference AND n.round = q.round + 1 LIMIT 1),
        (SELECT e.batch FROM looked e
         WHERE e.reference = q.reference AND position(format('"round":%s,', q.round + 1) IN e.document) > 0 LIMIT 1)
    ) AS next_month
    FROM (SELECT DISTINCT reference FROM looked) c JOIN public_questions q USING (reference)
    WHERE q.asked_at < coalesce($2::timestamptz, 'infinity')
), months AS (
    SELECT month, max(entered_at) AS entered_at FROM (
        SELECT batch AS month, entered_at FROM looked WHERE batch IS NOT NULL
        UNION ALL SELECT month, asked_at FROM asked
    ) each GROUP BY month
), gaps (kind, place) AS (
    SELECT 'version', reference FROM chains WHERE first <> 1 OR entries <> last OR current <> 1 OR torn
    UNION ALL
    SELECT 'findings', reference FROM looked WHERE position('"findings":[{' IN document) = 0
    UNION ALL
    SELECT 'decision', reference FROM looked
    WHERE position(format('"decision_id":"%s"', decision_id) IN document) = 0
    UNION ALL
    SELECT 'batch', reference FROM looked WHERE position(format('"batch":"%s"', batch) IN document) = 0
    UNION ALL
    SELECT 'question', e.reference FROM (
        SELECT reference, max((document::jsonb ->> 'round')::integer) AS rounds
        FROM looked WHERE position('"round":1,' IN document) = 0 GROUP BY reference
    ) e WHERE e.rounds - 1 > (
        SELECT count(DISTINCT q.round) FROM asked q WHERE q.reference = e.reference AND q.round < e.rounds
    )
    UNION ALL
    SELECT 'answer', q.reference FROM asked q JOIN chains c USING (reference)
    WHERE ((q.next_month || '-01')::date + interval '1 month 1 day') AT TIME ZONE 'UTC' < q.answer_by
      AND c.entered_at < coalesce($1::timestamptz, 'infinity') AND NOT EXISTS (
        SELECT FROM public_notices n
        WHERE n.reference = q.reference AND n.kind = 'answer' AND n.told_at > q.asked_at
          AND n.known_at < coalesce($2::timestamptz, 'infinity')
    )
    UNION ALL
    SELECT 'decision-letter', c.reference FROM chains c
    WHERE c.first = 1 AND c.told IS NOT NULL AND c.entered_at < coalesce($1::timestamptz, 'infinity') AND NOT EXISTS (
        SELECT FROM public_notices n
        WHERE n.reference = c.reference AND n.decision_id = c.told
          AND n.known_at < coalesce($2::timestamptz, 'infinity')
    )
    UNION ALL
    SELECT 'batch-report', e.month FROM months e
    WHERE e.entered_at < coalesce($1::timestamptz, 'infinity') AND NOT EXISTS (
        SELECT FROM public_month_reports m
        WHERE m.month = e.month AND m.known_at < coalesce($2::timestamptz, 'infinity')
    )
    UNION ALL
    SELECT 'batch-count', m.month
    FROM public_month_reports m JOIN public_tallies t ON t.dimension = 'batch' AND t.key = m.month
    WHERE $2::timestamptz IS NULL AND t.reforms > (m.document::jsonb ->> 'received')::integer
      AND EXISTS (SELECT FROM looked e WHERE e.batch = m.month AND e.published_at IS NOT NULL)
    UNION ALL
    SELECT 'report-hash', m.month FROM public_month_reports m
    WHERE m.known_at < coalesce($2::timestamptz, 'infinity') AND EXISTS (SELECT FROM months e WHERE e.month = m.month)
      AND encode(sha256(convert_to(split_part(m.document, ',"report_hash":', 1) || '}', 'UTF8')), 'hex')
          IS DISTINCT FROM m.document::jsonb ->> 'report_hash'
)
SELECT kind, count(*) AS total, (array_agg(DISTINCT place ORDER BY place))[1:$3] AS first
FROM gaps GROUP BY kind ORDER BY kind
"""
FIND_GAPS_OF = FIND_GAPS.replace("WHERE entered_at <", "WHERE reference = $4 AND entered_at <", 1)


async def find_gaps_of(tx: Transaction, reference: str, at: datetime | None = None) -> tuple[ChainGap, ...]:
    """Say what the chain of one reform lacks, by the rule of the night but without its grace; just before ``at``.

    How many reforms a month has is known as it stands only.
    """
    return tuple(row["kind"] for row in await tx.fetch(FIND_GAPS_OF, None, at, SHOWN, reference))


FIND_SAID_OF_NOTHING = """
SELECT 'said-of-nothing' AS kind, count(*) AS total,
       (array_agg(DISTINCT s.reference ORDER BY s.reference))[1:$1] AS first
FROM (
    SELECT reference, submission_id FROM milestone_update
    UNION SELECT reference, submission_id FROM assessment
    UNION SELECT reference, submission_id FROM award
    UNION SELECT reference, submission_id FROM encouragement
) s WHERE NOT EXISTS (
    SELECT FROM reform_entry e WHERE e.reference = s.reference AND e.submission_id = s.submission_id
)
HAVING count(*) > 0
"""
_TAKE_TIME = "SET LOCAL statement_timeout = '10min'"


async def find_gaps(tx: Transaction, told_before: datetime) -> list[Gap]:
    """Find what is missing; letters and reports of what was entered before ``told_before``, the rest of all.

    A version that was skipped, or that did not stand until the next came; verdicts, or the decision, that a document
    lacks, or another month in it; the question that ended an earlier round, or the answer that opened the next before
    it was too late; a decision of which nobody was told; a month without a report, with more reforms than
    came in, or with figures that do not give its hash; and what was said of reforms that never were public.
    """
    await tx.execute(_TAKE_TIME)
    rows = await tx.fetch(FIND_GAPS, told_before, None, SHOWN)
    rows += await tx.fetch(FIND_SAID_OF_NOTHING, SHOWN)
    return [Gap(row["kind"], row["total"], tuple(row["first"])) for row in rows]


class Placed(NamedTuple):
    """A submission of which the record says that it was in a month's batch, in which round."""

    reference: str
    submission_id: str
    round: int


LIST_MONTHS = "SELECT DISTINCT batch FROM reform_entry WHERE batch IS NOT NULL ORDER BY batch"


async def list_months(tx: Transaction) -> list[str]:
    """List the months in whose batches reforms were decided."""
    await tx.execute(_TAKE_TIME)
    return [row["batch"] for row in await tx.fetch(LIST_MONTHS)]


LIST_PLACED = """
SELECT DISTINCT reference, submission_id::text, (document::jsonb ->> 'round')::integer AS round
FROM reform_entry WHERE batch = $1 ORDER BY reference, round
"""


async def list_placed(tx: Transaction, month: str) -> list[Placed]:
    """List what the record says was in a month's batch, by reference."""
    await tx.execute(_TAKE_TIME)
    return [Placed(*row.values()) for row in await tx.fetch(LIST_PLACED, month)]
