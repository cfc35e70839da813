"""Rounds of review that ended with a question, in the public record: a row for each, added and never changed."""

from collections.abc import Sequence
from datetime import datetime

from services.chassis.database import Transaction, as_columns
from services.publish.domain.rounds import Asked, Came, RoundLink, with_answers

INSERT_QUESTIONS = """
INSERT INTO question (
    event_id, submission_id, decision_id, decided_at, asked_at, answer_by, round, reference, month
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
    $7::integer[], $8::text[], $9::text[]
)
ON CONFLICT (event_id) DO NOTHING
"""


async def insert_questions(tx: Transaction, asked: Sequence[Asked]) -> None:
    """Keep that these rounds ended with a question; what is there stays as it is."""
    if asked:
        await tx.execute(INSERT_QUESTIONS, *as_columns(asked, 9))


LIST_ROUNDS = """
SELECT round, month, decision_id, event_id, decided_at, asked_at, answer_by FROM public_questions
WHERE reference = $1 AND asked_at < coalesce($2::timestamptz, 'infinity') ORDER BY round, asked_at
"""


async def list_rounds(tx: Transaction, reference: str, at: datetime | None = None) -> tuple[RoundLink, ...]:
    """List the rounds of a reform that ended with a question, with their answers; those before ``at``."""
    rounds = [RoundLink(**dict(row.items())) for row in await tx.fetch(LIST_ROUNDS, reference, at)]
    return with_answers(rounds, await list_came(tx, reference, at)) if rounds else ()


LIST_CAME = """
SELECT kind, min(told_at) AS told_at, cause_id FROM public_notices
WHERE reference = $1 AND kind IN ('receipt', 'answer') AND known_at < coalesce($2::timestamptz, 'infinity')
GROUP BY kind, cause_id ORDER BY told_at, cause_id
"""


async def list_came(tx: Transaction, reference: str, at: datetime | None = None) -> list[Came]:
    """List what came in of a reform's submission, by the letters that told of it before ``at``."""
    return [Came(*row.values()) for row in await tx.fetch(LIST_CAME, reference, at)]
