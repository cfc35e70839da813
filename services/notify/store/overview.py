"""How the mail stands: what waits, what somebody must look at, what came back, and who is still to be told."""

from services.chassis.database import Record
from services.chassis.transaction import Transaction

COUNT_LETTERS = """
SELECT state, count(*) AS letters FROM letter
WHERE state IN ('pending', 'failed-temporarily') OR state IN ('held', 'failed', 'unknown', 'suppressed', 'bounced')
GROUP BY state
"""


async def count_letters(tx: Transaction) -> dict[str, int]:
    """Count the letters that wait and those that somebody must look at, by state."""
    return {row["state"]: row["letters"] for row in await tx.fetch(COUNT_LETTERS)}


COUNT_TASKS = """
SELECT (
           SELECT count(*) FROM bounce
           WHERE settled_at IS NULL AND outcome IN ('hard', 'refused', 'complaint')
       ) AS bounces,
       (SELECT count(*) FROM suppression WHERE lifted_at IS NULL) AS suppressions
"""


async def count_tasks(tx: Transaction) -> Record:
    """Count the bounces that nobody has seen to, and the addresses to which nothing is sent."""
    [row] = await tx.fetch(COUNT_TASKS)
    return row


COUNT_OUTSTANDING = """
SELECT count(*) FROM letter
WHERE kind = 'poc-outcome' AND state IN ('pending', 'claimed', 'final-dot-intended', 'failed-temporarily')
  AND words::jsonb ->> 'month' = $1
"""


async def count_outstanding(tx: Transaction, month: str) -> int:
    """Count the letters to points of contact about outcomes of a month that are still to go."""
    return int(await tx.fetchval(COUNT_OUTSTANDING, month))
