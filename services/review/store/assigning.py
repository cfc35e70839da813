"""Who is to assess which item: read for a batch, saved set-wise."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.chassis.codec import encode_text
from services.chassis.database import Record, Transaction, as_columns
from services.review.domain.assigning import Assignment, ToAssign, sentence
from services.review.domain.entering import Key

_TO_ASSIGN = """
SELECT i.submission_id, i.round, i.month, i.member, a.assessor FROM item i
LEFT JOIN assignment a ON a.submission_id = i.submission_id AND a.round = i.round
"""

LIST_TO_ASSIGN = f"{_TO_ASSIGN} WHERE i.month = $1 AND i.state IN ('entered', 'assessed') ORDER BY 1, 2"


async def list_to_assign(tx: Transaction, month: str) -> list[ToAssign]:
    """List the items of a batch that are not decided, with who is to assess them so far. The batch must be locked."""
    return [_to_assign(row) for row in await tx.fetch(LIST_TO_ASSIGN, month)]


LIST_CHOSEN = f"""
{_TO_ASSIGN}
JOIN unnest($1::uuid[], $2::integer[]) AS k (submission_id, round)
  ON k.submission_id = i.submission_id AND k.round = i.round
"""


async def list_chosen(tx: Transaction, items: Sequence[Key]) -> dict[Key, ToAssign]:
    """Give these items, with who is to assess them so far. They must be locked."""
    found = [_to_assign(row) for row in await tx.fetch(LIST_CHOSEN, *as_columns(items, 2))]
    return {(one.submission_id, one.round): one for one in found}


SAVE_ASSIGNMENTS = """
INSERT INTO assignment (submission_id, round, assessor, why, by, at)
SELECT a.*, $5, $6 FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[]) AS a
ON CONFLICT (submission_id, round) DO UPDATE
SET assessor = excluded.assessor, why = excluded.why, by = excluded.by, at = excluded.at
"""

INSERT_ASSIGNED_HISTORY = """
INSERT INTO history (submission_id, round, at, by, type, body, revision, state)
SELECT h.submission_id, h.round, $4, $5, 'submission.assigned.v1', h.body, i.revision, i.state
FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS h (submission_id, round, body)
JOIN item i ON i.submission_id = h.submission_id AND i.round = h.round
ORDER BY h.submission_id, h.round
"""


async def save_assignments(tx: Transaction, assignments: Sequence[Assignment], told: Sequence[object], by: str) -> None:
    """Keep who is to assess these items, each with the event that tells it."""
    rows = [(one.submission_id, one.round, one.assessor, sentence(one.why)) for one in assignments]
    history = [(*one[:2], encode_text(event)) for one, event in zip(assignments, told, strict=True)]
    await tx.execute(SAVE_ASSIGNMENTS, *as_columns(rows, 4), by, tx.now)
    await tx.execute(INSERT_ASSIGNED_HISTORY, *as_columns(history, 3), tx.now, by)


class Share(NamedTuple):
    """How many items of a batch someone is to assess, and how many of these are not assessed yet."""

    assessor: str
    items: int
    waiting: int


LIST_SHARES = """
SELECT a.assessor, count(*) AS items, count(*) FILTER (WHERE i.state = 'entered') AS waiting
FROM item i JOIN assignment a ON a.submission_id = i.submission_id AND a.round = i.round
WHERE i.month = $1 GROUP BY 1 ORDER BY 1
"""


async def list_shares(tx: Transaction, month: str) -> list[Share]:
    """List who has how much of a batch."""
    return [Share(*row) for row in await tx.fetch(LIST_SHARES, month)]


class Assigned(NamedTuple):
    """Who is to assess an item, since when, by whose word and why."""

    assessor: str
    why: str
    by: str
    at: object


FIND_ASSIGNED = """
SELECT a.submission_id, a.round, a.assessor, a.why, a.by, a.at FROM assignment a
JOIN unnest($1::uuid[], $2::integer[]) AS k (submission_id, round)
  ON k.submission_id = a.submission_id AND k.round = a.round
"""


async def find_assigned(tx: Transaction, items: Sequence[Key]) -> dict[Key, Assigned]:
    """Give who is to assess these items, where someone is."""
    rows = await tx.fetch(FIND_ASSIGNED, *as_columns(items, 2))
    return {
        (str(row["submission_id"]), row["round"]): Assigned(row["assessor"], row["why"], row["by"], row["at"])
        for row in rows
    }


def _to_assign(row: Record) -> ToAssign:
    submission_id: UUID = row["submission_id"]
    return ToAssign(str(submission_id), row["round"], row["month"], row["member"], row["assessor"])
