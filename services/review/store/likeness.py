"""What is compared of submissions: kept up to date at leisure, searched when someone looks at an item."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any
from uuid import UUID

from services.chassis.codec import decode
from services.chassis.database import Record, Transaction, as_columns
from services.review.domain.likeness import TITLE_ACROSS, TITLE_WITHIN, Measured, Traits, traits_of
from services.review.store.items import TEXTS, Found, read_found

EACH_MAX = 100
"""So many are looked at closely by each reason: who sends the same a thousand times does not cost a thousand."""

TAKE_DUE = """
DELETE FROM likeness_due
WHERE ctid = ANY (ARRAY(SELECT ctid FROM likeness_due LIMIT $1 FOR UPDATE SKIP LOCKED))
RETURNING submission_id
"""


async def take_due(tx: Transaction, limit: int) -> list[UUID]:
    """Take submissions whose latest text is not compared yet; another instance takes others."""
    return sorted({row["submission_id"] for row in await tx.fetch(TAKE_DUE, limit)})


FIND_TEXTS = """
SELECT DISTINCT ON (i.submission_id) i.submission_id, i.version, i.reference, i.member, t.type, t.body
FROM item i JOIN told t ON t.submission_id = i.submission_id AND t.event_id = i.told_by
WHERE i.submission_id = ANY ($1::uuid[])
ORDER BY i.submission_id, i.round DESC
"""

SAVE_TRAITS = """
INSERT INTO likeness AS l (submission_id, version, reference, member, title, institution, commitment_id, extends,
                           resubmission_of, timetable)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                     $8::text[], $9::text[], $10::text[])
ON CONFLICT (submission_id) DO UPDATE SET
    version = excluded.version, title = excluded.title, institution = excluded.institution,
    commitment_id = excluded.commitment_id, extends = excluded.extends,
    resubmission_of = excluded.resubmission_of, timetable = excluded.timetable
WHERE l.version <= excluded.version
"""


async def save_traits(tx: Transaction, submission_ids: Sequence[UUID]) -> None:
    """Keep what is compared of the latest texts of these submissions, in sorted order."""
    rows = [astuple(_traits_of(row)) for row in await tx.fetch(FIND_TEXTS, submission_ids)]
    await tx.execute(SAVE_TRAITS, *as_columns(rows, 10))


FIND_TRAITS = "SELECT * FROM likeness WHERE submission_id = $1"


async def find_traits(tx: Transaction, submission_id: UUID) -> Traits | None:
    """Give what is compared of a submission; None when its turn has not come yet."""
    row = await tx.fetchrow(FIND_TRAITS, submission_id)
    return None if row is None else _read_traits(row)


LIMIT_TITLES = """
SELECT set_config('pg_trgm.similarity_threshold', $1, true), set_config('enable_seqscan', 'off', true)
"""
"""The planner takes comparing trigrams for cheap, and reads the whole table where the index is ten times as fast."""

FIND_SIMILAR = """
WITH found AS (
    (SELECT submission_id FROM likeness
     WHERE member = $2 AND extensions.similarity(title, $3) >= $9::real
     ORDER BY extensions.similarity(title, $3) DESC LIMIT $11)
    UNION (SELECT submission_id FROM likeness WHERE title OPERATOR(extensions.%) $3 LIMIT $11)
    UNION (SELECT submission_id FROM likeness WHERE commitment_id = $5 LIMIT $11)
    UNION (SELECT submission_id FROM likeness WHERE extends = $6 LIMIT $11)
    UNION (SELECT submission_id FROM likeness WHERE reference = $7 OR resubmission_of = $10 LIMIT $11)
    UNION (SELECT submission_id FROM likeness WHERE member = $2 AND timetable = $8 LIMIT $11)
)
SELECT l.*, extensions.similarity(l.title, $3) AS title_likeness,
       extensions.similarity(l.institution, $4) AS institution_likeness
FROM found JOIN likeness l USING (submission_id) WHERE l.submission_id <> $1
"""


async def find_similar(tx: Transaction, this: Traits) -> list[Measured]:
    """Give whatever has one of this one's traits, measured, in no order."""
    await tx.execute(LIMIT_TITLES, str(TITLE_ACROSS))
    rows = await tx.fetch(
        FIND_SIMILAR,
        this.submission_id,
        this.member,
        this.title,
        this.institution,
        this.commitment_id,
        this.extends,
        this.resubmission_of,
        this.timetable,
        TITLE_WITHIN,
        this.reference,
        EACH_MAX,
    )
    return [Measured(_read_traits(row), row["title_likeness"], row["institution_likeness"]) for row in rows]


LIST_LATEST = """
SELECT DISTINCT ON (i.submission_id) i.*, b.state AS batch, r.body AS receipt, t.type AS text_type, t.body AS text
FROM item i
JOIN batch b ON b.month = i.month
JOIN told r ON r.submission_id = i.submission_id AND r.event_id = i.received_by
JOIN told t ON t.submission_id = i.submission_id AND t.event_id = i.told_by
WHERE i.submission_id = ANY ($1::uuid[])
ORDER BY i.submission_id, i.round DESC
"""


async def list_latest(tx: Transaction, submission_ids: Sequence[str]) -> dict[str, Found]:
    """Give the latest round of each of these submissions."""
    return {str(row["submission_id"]): read_found(row) for row in await tx.fetch(LIST_LATEST, submission_ids)}


def _traits_of(row: Record) -> Traits:
    text: Any = decode(TEXTS[row["type"]], row["body"])
    return traits_of(str(row["submission_id"]), row["version"], row["reference"], row["member"], text.proposal)


def _read_traits(row: Record) -> Traits:
    named = {name: row[name] for name in Traits.__dataclass_fields__}
    return Traits(**{**named, "submission_id": str(row["submission_id"])})
