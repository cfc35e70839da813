"""What became of reforms, read back from the public record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from contracts.evaluations import AssessmentPublished, AwardGiven, MilestoneUpdated
from services.chassis.database import Transaction
from services.publish.domain.progress import Said

SaidT = TypeVar("SaidT", MilestoneUpdated, AssessmentPublished, AwardGiven)

LIST_UPDATES_OF = """
SELECT reference, milestone, title, status, evidence, barrier, confirmed_at, said_by AS by
FROM public_milestone_updates
WHERE reference = ANY ($1::text[]) AND known_at < coalesce($2::timestamptz, 'infinity')
ORDER BY reference, confirmed_at, known_at, event_id
"""
LIST_ASSESSMENTS_OF = """
SELECT reference, stage, verifiable, open_government_values, potential_for_results, completion, early_results, report,
       published_at
FROM public_assessments
WHERE reference = ANY ($1::text[]) AND known_at < coalesce($2::timestamptz, 'infinity')
ORDER BY reference, published_at, known_at, event_id
"""
LIST_AWARDS_OF = """
SELECT reference, award, given_by, award_round, link, given_at
FROM public_awards
WHERE reference = ANY ($1::text[]) AND known_at < coalesce($2::timestamptz, 'infinity')
ORDER BY reference, given_at, known_at, event_id
"""


async def list_said(tx: Transaction, references: Sequence[str], at: datetime | None = None) -> Mapping[str, Said]:
    """Give all that was said of each of these reforms, the oldest first; with ``at``, what was known just before it."""
    updates = await _list(tx, LIST_UPDATES_OF, MilestoneUpdated, references, at)
    assessments = await _list(tx, LIST_ASSESSMENTS_OF, AssessmentPublished, references, at)
    awards = await _list(tx, LIST_AWARDS_OF, AwardGiven, references, at)
    return {
        reference: Said(updates.get(reference, []), assessments.get(reference, []), awards.get(reference, []))
        for reference in references
    }


async def find_said(tx: Transaction, reference: str, at: datetime | None = None) -> Said:
    """Give all that was said of one reform, likewise."""
    return (await list_said(tx, [reference], at))[reference]


async def _list(
    tx: Transaction, sql: str, kind: type[SaidT], references: Sequence[str], at: datetime | None
) -> dict[str, list[SaidT]]:
    found: dict[str, list[SaidT]] = {}
    for row in await tx.fetch(sql, references, at):
        found.setdefault(row["reference"], []).append(kind(**dict(row.items())))
    return found
