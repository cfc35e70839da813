"""Submissions: their receipts, claimed once for each id of their sender, and the numbers that the public sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.submissions import StoryShared, SubmissionReceived
from services.chassis.database import Record, Transaction, as_columns
from services.intake.domain.application import Application
from services.intake.domain.receiving import Received

Key = tuple[str, str]
"""Source and external id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What stands under a sender's id: the first submission that came under it; a contribution is in no month."""

    submission_id: UUID
    digest: bytes
    reference: str
    month: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """An application on its way into the table: its event, and the keyed hash of its content."""

    application: Application
    event: Received
    digest: bytes


FIND_CLAIMS = """
SELECT s.source, s.external_id, s.submission_id, s.digest, s.reference, s.first_month, s.received_at
FROM submission s
JOIN unnest($1::text[], $2::text[]) AS k (source, external_id) USING (source, external_id)
"""


async def find_claims(tx: Transaction, keys: Iterable[Key]) -> dict[Key, Claim]:
    """Give the submissions that stand under these ids."""
    rows = await tx.fetch(FIND_CLAIMS, *as_columns(sorted(set(keys)), 2))
    return {(row["source"], row["external_id"]): _claim(row) for row in rows}


INSERT_SUBMISSIONS = """
INSERT INTO submission AS s (submission_id, reference, source, external_id, digest, story_id, channel, member_code,
                             contact_ref, holder_ref, first_month, received_at, confirmed_at,
                             round, version, standing, withdrawal)
SELECT n.*, reviewed.* FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::uuid[], $7::text[], $8::text[],
    $9::uuid[], $10::uuid[], $11::text[], $12::timestamptz[], $13::timestamptz[]
) AS n (submission_id, reference, source, external_id, digest, story_id, channel, member_code,
        contact_ref, holder_ref, first_month, received_at, confirmed_at)
LEFT JOIN (VALUES (1, 1, 'waiting', 'none')) AS reviewed (round, version, standing, withdrawal)
    ON n.first_month IS NOT NULL
ON CONFLICT (source, external_id) DO UPDATE SET source = s.source
RETURNING s.source, s.external_id, s.submission_id, s.digest, s.reference, s.first_month, s.received_at
"""


async def insert_submissions(tx: Transaction, entries: Sequence[Entry]) -> dict[Key, Claim]:
    """Claim the ids of new submissions, in sorted order, and give what stands under each: it, or who came before."""
    rows = sorted((_row(entry) for entry in entries), key=lambda row: (row[2], row[3]))
    kept = await tx.fetch(INSERT_SUBMISSIONS, *as_columns(rows, 13))
    return {(row["source"], row["external_id"]): _claim(row) for row in kept}


TAKE_NUMBERS = """
INSERT INTO reference_year AS r (year, last_number) VALUES ($1, $2)
ON CONFLICT (year) DO UPDATE SET last_number = r.last_number + $2
RETURNING last_number
"""


async def take_references(tx: Transaction, year: int, count: int) -> list[str]:
    """Take the next public references of a year; what is not used, is never used again."""
    last: int = await tx.fetchval(TAKE_NUMBERS, year, count)
    return [f"OGC-{year}-{number:06d}" for number in range(last - count + 1, last + 1)]


def _claim(row: Record) -> Claim:
    return Claim(
        submission_id=row["submission_id"],
        digest=row["digest"],
        reference=row["reference"],
        month=row["first_month"],
        received_at=row["received_at"],
    )


def _row(entry: Entry) -> tuple[object, ...]:
    application, event = entry.application, entry.event
    received_at = event.shared_at if isinstance(event, StoryShared) else event.received_at
    return (
        application.submission_id,
        event.reference,
        application.source,
        application.external_id,
        entry.digest,
        application.event_id,
        application.channel,
        application.member_code,
        application.submitter.contact_ref,
        application.holder.contact_ref if application.holder else None,
        event.month if isinstance(event, SubmissionReceived) else None,
        received_at,
        received_at if event.contact_confirmed else None,
    )
