"""Where the letters about decisions stand."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.database import Transaction, as_columns
from services.review.domain.letters import LetterTold

SAVE_LETTERS = """
INSERT INTO notice (delivery_id, decision_id, kind, state)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
ON CONFLICT (delivery_id) DO UPDATE SET state = excluded.state
"""


async def save_letters(tx: Transaction, letters: Sequence[LetterTold]) -> None:
    """Save where these letters stand now; they come in the order of their ids."""
    if letters:
        await tx.execute(SAVE_LETTERS, *as_columns(letters, 4))


LIST_COUNTS = """
SELECT kind, state, count(*) AS count FROM notice WHERE decision_id = $1 GROUP BY kind, state ORDER BY kind, state
"""


async def list_counts(tx: Transaction, decision_id: UUID) -> list[tuple[str, str, int]]:
    """Count the letters of each kind about a decision that were sent, failed or are held."""
    return [(row["kind"], row["state"], row["count"]) for row in await tx.fetch(LIST_COUNTS, decision_id)]
