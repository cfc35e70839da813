"""Contributions: stories and nominations, which are in no month and are never reviewed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.submissions import Nomination, Story
from services.chassis.codec import decode
from services.chassis.database import Record, Transaction, as_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A story or a nomination that has its receipt."""

    submission_id: UUID
    reference: str
    channel: str
    received_at: datetime
    released_at: datetime | None
    told: Story | Nomination


FIND_CONTRIBUTIONS = """
SELECT submission_id, s.reference, s.channel, s.received_at, c.released_at, c.body
FROM contribution c JOIN submission s USING (submission_id)
WHERE submission_id = ANY ($1::uuid[])
"""


async def find_contributions(tx: Transaction, submission_ids: Iterable[UUID]) -> dict[UUID, Contribution]:
    """Give those of these submissions that are stories or nominations."""
    rows = await tx.fetch(FIND_CONTRIBUTIONS, sorted(set(submission_ids)))
    return {row["submission_id"]: _contribution(row) for row in rows}


SAVE_RELEASED = """
UPDATE contribution c SET released_at = coalesce(c.released_at, r.released_at)
FROM unnest($1::uuid[], $2::timestamptz[]) AS r (submission_id, released_at)
WHERE c.submission_id = r.submission_id
RETURNING c.submission_id
"""


async def save_released(tx: Transaction, released: Sequence[tuple[UUID, datetime]]) -> set[UUID]:
    """Note since when these stories may be shown, and name those that are there; the first time stays."""
    rows = await tx.fetch(SAVE_RELEASED, *as_columns(sorted(released), 2))
    return {row["submission_id"] for row in rows}


def _contribution(row: Record) -> Contribution:
    shape: type[Story | Nomination] = Story if row["channel"] == "story" else Nomination
    return Contribution(
        submission_id=row["submission_id"],
        reference=row["reference"],
        channel=row["channel"],
        received_at=row["received_at"],
        released_at=row["released_at"],
        told=decode(shape, row["body"]),
    )
