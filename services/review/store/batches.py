"""The batches: locked, compared with their markers, sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.batches import BatchSealed, CoordinationSuggested
from contracts.vocabulary import Area
from services.chassis.database import Record, Transaction
from services.review.domain.batches import (
    ID_BYTES,
    BatchState,
    Entry,
    Manifest,
    Marker,
    Open,
    Released,
    Releasing,
    Reported,
    Sealed,
    Waiting,
    waiting_for,
)
from services.review.domain.parked import counts, month_of

LOCK_BATCHES = """
INSERT INTO batch (month) SELECT p.month FROM unnest($1::text[]) AS p (month) ORDER BY p.month
ON CONFLICT (month) DO UPDATE SET month = excluded.month
RETURNING month, state, release_by, release_at, EXISTS (SELECT FROM report r WHERE r.month = batch.month) AS reported
"""


async def lock_batches(tx: Transaction, months: Sequence[str]) -> list[BatchState]:
    """Lock the rows of these batches, in their order; one that is not there is made, open."""
    if not months:
        return []
    rows = await tx.fetch(LOCK_BATCHES, sorted(set(months)))
    return [read_batch(row) for row in rows]


FIND_BATCH = """
SELECT month, state, release_by, release_at, EXISTS (SELECT FROM report r WHERE r.month = b.month) AS reported
FROM batch b WHERE month = $1
"""


async def find_batch(tx: Transaction, month: str) -> BatchState | None:
    """Find a batch, to look at."""
    row = await tx.fetchrow(FIND_BATCH, month)
    return None if row is None else read_batch(row)


LOCK_BATCH = f"{FIND_BATCH} FOR UPDATE OF b"


async def lock_batch(tx: Transaction, month: str) -> BatchState | None:
    """Lock a batch, so that nothing in it changes until the transaction ends."""
    row = await tx.fetchrow(LOCK_BATCH, month)
    return None if row is None else read_batch(row)


LIST_MARKERS = """
SELECT partition, count, event_ids_hash, ended_at FROM marker WHERE month = $1 ORDER BY partition
"""


async def list_markers(tx: Transaction, month: str) -> list[Marker]:
    """List the markers of a month that have come."""
    return [Marker(*row) for row in await tx.fetch(LIST_MARKERS, month)]


LIST_CLOSED_MONTHS = """
SELECT b.month FROM batch b JOIN marker m ON m.month = b.month WHERE b.state = 'open' AND m.partition = $1
ORDER BY b.month
"""


async def list_closed_months(tx: Transaction, partition: int) -> list[str]:
    """List the months that are closed in a partition and not sealed."""
    return [row["month"] for row in await tx.fetch(LIST_CLOSED_MONTHS, partition)]


class Share(NamedTuple):
    """The ids of a month's counted events in one partition: applied, discarded, and discarded of unknown month."""

    entered: list[bytes]
    excluded: list[bytes]
    homeless: list[bytes]


FIND_ENTERED = """
SELECT string_agg(uuid_send(e.id), ''::bytea) FROM entered, unnest(event_ids) AS e (id)
WHERE month = $1 AND partition = $2
"""

LIST_EXCLUDED = """
SELECT event_id, month FROM excluded WHERE partition = $2 AND (month = $1 OR month IS NULL) ORDER BY seq
"""


async def find_share(tx: Transaction, month: str, partition: int) -> Share:
    """Find the ids of a partition's share of a month."""
    ids: bytes = await tx.fetchval(FIND_ENTERED, month, partition) or b""
    rows = await tx.fetch(LIST_EXCLUDED, month, partition)
    return Share(
        [ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES)],
        [row["event_id"].bytes for row in rows if row["month"] is not None],
        [row["event_id"].bytes for row in rows if row["month"] is None],
    )


CLAIM_EXCLUDED = "UPDATE excluded SET month = $1 WHERE event_id = ANY ($2::uuid[])"


async def claim_excluded(tx: Transaction, month: str, ids: Sequence[bytes]) -> None:
    """Give discarded events the month that they turned out to belong to."""
    if ids:
        await tx.execute(CLAIM_EXCLUDED, month, [UUID(bytes=one) for one in ids])


INSERT_UNANSWERED = """
INSERT INTO item (submission_id, round, month, version, state, unanswered, declared_area,
                  reference, title, member, institution, received_by, told_by,
                  channel, language, resubmission, came_at)
SELECT i.submission_id, i.round + 1, $1, i.version, 'entered', true, i.declared_area,
       i.reference, i.title, i.member, i.institution, i.received_by, i.told_by,
       i.channel, i.language, i.resubmission, $2
FROM item i
WHERE i.answer_by <= $2 AND i.answer_by > (SELECT coalesce(max(ended_at), '-infinity') FROM marker WHERE month < $1)
  AND NOT EXISTS (SELECT FROM item n WHERE n.submission_id = i.submission_id AND n.round = i.round + 1)
ORDER BY i.submission_id
"""


async def insert_unanswered(tx: Transaction, month: str, ended_at: datetime) -> None:
    """Open the next round of each question whose time ended in this month without an answer.

    The month before ended where its markers say, so that the order in which months are sealed changes nothing.
    """
    await tx.execute(INSERT_UNANSWERED, month, ended_at)


FIND_ENTRIES = """
SELECT string_agg(submission_id || ' ' || round || ' ' || version, E'\\n') FROM item WHERE month = $1
"""


async def find_entries(tx: Transaction, month: str) -> Iterator[Entry]:
    """Find what a batch holds, in no order; in one text, since a row each would cost ten times the memory."""
    text: str = await tx.fetchval(FIND_ENTRIES, month) or ""
    return (Entry(found[0], int(found[1]), int(found[2])) for found in map(str.split, text.splitlines()))


SAVE_SEALED = """
WITH kept AS (INSERT INTO manifest (month, body) VALUES ($1, $6))
UPDATE batch SET state = 'sealed', count = $2, manifest_hash = $3, excluded = $4, sealed_at = $5 WHERE month = $1
"""


async def save_sealed(tx: Transaction, sealed: BatchSealed, manifest: Manifest) -> None:
    """Keep that a batch is sealed, and its manifest."""
    await tx.execute(
        SAVE_SEALED,
        sealed.month,
        sealed.count,
        sealed.manifest_hash,
        sealed.excluded,
        sealed.sealed_at,
        manifest.body,
    )


SUGGESTED_MAX = 500

LIST_COORDINATION = """
SELECT member, declared_area, (array_agg(submission_id ORDER BY submission_id))[:$2] AS submission_ids
FROM item WHERE month = $1 AND state <> 'withdrawn'
GROUP BY member, declared_area HAVING count(DISTINCT institution) > 1
ORDER BY member, declared_area
"""


async def list_coordination(tx: Transaction, month: str) -> list[CoordinationSuggested]:
    """List where several institutions of one member work in one area; the first 500 of each, events are small."""
    return [
        CoordinationSuggested(
            month=month,
            member=row["member"],
            area=Area(row["declared_area"]),
            submission_ids=tuple(row["submission_ids"]),
        )
        for row in await tx.fetch(LIST_COORDINATION, month, SUGGESTED_MAX)
    ]


FIND_MANIFEST = "SELECT body FROM manifest WHERE month = $1"


async def find_manifest(tx: Transaction, month: str) -> bytes | None:
    """Find the manifest of a sealed batch."""
    body: bytes | None = await tx.fetchval(FIND_MANIFEST, month)
    return body


LIST_PARKED = """
SELECT type, raw FROM parked_event WHERE source_topic = 'submissions' AND settled_at IS NULL AND seq > 0 LIMIT 1000
"""


async def find_waiting(tx: Transaction, month: str, partitions: int) -> Waiting | None:
    """Say what an open batch waits for."""
    markers = len(await list_markers(tx, month))
    parked = await tx.fetch(LIST_PARKED) if markers else []
    counted = [month_of(row["raw"]) for row in parked if counts(row["type"])]
    return waiting_for(markers, partitions, parked=any(found in {month, None} for found in counted))


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What lists show of a batch."""

    month: str
    state: str
    count: int | None
    excluded: int | None
    manifest_hash: str | None
    sealed_at: datetime | None
    release_by: str | None
    release_at: datetime | None


LIST_BATCHES = """
SELECT b.month, CASE WHEN r.month IS NULL THEN b.state ELSE 'reported' END AS state, b.count, b.excluded,
       b.manifest_hash, b.sealed_at, b.release_by, b.release_at
FROM batch b LEFT JOIN report r ON r.month = b.month
WHERE b.month = coalesce($1, b.month) ORDER BY b.month DESC LIMIT 600
"""


async def list_batches(tx: Transaction, month: str | None = None) -> list[BatchLine]:
    """List the batches, latest month first, or the one of a month."""
    return [BatchLine(*row) for row in await tx.fetch(LIST_BATCHES, month)]


COUNT_STATES = """
SELECT CASE
         WHEN i.hold IS NOT NULL AND b.state IN ('releasing', 'released') THEN 'held-over'
         WHEN i.hold IS NOT NULL THEN 'held-back'
         WHEN i.state = 'entered' AND i.unanswered THEN 'unanswered'
         WHEN i.state = 'entered' AND b.state <> 'open' THEN 'in-review'
         WHEN i.state = 'decided' AND b.state <> 'sealed' THEN 'departing'
         ELSE i.state
       END AS state, count(*)
FROM item i JOIN batch b ON b.month = i.month WHERE i.month = $1
GROUP BY 1 ORDER BY 1
"""


async def count_states(tx: Transaction, month: str) -> dict[str, int]:
    """Count the items of a batch by their state."""
    return {row["state"]: row["count"] for row in await tx.fetch(COUNT_STATES, month)}


def read_batch(row: Record) -> BatchState:
    """Make the state of a batch's row."""
    match row["state"]:
        case "open":
            return Open(row["month"])
        case "sealed":
            return Sealed(row["month"])
        case "releasing":
            return Releasing(row["month"], row["release_by"], row["release_at"])
        case _:
            return (
                Reported(row["month"])
                if row["reported"]
                else Released(row["month"], row["release_by"], row["release_at"])
            )
