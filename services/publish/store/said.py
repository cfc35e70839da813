"""What became of reforms, read back from the public record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from contracts.evaluations import AssessmentPublished, AwardGiven, MilestoneUpdated
from contracts.submissions import Milestone
from services.chassis.codec import decode
from services.chassis.database import Transaction
from services.publish.domain.progress import NO_NAMES, Names, Said, names_of

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
    names = await _list_names(tx, [*updates], at) if updates else {}
    return {
        reference: Said(
            updates.get(reference, []),
            assessments.get(reference, []),
            awards.get(reference, []),
            names.get(reference, NO_NAMES),
        )
        for reference in references
    }


async def find_said(tx: Transaction, reference: str, at: datetime | None = None) -> Said:
    """Give all that was said of one reform, likewise."""
    return (await list_said(tx, [reference], at))[reference]


LIST_PLANNED = """
SELECT reference, document::jsonb #>> '{reform,proposal,milestones}' AS milestones FROM public_entries
WHERE reference = ANY ($1::text[]) AND published_at IS NOT NULL
  AND entered_at < coalesce($2::timestamptz, 'infinity')
ORDER BY reference, version
"""


async def _list_names(tx: Transaction, references: Sequence[str], at: datetime | None) -> dict[str, Names]:
    planned: dict[str, list[tuple[Milestone, ...]]] = {}
    for row in await tx.fetch(LIST_PLANNED, references, at):
        planned.setdefault(row["reference"], []).append(decode(tuple[Milestone, ...], row["milestones"]))
    return {reference: names_of(versions) for reference, versions in planned.items() if len(versions) > 1}


async def _list(
    tx: Transaction, sql: str, kind: type[SaidT], references: Sequence[str], at: datetime | None
) -> dict[str, list[SaidT]]:
    found: dict[str, list[SaidT]] = {}
    for row in await tx.fetch(sql, references, at):
        found.setdefault(row["reference"], []).append(kind(**dict(row.items())))
    return found
