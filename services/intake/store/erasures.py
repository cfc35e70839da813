"""That something was erased: signed records in an unbroken row, none of which says whose it was."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.database import Record, Transaction


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """A record in the bytes over which its signature goes."""

    number: int
    record: str
    signature: bytes


LOCK_ERASURES = "LOCK TABLE erasure IN SHARE ROW EXCLUSIVE MODE"

FIND_LAST = "SELECT number, record, signature FROM erasure ORDER BY number DESC LIMIT 1"


async def lock_last(tx: Transaction) -> SignedRecord | None:
    """Let nobody else write a record before this transaction ends, and give the last one."""
    await tx.execute(LOCK_ERASURES)
    row = await tx.fetchrow(FIND_LAST)
    return None if row is None else _signed(row)


INSERT_ERASURE = "INSERT INTO erasure (number, erasure_id, record, signature) VALUES ($1, $2, $3, $4)"


async def insert_erasure(tx: Transaction, erasure_id: UUID, signed: SignedRecord) -> None:
    """Keep a record. The row of records must be locked."""
    await tx.execute(INSERT_ERASURE, signed.number, erasure_id, signed.record, signed.signature)


LIST_ERASURES = "SELECT number, record, signature FROM erasure ORDER BY number"


async def list_erasures(tx: Transaction) -> list[SignedRecord]:
    """List all records, the first first."""
    return [_signed(row) for row in await tx.fetch(LIST_ERASURES)]


FIND_CONTACTS_OF = """
SELECT unnest(ARRAY[contact_ref, holder_ref]) AS contact_ref FROM submission WHERE reference = $1
"""


async def find_contacts_of(tx: Transaction, reference: str) -> list[UUID] | None:
    """Give the contacts of a submission, or None where there is no such submission."""
    rows = await tx.fetch(FIND_CONTACTS_OF, reference)
    return [row["contact_ref"] for row in rows if row["contact_ref"] is not None] if rows else None


def _signed(row: Record) -> SignedRecord:
    return SignedRecord(row["number"], row["record"], row["signature"])
