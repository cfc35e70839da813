"""Submissions: claimed once for each id of their sender, and kept whole: receipt, contacts and first version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.submissions import NominationReceived, StoryShared, SubmissionReceived
from services.chassis.codec import encode, encode_text
from services.chassis.database import Record, Transaction, as_columns
from services.intake.domain.application import Application
from services.intake.domain.receiving import Received
from services.intake.store.vault import Vault

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
    """An application on its way into the tables: its event with its partition, and the keyed hash of its content."""

    application: Application
    event: Received
    digest: bytes
    partition: int


FIND_CLAIMS = """
SELECT s.source, s.external_id, s.submission_id, s.digest, s.reference, s.first_month, s.received_at
FROM submission s
JOIN unnest($1::text[], $2::text[]) AS k (source, external_id) USING (source, external_id)
"""


async def find_claims(tx: Transaction, keys: Iterable[Key]) -> dict[Key, Claim]:
    """Give the submissions that stand under these ids."""
    return claims_of(await tx.fetch(FIND_CLAIMS, *as_columns(sorted(set(keys)), 2)))


def claims_of(rows: Iterable[Record]) -> dict[Key, Claim]:
    """Read claims, each under its key."""
    return {(row["source"], row["external_id"]): _claim(row) for row in rows}


# in one statement: of what another instance claimed first, nothing is kept
KEEP_ENTRIES = """
WITH arriving AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::uuid[], $7::text[], $8::text[],
        $9::uuid[], $10::uuid[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::integer[], $15::text[],
        $16::text[]
    ) AS a (submission_id, reference, source, external_id, digest, story_id, channel, member_code,
            contact_ref, holder_ref, first_month, received_at, confirmed_at, partition, told, flags)
), numbered AS (
    INSERT INTO reference_year AS r (year, last_number)
    SELECT split_part(reference, '-', 2)::integer AS year, max(split_part(reference, '-', 3)::integer)
    FROM arriving GROUP BY year
    ON CONFLICT (year) DO UPDATE SET last_number = greatest(r.last_number, excluded.last_number)
), claimed AS (
    INSERT INTO submission AS s (submission_id, reference, source, external_id, digest, story_id, channel, member_code,
                                 contact_ref, holder_ref, first_month, received_at, confirmed_at,
                                 round, version, standing, withdrawal)
    SELECT a.submission_id, a.reference, a.source, a.external_id, a.digest, a.story_id, a.channel, a.member_code,
           a.contact_ref, a.holder_ref, a.first_month, a.received_at, a.confirmed_at, reviewed.*
    FROM arriving a
    LEFT JOIN (VALUES (1, 1, 'waiting', 'none')) AS reviewed (round, version, standing, withdrawal)
        ON a.first_month IS NOT NULL
    ORDER BY a.source, a.external_id
    ON CONFLICT (source, external_id) DO UPDATE SET source = s.source
    RETURNING s.source, s.external_id, s.submission_id, s.digest, s.reference, s.first_month, s.received_at
), known AS (
    INSERT INTO contact (contact_ref, wrapped_key, sealed)
    SELECT k.contact_ref, k.wrapped_key, k.sealed
    FROM unnest($17::uuid[], $18::uuid[], $19::bytea[], $20::bytea[])
      AS k (submission_id, contact_ref, wrapped_key, sealed)
    JOIN claimed USING (submission_id)
    ON CONFLICT DO NOTHING
), first_version AS (
    INSERT INTO version (submission_id, version, round, month, partition, event_id, entered_at, proposal, flags)
    SELECT a.submission_id, 1, 1, a.first_month, a.partition, a.story_id, a.received_at, a.told,
           string_to_array(a.flags, ' ')
    FROM arriving a JOIN claimed USING (submission_id)
    WHERE a.first_month IS NOT NULL
), contributed AS (
    INSERT INTO contribution (submission_id, body)
    SELECT a.submission_id, a.told FROM arriving a JOIN claimed USING (submission_id)
    WHERE a.first_month IS NULL
)
SELECT * FROM claimed
"""


async def keep_entries(tx: Transaction, vault: Vault, entries: Sequence[Entry]) -> dict[Key, Claim]:
    """Claim the ids of new submissions, in sorted order, and keep those that stand, contacts sealed.

    Gives what stands under each id: it, or who came before, whose own is not touched.
    """
    contacts = [row for entry in entries for row in _contact_rows(vault, entry.application)]
    rows = [_row(entry) for entry in entries]
    return claims_of(await tx.fetch(KEEP_ENTRIES, *as_columns(rows, 16), *as_columns(contacts, 4)))


def _claim(row: Record) -> Claim:
    return Claim(
        submission_id=row["submission_id"],
        digest=row["digest"],
        reference=row["reference"],
        month=row["first_month"],
        received_at=row["received_at"],
    )


def _contact_rows(vault: Vault, application: Application) -> list[tuple[object, ...]]:
    contacts = (application.submitter, application.holder)
    return [
        (application.submission_id, c.contact_ref, *vault.seal(c.contact_ref, encode(c.form.model_dump())))
        for c in contacts
        if c
    ]


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
        entry.partition,
        *_told(event),
    )


def _told(event: Received) -> tuple[str, str]:
    """Give the text as it is told, and what is remarked of it."""
    match event:
        case SubmissionReceived():
            return encode_text(event.proposal), " ".join(event.flags)
        case StoryShared():
            return encode_text(event.story), ""
        case NominationReceived():
            return encode_text(event.nomination), ""
