"""What was said of reforms beyond their decisions: every word of it, and when the last one came."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contracts.evaluations import AssessmentPublished, AwardGiven, MilestoneUpdated
from services.chassis.codec import decode
from services.chassis.database import Record, Transaction
from services.publish.domain.traces import Encouraged, Newest, Trace, TraceKind, newest_first

LIST_UPDATES = """
SELECT known_at, event_id, reference, milestone, title, status, evidence, barrier, confirmed_at, said_by AS by
FROM public_milestone_updates
WHERE reference = $1 AND known_at < coalesce($2::timestamptz, 'infinity')
"""
LIST_ASSESSMENTS = """
SELECT known_at, event_id, reference, stage, verifiable, open_government_values, potential_for_results, completion,
       early_results, report, published_at
FROM public_assessments
WHERE reference = $1 AND known_at < coalesce($2::timestamptz, 'infinity')
"""
LIST_AWARDS = """
SELECT known_at, event_id, reference, award, given_by, award_round, link, given_at FROM public_awards
WHERE reference = $1 AND known_at < coalesce($2::timestamptz, 'infinity')
"""
LIST_ENCOURAGEMENTS = """
SELECT since AS known_at, event_id, promising, support, why FROM public_encouragements
WHERE reference = $1 AND since < coalesce($2::timestamptz, 'infinity')
"""


async def list_traces(tx: Transaction, reference: str, at: datetime | None = None) -> tuple[Trace, ...]:
    """List all that was said of a reform, the newest first; with ``at``, what was known just before it."""
    asked = reference, at
    traces = [_trace("milestone", row, _told(MilestoneUpdated, row)) for row in await tx.fetch(LIST_UPDATES, *asked)]
    traces += [
        _trace("assessment", row, _told(AssessmentPublished, row)) for row in await tx.fetch(LIST_ASSESSMENTS, *asked)
    ]
    traces += [_trace("award", row, _told(AwardGiven, row)) for row in await tx.fetch(LIST_AWARDS, *asked)]
    traces += [_trace("encouragement", row, _encouraged(row)) for row in await tx.fetch(LIST_ENCOURAGEMENTS, *asked)]
    return newest_first(traces)


FIND_NEWEST = """
SELECT reference, max(known_at) AS at, count(*) AS total FROM (
    SELECT reference, known_at FROM public_milestone_updates WHERE reference = ANY ($1::text[])
    UNION ALL SELECT reference, known_at FROM public_assessments WHERE reference = ANY ($1::text[])
    UNION ALL SELECT reference, known_at FROM public_awards WHERE reference = ANY ($1::text[])
    UNION ALL SELECT reference, since FROM public_encouragements WHERE reference = ANY ($1::text[])
) said WHERE known_at < coalesce($2::timestamptz, 'infinity') GROUP BY reference
"""


async def find_newest(tx: Transaction, references: Sequence[str], at: datetime | None = None) -> dict[str, Newest]:
    """Say of each of these reforms when something was last said of it; those of which nothing was are left out."""
    return {row["reference"]: Newest(row["at"], row["total"]) for row in await tx.fetch(FIND_NEWEST, references, at)}


def _told(kind: type[Any], row: Record) -> Any:
    return kind(**{name: value for name, value in row.items() if name not in {"known_at", "event_id"}})


def _encouraged(row: Record) -> Encouraged:
    return Encouraged(promising=row["promising"], support=decode(tuple[str, ...], row["support"]), why=row["why"])


def _trace(kind: TraceKind, row: Record, told: object) -> Trace:
    said: dict[str, Any] = {kind: told}
    return Trace(kind=kind, at=row["known_at"], event_id=row["event_id"], **said)
