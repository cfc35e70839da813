"""Letters about submissions in the public record: a row for each thing told of one, added and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.database import Transaction, as_columns
from services.publish.domain.notices import Told

INSERT_NOTICES = """
INSERT INTO notice_told (
    event_id, submission_id, delivery_id, decision_id, told_at, known_at, kind, role, became, code, cause_id
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::uuid[]
)
ON CONFLICT (event_id) DO NOTHING
"""


async def insert_notices(tx: Transaction, told: Sequence[Told]) -> None:
    """Keep what was told of letters; what is there stays as it is."""
    if told:
        await tx.execute(INSERT_NOTICES, *as_columns(told, 11))


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter about a submission, and what has become of it: never to whom, but in which role.

    ``event_id`` is that of the event that told so.
    """

    delivery_id: UUID
    event_id: UUID
    kind: str
    role: str
    became: str
    told_at: datetime
    decision_id: UUID | None


# The newest word on each letter, as it was known at a time.
LIST_LETTERS = """
SELECT delivery_id, event_id, kind, role, became, told_at, decision_id FROM (
    SELECT DISTINCT ON (delivery_id) * FROM public_notices
    WHERE reference = $1 AND known_at < coalesce($2::timestamptz, 'infinity')
    ORDER BY delivery_id, known_at DESC, event_id DESC
) newest
ORDER BY told_at, event_id
"""


async def list_letters(tx: Transaction, reference: str, at: datetime | None = None) -> list[Letter]:
    """List the letters about a reform, the oldest first, as they stand or as they stood just before ``at``."""
    return [Letter(*row.values()) for row in await tx.fetch(LIST_LETTERS, reference, at)]
