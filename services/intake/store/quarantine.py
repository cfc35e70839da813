"""What came by `forms` and could not be taken in: kept sealed for thirty days, so that someone can look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.chassis.database import Record, Transaction, as_columns
from services.intake.store.vault import Sealed, Vault

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is told of a record without opening it."""

    partition: int
    offset: int
    codes: tuple[str, ...]
    refused_at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A record, opened; its value is None when it was erased."""

    place: Place
    value: bytes | None


INSERT_QUARANTINED = """
INSERT INTO quarantine (partition, "offset", digest, codes, wrapped_key, sealed, refused_at)
SELECT r.partition, r."offset", r.digest, string_to_array(r.codes, ' '), r.wrapped_key, r.sealed, $7
FROM unnest($1::integer[], $2::bigint[], $3::bytea[], $4::text[], $5::bytea[], $6::bytea[])
  AS r (partition, "offset", digest, codes, wrapped_key, sealed)
ORDER BY r.partition, r."offset", r.digest
ON CONFLICT DO NOTHING
RETURNING partition, "offset", digest
"""


async def insert_quarantined(
    tx: Transaction, vault: Vault, records: Sequence[QuarantinedRecord]
) -> set[tuple[int, int, bytes]]:
    """Keep records, sealed, and give the places of those that were not there yet."""
    rows = [
        (*record.place, " ".join(record.codes), *vault.seal(_name(record.partition, record.offset), record.value))
        for record in records
    ]
    kept = await tx.fetch(INSERT_QUARANTINED, *as_columns(rows, 6), tx.now)
    return {(row["partition"], row["offset"], row["digest"]) for row in kept}


DELETE_OLD = """
WITH gone AS (DELETE FROM quarantine WHERE refused_at < $1 RETURNING partition)
SELECT count(*) FROM gone
"""


async def delete_old(tx: Transaction) -> int:
    """Forget what has been kept for its days, and say how much it was."""
    gone: int = await tx.fetchval(DELETE_OLD, tx.now - timedelta(days=KEPT_DAYS))
    return gone


LIST_PLACES = """
SELECT partition, "offset", codes, refused_at, erased_at FROM quarantine
ORDER BY refused_at DESC, partition, "offset", digest LIMIT $1
"""


async def list_places(tx: Transaction, limit: int) -> list[Place]:
    """List what is kept, the latest first."""
    return [_place(row) for row in await tx.fetch(LIST_PLACES, limit)]


COUNT_PLACES = "SELECT count(*) FROM quarantine"


async def count_places(tx: Transaction) -> int:
    """Count what is kept."""
    total: int = await tx.fetchval(COUNT_PLACES)
    return total


FIND_QUARANTINED = """
SELECT partition, "offset", codes, refused_at, erased_at, wrapped_key, sealed FROM quarantine
WHERE partition = $1 AND "offset" = $2 ORDER BY refused_at, digest
"""


async def find_opened(tx: Transaction, vault: Vault, partition: int, offset: int) -> list[Opened]:
    """Open what is kept of a place: more than one record when the topic was made anew."""
    return [_open(vault, row) for row in await tx.fetch(FIND_QUARANTINED, partition, offset)]


ERASE_QUARANTINED = """
WITH erased AS (
    UPDATE quarantine SET wrapped_key = NULL, sealed = NULL, erased_at = $3
    WHERE partition = $1 AND "offset" = $2 AND erased_at IS NULL RETURNING partition
)
SELECT count(*) FROM erased
"""


async def erase_quarantined(tx: Transaction, partition: int, offset: int) -> int:
    """Erase the content of a place, and say how many records lost theirs; that they were here is kept."""
    erased: int = await tx.fetchval(ERASE_QUARANTINED, partition, offset, tx.now)
    return erased


def _name(partition: int, offset: int) -> str:
    return f"{partition}-{offset}"


def _place(row: Record) -> Place:
    return Place(
        partition=row["partition"],
        offset=row["offset"],
        codes=tuple(row["codes"]),
        refused_at=row["refused_at"],
        erased_at=row["erased_at"],
    )


def _open(vault: Vault, row: Record) -> Opened:
    if row["sealed"] is None:
        return Opened(_place(row), None)
    sealed = Sealed(row["wrapped_key"], row["sealed"])
    return Opened(_place(row), vault.open(_name(row["partition"], row["offset"]), sealed))
