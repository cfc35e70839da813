"""How the mail stands: what waits, what somebody must look at, and what came back."""

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
