"""Where the chain from public reforms back to their submissions is broken, over the whole record at once."""

from datetime import datetime
from typing import NamedTuple

from services.chassis.database import Transaction

SHOWN = 5


class Gap(NamedTuple):
    """A kind of gap: how many there are, and the first of the reforms, or months, in which they are."""

    kind: str
    total: int
    first: tuple[str, ...]


# What a document says of itself is looked for in its text, as it was written: nothing that somebody wrote into a text
# reads so, since its quotation marks are escaped. A letter that was overtaken by a correction is never sent, so it is
# the last decision of those told of that has one.
FIND_GAPS = """
WITH entries AS (
    SELECT reference, count(*) AS entries, max(version) AS last, count(*) FILTER (WHERE current) AS current,
           (array_agg(submission_id ORDER BY version DESC) FILTER (WHERE effect IS DISTINCT FROM 'silent'))[1] AS about,
           (array_agg(decision_id ORDER BY version DESC) FILTER (WHERE effect IS DISTINCT FROM 'silent'))[1] AS told,
           max(entered_at) AS entered_at
    FROM reform_entry GROUP BY reference
), gaps (kind, place) AS (
    SELECT 'version', reference FROM entries WHERE entries <> last OR current <> 1
    UNION ALL
    SELECT 'findings', reference FROM reform_entry WHERE position('"findings":[{' IN document) = 0
    UNION ALL
    SELECT 'decision', reference FROM reform_entry
    WHERE position(format('"decision_id":"%s"', decision_id) IN document) = 0
    UNION ALL
    SELECT 'decision-letter', e.reference FROM entries e
    WHERE e.told IS NOT NULL AND e.entered_at < $1 AND NOT EXISTS (
        SELECT FROM notice_told n WHERE n.submission_id = e.about AND n.decision_id = e.told
    )
    UNION ALL
    SELECT 'batch-report', e.batch FROM reform_entry e
    WHERE e.batch IS NOT NULL AND NOT EXISTS (SELECT FROM month_report m WHERE m.month = e.batch)
    GROUP BY e.batch HAVING max(e.entered_at) < $1
    UNION ALL
    SELECT 'batch-count', m.month FROM month_report m JOIN tally t ON t.dimension = 'batch' AND t.key = m.month
    WHERE t.reforms > (m.document::jsonb ->> 'received')::integer
    UNION ALL
    SELECT 'said-of-nothing', s.reference FROM (
        SELECT reference, submission_id FROM milestone_update
        UNION SELECT reference, submission_id FROM assessment
        UNION SELECT reference, submission_id FROM award
    ) s WHERE NOT EXISTS (
        SELECT FROM reform_entry e WHERE e.reference = s.reference AND e.submission_id = s.submission_id
    )
)
SELECT kind, count(*) AS total, (array_agg(DISTINCT place ORDER BY place))[1:$2] AS first
FROM gaps GROUP BY kind ORDER BY kind
"""
_TAKE_TIME = "SET LOCAL statement_timeout = '10min'"


async def find_gaps(tx: Transaction, told_before: datetime) -> list[Gap]:
    """Find what is missing; letters and reports of what was entered before ``told_before``, the rest of all.

    A version that was skipped; verdicts, or the decision, that a document lacks; a decision of which nobody was told; a
    month without a report, or with more reforms than came in; and what was said of reforms that never were public.
    """
    await tx.execute(_TAKE_TIME)
    rows = await tx.fetch(FIND_GAPS, told_before, SHOWN)
    return [Gap(row["kind"], row["total"], tuple(row["first"])) for row in rows]
