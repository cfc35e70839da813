"""What a chunk of `submissions` reads and writes: few round trips, whatever its size."""

from collections.abc import Callable, Iterable
from typing import Any

from contracts.event import Event
from contracts.submissions import MonthClosed
from contracts.vocabulary import Channel
from services.chassis.codec import encode_text
from services.chassis.database import Record, Transaction, as_columns
from services.review.domain.entering import Entering, Key, Standing, ToFind
from services.review.domain.items import Withdrawn
from services.review.store.shapes import read_state

FIND_STANDINGS = """
SELECT i.*, b.state AS batch
FROM item i JOIN batch b ON b.month = i.month
WHERE i.submission_id = ANY ($1::uuid[])
"""

LOCK_STANDINGS = f"{FIND_STANDINGS} ORDER BY i.month, i.submission_id, i.round FOR UPDATE OF i FOR SHARE OF b"


async def find_standings(tx: Transaction, to_find: ToFind) -> dict[Key, Standing]:
    """Find the rounds of these submissions; lock those to lock, so that their batches are not released meanwhile."""
    rows = await tx.fetch(LOCK_STANDINGS, to_find.to_lock) if to_find.to_lock else []
    rows += await tx.fetch(FIND_STANDINGS, to_find.to_read) if to_find.to_read else []
    return {(str(row["submission_id"]), row["round"]): _read_standing(row) for row in rows}


ENTER = """
WITH opened AS (
    INSERT INTO batch (month) SELECT DISTINCT p.month FROM unnest($1::text[]) AS p (month) ORDER BY p.month
    ON CONFLICT DO NOTHING
), counted AS (
    INSERT INTO entered (month, partition, event_ids)
    SELECT e.month, e.partition, array_agg(e.event_id)
    FROM unnest($3::text[], $4::integer[], $6::uuid[]) AS e (month, partition, event_id)
    GROUP BY e.month, e.partition
), kept AS (
    INSERT INTO told (submission_id, event_id, type, body)
    SELECT * FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::text[])
), due AS (
    INSERT INTO likeness_due (submission_id) SELECT * FROM unnest($5::uuid[])
), fresh AS (
    INSERT INTO item (submission_id, round, month, version, state, declared_area,
                      reference, title, member, institution, received_by, told_by,
                      channel, language, resubmission, came_at)
    SELECT * FROM unnest($9::uuid[], $10::integer[], $11::text[], $12::integer[], $13::text[], $14::text[],
                         $15::text[], $16::text[], $17::text[], $18::text[], $19::uuid[], $20::uuid[],
                         $21::text[], $22::text[], $23::boolean[], $24::timestamptz[])
), changed AS (
    UPDATE item i SET version = c.version, state = c.state, declared_area = c.declared_area, title = c.title,
                      institution = c.institution, told_by = c.told_by, hold = NULL,
                      language = c.language, resubmission = c.resubmission, revision = i.revision + 1
    FROM unnest($25::uuid[], $26::integer[], $27::integer[], $28::text[], $29::text[], $30::text[], $31::text[],
                $32::uuid[], $33::text[], $34::boolean[])
      AS c (submission_id, round, version, state, declared_area, title, institution, told_by, language, resubmission)
    WHERE i.submission_id = c.submission_id AND i.round = c.round
)
SELECT DISTINCT m.month FROM marker m
JOIN unnest($1::text[], $2::integer[]) AS p (month, partition) ON p.month = m.month AND p.partition = m.partition
"""


async def save_entered(tx: Transaction, entering: Entering, partition_of: Callable[[str], int]) -> list[str]:
    """Write what a chunk came to, in one statement.

    Returns:
        The months that are closed in the partition of an event of theirs: it was parked, and comes now.
    """
    if not entering.told and not entering.changed:
        return []
    told = [
        (
            event.data.month,
            partition_of(event.subject),
            event.subject,
            event.id,
            event.data.TYPE,
            encode_text(event.data),
        )
        for event in entering.told
    ]
    shares = {(row[0], row[1]) for row in told}
    rows = await tx.fetch(
        ENTER,
        *as_columns(sorted(shares), 2),
        *as_columns(told, 6),
        *as_columns([_fresh_row(standing) for standing in entering.fresh.values()], 16),
        *as_columns([_changed_row(standing) for standing in entering.changed.values()], 10),
    )
    return [row["month"] for row in rows]


INSERT_MARKERS = """
INSERT INTO marker (month, partition, count, event_ids_hash, ended_at)
SELECT * FROM unnest($1::text[], $2::integer[], $3::integer[], $4::text[], $5::timestamptz[])
"""


async def insert_markers(tx: Transaction, markers: Iterable[Event[MonthClosed]]) -> None:
    """Keep what intake said of the months that it closed. Their batches must be locked."""
    rows = [(m.data.month, m.data.partition, m.data.count, m.data.event_ids_hash, m.data.ended_at) for m in markers]
    if rows:
        await tx.execute(INSERT_MARKERS, *as_columns(rows, 5))


INSERT_EXCLUDED = """
INSERT INTO excluded (event_id, month, partition, seq, reason) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_excluded(tx: Transaction, *row: object) -> None:
    """Keep the id of a counted event that was discarded: (event_id, month, partition, seq, reason)."""
    await tx.execute(INSERT_EXCLUDED, *row)


def _read_standing(row: Record) -> Standing:
    return Standing(
        read_state(row),
        row["reference"],
        row["title"],
        row["member"],
        row["institution"],
        row["received_by"],
        row["told_by"],
        Channel(row["channel"]),
        row["language"],
        row["resubmission"],
        row["came_at"],
    )


def _word(standing: Standing) -> str:
    return "withdrawn" if isinstance(standing.state, Withdrawn) else "entered"


def _fresh_row(standing: Standing) -> tuple[Any, ...]:
    item = standing.state.item
    word = _word(standing)
    return (item.submission_id, item.round, item.month, item.version, word, item.declared_area, *standing[1:])


def _changed_row(standing: Standing) -> tuple[Any, ...]:
    item = standing.state.item
    return (
        item.submission_id,
        item.round,
        item.version,
        _word(standing),
        item.declared_area,
        standing.title,
        standing.institution,
        standing.told_by,
        standing.language,
        standing.resubmission,
    )
