"""What was heard of each submission, kept so that it can be written about whatever is heard first."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from services.chassis.codec import decode, encode_text
from services.chassis.database import Record, as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.standing import NO_WORDS, Said, Standing

EMPTY, UNSAID = "{}", "[]"
"""As Postgres writes them: most of what is decided in a batch needs neither read nor written."""

SAVE_STANDINGS = """
INSERT INTO standing AS s (submission_id, confirmed, withdrawn, round, month, outcome, about, said)
SELECT * FROM unnest(
    $1::text[], $2::boolean[], $3::boolean[], $4::integer[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[]
)
ON CONFLICT (submission_id) DO UPDATE SET
    confirmed = s.confirmed OR excluded.confirmed,
    withdrawn = s.withdrawn OR excluded.withdrawn,
    round = greatest(s.round, excluded.round),
    month = coalesce(excluded.month, s.month),
    outcome = coalesce(excluded.outcome, s.outcome),
    about = s.about || excluded.about,
    said = s.said || excluded.said
RETURNING s.*
"""


async def save_standings(tx: Transaction, heard: Mapping[str, Standing]) -> dict[str, Standing]:
    """Add what was heard of submissions to what is known of them, lock all of them, and say how each stands now.

    What is told of one submission on several topics, at the same moment, is so written down one after the other: a
    letter that begins to wait is seen by the confirmation, or sees it; a reminder is seen by the answer, or sees it.
    """
    if not heard:
        return {}
    rows = [_row(submission_id, standing) for submission_id, standing in sorted(heard.items())]
    saved = await tx.fetch(SAVE_STANDINGS, *as_columns(rows, 8))
    return {row["submission_id"]: standing_of(row) for row in saved}


def _row(submission_id: str, standing: Standing) -> tuple[object, ...]:
    return (
        submission_id,
        standing.confirmed,
        standing.withdrawn,
        standing.round,
        standing.month,
        standing.outcome,
        encode_text(standing.about) if standing.about else EMPTY,
        encode_text(standing.said) if standing.said else UNSAID,
    )


def standing_of(row: Record) -> Standing:
    """Read a standing from its row."""
    if row["about"] == EMPTY and row["said"] == UNSAID:
        return _wordless((row["confirmed"], row["withdrawn"], row["round"], row["month"], row["outcome"]))
    return Standing(
        confirmed=row["confirmed"],
        withdrawn=row["withdrawn"],
        round=row["round"],
        month=row["month"],
        outcome=row["outcome"],
        about=NO_WORDS if row["about"] == EMPTY else decode(dict[str, Any], row["about"]),
        said=() if row["said"] == UNSAID else decode(tuple[Said, ...], row["said"]),
    )


@lru_cache(maxsize=64)
def _wordless(known: tuple[bool, bool, int, str | None, str | None]) -> Standing:
    # in a batch many stand alike, and are made once
    confirmed, withdrawn, round_, month, outcome = known
    return Standing(confirmed=confirmed, withdrawn=withdrawn, round=round_, month=month, outcome=outcome)
