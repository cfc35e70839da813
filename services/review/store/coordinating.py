"""Cases of coordination: opened when a batch is sealed, locked to work on, listed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from contracts.batches import CoordinationContact, CoordinationSuggested
from contracts.vocabulary import Area
from services.chassis.codec import decode, encode_text
from services.chassis.database import Record, Transaction, as_columns
from services.review.domain.coordinating import Case, CaseState, Closed, Contacted, Open

OPEN_CASES = """
INSERT INTO coordination (month, member, area) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
"""


async def open_cases(tx: Transaction, suggested: Sequence[CoordinationSuggested]) -> None:
    """Open a case wherever several institutions of a member work in one area of a batch that is being sealed."""
    await tx.execute(OPEN_CASES, *as_columns([(one.month, one.member, one.area) for one in suggested], 3))


LIST_ITEMS_OF_CASES = """
WITH due AS (
    SELECT month, member, area FROM coordination WHERE NOT listed LIMIT $1 FOR UPDATE SKIP LOCKED
), noted AS (
    UPDATE coordination c SET listed = true FROM due
    WHERE c.month = due.month AND c.member = due.member AND c.area = due.area
), held AS (
    INSERT INTO coordination_item (submission_id, round, month, member, area)
    SELECT i.submission_id, i.round, due.month, due.member, due.area
    FROM due JOIN item i ON i.month = due.month AND i.member = due.member AND i.declared_area = due.area
    WHERE i.state <> 'withdrawn'
    RETURNING submission_id, round
)
INSERT INTO flagged (submission_id, round, flag) SELECT submission_id, round, 'coordination' FROM held
ON CONFLICT DO NOTHING
"""


async def list_items_of_cases(tx: Transaction, limit: int) -> None:
    """Note which items the next new cases are about, and flag them."""
    await tx.execute(LIST_ITEMS_OF_CASES, limit)


class CaseLine(NamedTuple):
    """A case as it stands. ``submission_ids`` are the first five hundred; ``items`` is how many there are."""

    case: Case
    revision: int
    submission_ids: tuple[str, ...]
    items: int
    updated_by: str | None
    updated_at: datetime | None


_CASES = """
SELECT c.*, held.* FROM coordination c CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT i.institution ORDER BY i.institution) AS institutions, count(*) AS items,
           (array_agg(i.submission_id::text ORDER BY i.submission_id))[:500] AS submission_ids
    FROM coordination_item ci JOIN item i ON i.submission_id = ci.submission_id AND i.round = ci.round
    WHERE ci.month = c.month AND ci.member = c.member AND ci.area = c.area
) held
"""

LIST_CASES = f"{_CASES} WHERE c.month = coalesce($1, c.month) ORDER BY c.month DESC, c.member, c.area LIMIT 500"


async def list_cases(tx: Transaction, month: str | None = None) -> list[CaseLine]:
    """List the cases, of one month or the latest five hundred."""
    return [_read_case(row) for row in await tx.fetch(LIST_CASES, month)]


FIND_CASE = f"{_CASES} WHERE c.month = $1 AND c.member = $2 AND c.area = $3"


async def find_case(tx: Transaction, month: str, member: str, area: Area) -> CaseLine | None:
    """Find a case, to look at."""
    row = await tx.fetchrow(FIND_CASE, month, member, area)
    return None if row is None else _read_case(row)


LOCK_CASE = f"{FIND_CASE} FOR UPDATE OF c"


async def lock_case(tx: Transaction, month: str, member: str, area: Area) -> CaseLine | None:
    """Find a case, to work on."""
    row = await tx.fetchrow(LOCK_CASE, month, member, area)
    return None if row is None else _read_case(row)


SAVE_CASE = """
UPDATE coordination SET state = $4, contacts = $5, outcome = $6, revision = revision + 1,
                        updated_by = $7, updated_at = $8
WHERE month = $1 AND member = $2 AND area = $3
"""


async def save_case(tx: Transaction, case: Case, by: str) -> None:
    """Keep how a case stands; it must be locked."""
    outcome = case.state.outcome if isinstance(case.state, Closed) else None
    contacts = encode_text(case.contacts)
    await tx.execute(
        SAVE_CASE, case.month, case.member, case.area, word_of_case(case.state), contacts, outcome, by, tx.now
    )


def word_of_case(state: CaseState) -> str:
    """Name a case's state as the contracts do."""
    return type(state).__name__.lower()


def _read_case(row: Record) -> CaseLine:
    case = Case(
        month=row["month"],
        member=row["member"],
        area=Area(row["area"]),
        institutions=tuple(row["institutions"] or ()),
        state=_read_state(row),
        contacts=decode(tuple[CoordinationContact, ...], row["contacts"]),
    )
    ids = tuple(row["submission_ids"] or ())
    return CaseLine(case, row["revision"], ids, row["items"], row["updated_by"], row["updated_at"])


def _read_state(row: Record) -> CaseState:
    match row["state"]:
        case "open":
            return Open()
        case "contacted":
            return Contacted()
        case _:
            return Closed(row["outcome"])
