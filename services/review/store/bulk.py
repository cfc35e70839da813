"""Many items at once: found or locked together, their histories written together; and the plans that were shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.codec import decode, encode_text
from services.chassis.database import Transaction, as_columns
from services.review.domain.bulk import PlanLine
from services.review.domain.commands import ItemEvent
from services.review.domain.entering import Key
from services.review.store.items import Found, read_found

FIND_SEVERAL = """
SELECT i.*, b.state AS batch, r.body AS receipt, t.type AS text_type, t.body AS text
FROM unnest($1::uuid[], $2::integer[]) AS k (submission_id, round)
JOIN item i ON i.submission_id = k.submission_id AND i.round = k.round
JOIN batch b ON b.month = i.month
JOIN told r ON r.submission_id = i.submission_id AND r.event_id = i.received_by
JOIN told t ON t.submission_id = i.submission_id AND t.event_id = i.told_by
ORDER BY i.month, i.submission_id, i.round
"""

LOCK_SEVERAL = f"{FIND_SEVERAL} FOR UPDATE OF i FOR SHARE OF b"


async def find_several(tx: Transaction, items: Sequence[Key], *, lock: bool = False) -> dict[Key, Found]:
    """Find these items, to look at or to work on; in the order in which everyone locks them."""
    rows = await tx.fetch(LOCK_SEVERAL if lock else FIND_SEVERAL, *as_columns(items, 2))
    return {(str(row["submission_id"]), row["round"]): read_found(row) for row in rows}


INSERT_HISTORIES = """
INSERT INTO history (submission_id, round, at, by, type, body, revision, state)
SELECT h.submission_id, h.round, $1, $2, h.type, h.body, i.revision, i.state
FROM unnest($3::uuid[], $4::integer[], $5::text[], $6::text[]) WITH ORDINALITY
  AS h (submission_id, round, type, body, place)
JOIN item i ON i.submission_id = h.submission_id AND i.round = h.round
ORDER BY h.place
"""


async def insert_histories(tx: Transaction, by: str, done: Iterable[tuple[Key, ItemEvent]]) -> None:
    """Keep what someone did to several items, which are saved already."""
    rows = [(*key, event.TYPE, encode_text(event)) for key, event in done]
    await tx.execute(INSERT_HISTORIES, tx.now, by, *as_columns(rows, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an action would do to each of several items, as it was shown. ``action`` is the JSON that was sent."""

    plan_id: UUID
    made_by: str
    made_at: datetime
    hash: str
    action: str
    lines: tuple[PlanLine, ...]
    applied_at: datetime | None = None


INSERT_PLAN = """
INSERT INTO plan (plan_id, made_by, made_at, hash, action, lines) VALUES ($1, $2, $3, $4, $5, $6)
"""

FORGET_PLANS = "DELETE FROM plan WHERE applied_at IS NULL AND made_at < $1::timestamptz - interval '30 days'"


async def insert_plan(tx: Transaction, plan: Plan) -> None:
    """Keep a plan that is shown; those that nobody applied within thirty days are forgotten."""
    await tx.execute(FORGET_PLANS, tx.now)
    lines = encode_text(plan.lines)
    await tx.execute(INSERT_PLAN, plan.plan_id, plan.made_by, plan.made_at, plan.hash, plan.action, lines)


FIND_PLAN = "SELECT * FROM plan WHERE plan_id = $1"
LOCK_PLAN = f"{FIND_PLAN} FOR UPDATE"


async def find_plan(tx: Transaction, plan_id: UUID, *, lock: bool = False) -> Plan | None:
    """Find a plan, to look at or to apply."""
    row = await tx.fetchrow(LOCK_PLAN if lock else FIND_PLAN, plan_id)
    if row is None:
        return None
    return Plan(**{**dict(row), "lines": decode(tuple[PlanLine, ...], row["lines"])})


SAVE_APPLIED = "UPDATE plan SET applied_at = $2 WHERE plan_id = $1"


async def save_applied(tx: Transaction, plan_id: UUID) -> None:
    """Keep that a plan was applied: once."""
    await tx.execute(SAVE_APPLIED, plan_id, tx.now)
