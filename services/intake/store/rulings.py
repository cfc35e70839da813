"""Rulings: what the latest released decision about each submission says."""

from collections.abc import Mapping
from uuid import UUID

from services.chassis.codec import decode, encode_text
from services.chassis.database import Transaction, as_columns
from services.intake.domain.ruling import Ruling

SAVE_RULINGS = """
INSERT INTO ruling (submission_id, told)
SELECT * FROM unnest($1::uuid[], $2::text[])
ON CONFLICT (submission_id) DO UPDATE SET told = excluded.told
"""


async def save_rulings(tx: Transaction, rulings: Mapping[UUID, Ruling]) -> None:
    """Keep rulings, each in the place of an earlier one. The submissions must be locked."""
    rows = [(submission_id, encode_text(rulings[submission_id])) for submission_id in sorted(rulings)]
    if rows:
        await tx.execute(SAVE_RULINGS, *as_columns(rows, 2))


FIND_RULING = "SELECT told FROM ruling WHERE submission_id = $1"


async def find_ruling(tx: Transaction, submission_id: UUID) -> Ruling | None:
    """Give the latest ruling about a submission."""
    told: str | None = await tx.fetchval(FIND_RULING, submission_id)
    return decode(Ruling, told) if told else None
