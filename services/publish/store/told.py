"""What was said of reforms already, so that the same is told once; and the reforms of which something can be said."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.chassis.codec import decode
from services.chassis.database import Transaction
from services.publish.domain.importing.statements import Known
from services.publish.domain.reforms import Document

INSERT_TOLD = """
INSERT INTO evaluation_told (fingerprint, told_at)
SELECT f, $2 FROM unnest($1::bytea[]) AS t (f) ORDER BY f
ON CONFLICT (fingerprint) DO NOTHING
RETURNING fingerprint
"""


async def insert_told(tx: Transaction, fingerprints: Iterable[bytes], at: datetime) -> set[bytes]:
    """Note what is told, and give what had not been; whoever tells the same at the same time waits for this."""
    rows = await tx.fetch(INSERT_TOLD, list(fingerprints), at)
    return {row["fingerprint"] for row in rows}


FIND_TOLD = "SELECT fingerprint FROM evaluation_told WHERE fingerprint = ANY ($1::bytea[])"


async def find_told(tx: Transaction, fingerprints: Iterable[bytes]) -> set[bytes]:
    """Give what of this was told already."""
    return {row["fingerprint"] for row in await tx.fetch(FIND_TOLD, list(fingerprints))}


FIND_KNOWN = """
SELECT newest.reference, newest.submission_id::text, newest.published_at IS NOT NULL AS stands, newest.document
FROM unnest($1::text[]) AS k (reference)
CROSS JOIN LATERAL (
    SELECT e.reference, e.submission_id, e.published_at, e.document FROM reform_entry e
    WHERE e.reference = k.reference ORDER BY e.version DESC LIMIT 1
) newest
"""


async def find_known(tx: Transaction, references: Sequence[str]) -> dict[str, Known]:
    """Give the reforms of these references that are or were public."""
    rows = await tx.fetch(FIND_KNOWN, references)
    return {row["reference"]: Known(row["submission_id"], _milestones(row["document"]), row["stands"]) for row in rows}


def _milestones(document: str | None) -> tuple[str, ...]:
    if document is None:
        return ()
    return tuple(milestone.title for milestone in decode(Document, document).reform.proposal.milestones)
