"""What came by `forms` and could not be taken in: kept sealed for thirty days, so that someone can look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.chassis.database import Transaction, as_columns
from services.intake.store.vault import Vault

KEPT_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRecord:
    """A record at its place in the topic, with why it was refused."""

    partition: int
    offset: int
    digest: bytes
    codes: tuple[str, ...]
    value: bytes

    @property
    def place(self) -> tuple[int, int, bytes]:
        """Which record it is, also after the topic was made anew."""
        return self.partition, self.offset, self.digest


INSERT_QUARANTINED = """
INSERT INTO quarantine (partition, "offset", digest, codes, wrapped_key, sealed, refused_at)
SELECT r.partition, r."offset", r.digest, string_to_array(r.codes, ' '), r.wrapped_key, r.sealed, $7
FROM unnest($1::integer[], $2::bigint[], $3::bytea[], $4::text[], $5::bytea[], $6::bytea[])
  AS r (partition, "offset", digest, codes, wrapped_key, sealed)
ORDER BY r.partition, r."offset", r.digest
ON CONFLICT DO NOTHING
RETURNING partition, "offset", digest
"""
DELETE_OLD = "DELETE FROM quarantine WHERE refused_at < $1"


async def insert_quarantined(
    tx: Transaction, vault: Vault, records: Sequence[QuarantinedRecord]
) -> set[tuple[int, int, bytes]]:
    """Keep records, sealed, and give the places of those that were not there yet; forget the old."""
    rows = [
        (*record.place, " ".join(record.codes), *vault.seal(f"{record.partition}-{record.offset}", record.value))
        for record in records
    ]
    kept = await tx.fetch(INSERT_QUARANTINED, *as_columns(rows, 6), tx.now)
    await tx.execute(DELETE_OLD, tx.now - timedelta(days=KEPT_DAYS))
    return {(row["partition"], row["offset"], row["digest"]) for row in kept}
