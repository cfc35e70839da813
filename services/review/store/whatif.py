"""The decisions of a month, read to think about them: in a transaction that cannot write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from services.chassis.database import Database, Record, Transaction
from services.review.domain.evolution import OUTCOME_WORDS, ruling_of
from services.review.domain.items import Decline, Retraction
from services.review.domain.whatif import Past
from services.review.store.shapes import read_state

CHUNK = 1_000
BEFORE_ALL = (UUID(int=0), 0)

READ_ONLY = "SET TRANSACTION READ ONLY"


@asynccontextmanager
async def thinking(database: Database) -> AsyncIterator[Transaction]:
    """Open a transaction in which the database refuses whatever might be written."""
    async with database.transaction(read_clock=False) as tx:
        await tx.execute(READ_ONLY)
        yield tx


LIST_RULED = """
SELECT i.*, b.state AS batch FROM item i JOIN batch b ON b.month = i.month
WHERE i.month = $1 AND i.ruling IS NOT NULL AND (i.submission_id, i.round) > ($2, $3)
ORDER BY i.submission_id, i.round LIMIT $4
"""


async def walk_past(tx: Transaction, month: str, chunk: int = CHUNK) -> AsyncIterator[list[Past]]:
    """Give the decisions of a month as they stand, in chunks, in the order of their items."""
    after: tuple[UUID, int] = BEFORE_ALL
    while rows := await tx.fetch(LIST_RULED, month, *after, chunk):
        yield [_past(row) for row in rows]
        after = rows[-1]["submission_id"], rows[-1]["round"]


COUNT_UNDECIDED_NOW = "SELECT count(*) FROM item WHERE month = $1 AND ruling IS NULL"


async def count_without_decision(tx: Transaction, month: str) -> int:
    """Count the items of a month about which nothing was decided."""
    count: int = await tx.fetchval(COUNT_UNDECIDED_NOW, month)
    return count


def _past(row: Record) -> Past:
    state = read_state(row)
    ruling: Any = ruling_of(state)
    outcome = ruling.outcome
    return Past(
        submission_id=state.item.submission_id,
        round=state.item.round,
        reference=row["reference"],
        title=row["title"],
        outcome="accepted" if isinstance(outcome, Retraction) else OUTCOME_WORDS[type(outcome)],
        findings=ruling.findings,
        reason_codes=outcome.reason_codes if isinstance(outcome, Decline) else (),
        criteria_version=ruling.criteria_version,
    )
