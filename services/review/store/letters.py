"""The counts of letters about decisions."""

from collections import Counter
from uuid import UUID

from services.chassis.database import Transaction, as_columns
from services.review.domain.letters import Count

ADD_COUNTS = """
INSERT INTO notice_count (decision_id, kind, state, count)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::integer[])
ON CONFLICT (decision_id, kind, state) DO UPDATE SET count = notice_count.count + excluded.count
"""


async def add_counts(tx: Transaction, counts: Counter[Count]) -> None:
    """Add to the counts, in the order of their keys."""
    if counts:
        await tx.execute(ADD_COUNTS, *as_columns([(*key, count) for key, count in sorted(counts.items())], 4))


LIST_COUNTS = "SELECT kind, state, count FROM notice_count WHERE decision_id = $1 ORDER BY kind, state"


async def list_counts(tx: Transaction, decision_id: UUID) -> list[tuple[str, str, int]]:
    """List how many letters of each kind about a decision were sent, failed or held."""
    return [(row["kind"], row["state"], row["count"]) for row in await tx.fetch(LIST_COUNTS, decision_id)]
