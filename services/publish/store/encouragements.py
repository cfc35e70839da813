"""What the Support Unit says of reforms beyond its decisions: a row for each, the last it said."""

from collections.abc import Sequence

from contracts.decisions import ReformEncouraged
from contracts.event import Event
from services.chassis.codec import encode_text
from services.chassis.database import Transaction, as_columns

SAVE_ENCOURAGEMENTS = """
INSERT INTO encouragement (reference, submission_id, promising, support, why, since)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::boolean[], $4::text[], $5::text[], $6::timestamptz[])
ON CONFLICT (reference, submission_id) DO UPDATE
SET promising = excluded.promising, support = excluded.support, why = excluded.why, since = excluded.since
"""


async def save_encouragements(tx: Transaction, events: Sequence[Event[ReformEncouraged]]) -> None:
    """Keep the last that these say of each reform."""
    if events:
        last = {(event.data.reference, event.subject): event for event in events}
        await tx.execute(SAVE_ENCOURAGEMENTS, *as_columns([_row(event) for event in last.values()], 6))


def _row(event: Event[ReformEncouraged]) -> tuple[object, ...]:
    told = event.data
    support = encode_text(told.support)
    return (told.reference, event.subject, told.promising, support, told.why, told.encouraged_at)
