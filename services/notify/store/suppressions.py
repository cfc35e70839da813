"""Addresses that nothing is sent to, each a keyed hash; what was lifted stays."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.chassis.database import Record
from services.chassis.transaction import Transaction


class Suppression(NamedTuple):
    """That nothing is sent to an address from now on: why, since which letter came back, and who said so."""

    suppression_id: UUID
    address_hash: bytes
    why: str
    detail: str
    by: str
    mail_id: UUID | None = None


FIND_SUPPRESSED = "SELECT address_hash FROM suppression WHERE address_hash = ANY ($1::bytea[]) AND lifted_at IS NULL"


async def find_suppressed(tx: Transaction, hashes: Iterable[bytes]) -> set[bytes]:
    """Find those of these addresses that nothing is sent to."""
    return {row["address_hash"] for row in await tx.fetch(FIND_SUPPRESSED, sorted(set(hashes)))}


INSERT_SUPPRESSION = """
INSERT INTO suppression (suppression_id, address_hash, why, detail, mail_id, since, suppressed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (address_hash) WHERE lifted_at IS NULL DO NOTHING
RETURNING suppression_id
"""


async def insert_suppression(tx: Transaction, made: Suppression) -> bool:
    """Let nothing more be sent to an address. False: nothing is, already."""
    row = (made.suppression_id, made.address_hash, made.why, made.detail, made.mail_id, tx.now, made.by)
    return await tx.fetchval(INSERT_SUPPRESSION, *row) is not None


LIFT_SUPPRESSION = """
UPDATE suppression SET lifted_at = $2, lifted_by = $3, lifted_why = $4
WHERE suppression_id = $1 AND lifted_at IS NULL
RETURNING address_hash
"""
LET_GO = """
UPDATE letter SET state = 'pending', detail = NULL, due_at = $2, changed_at = $2
WHERE address_hash = $1 AND state = 'suppressed'
"""


async def lift_suppression(tx: Transaction, suppression_id: UUID, *, by: str, why: str) -> bool:
    """Let an address be written to again, beginning with what was kept from it. False: it is, already."""
    address_hash = await tx.fetchval(LIFT_SUPPRESSION, suppression_id, tx.now, by, why)
    if address_hash is None:
        return False
    await tx.execute(LET_GO, address_hash, tx.now)
    return True


LIST_SUPPRESSIONS = """
SELECT s.suppression_id, s.why, s.detail, s.mail_id, s.since, s.suppressed_by, s.lifted_at, s.lifted_by, s.lifted_why,
       (SELECT count(*) FROM letter l WHERE l.address_hash = s.address_hash AND l.state = 'suppressed') AS kept_back
FROM suppression s
WHERE ($1::boolean IS NULL OR (s.lifted_at IS NULL) = $1) AND ($2::bytea IS NULL OR s.address_hash = $2)
  AND ($3::timestamptz IS NULL OR (s.since, s.suppression_id) > ($3, $4::uuid))
ORDER BY s.since, s.suppression_id
LIMIT $5
"""


async def list_suppressions(
    tx: Transaction,
    *,
    in_force: bool | None,
    address_hash: bytes | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 100,
) -> Sequence[Record]:
    """List suppressions, oldest first, with how many letters each keeps back."""
    return await tx.fetch(LIST_SUPPRESSIONS, in_force, address_hash, *(after or (None, None)), limit)
