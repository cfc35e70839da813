"""What leaves with a batch: each item's event written as a draft at leisure, and told by the release."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.topics import DECISIONS, PARTITIONS
from services.chassis.database import Transaction, as_columns
from services.chassis.drafts import Draft
from services.review.domain.batches import Releasing
from services.review.store.items import Found, read_founds

Key = tuple[UUID, int]
"""A submission and a round."""

TAKE_DUE = """
DELETE FROM departure_due
WHERE ctid = ANY (ARRAY(SELECT ctid FROM departure_due LIMIT $1 FOR UPDATE SKIP LOCKED))
RETURNING submission_id, round
"""


async def take_due(tx: Transaction, limit: int) -> list[Key]:
    """Take items that were decided since their event was last written; another instance takes others."""
    return sorted({(row["submission_id"], row["round"]) for row in await tx.fetch(TAKE_DUE, limit)})


FIND_DECIDED = """
SELECT i.*, 'releasing' AS batch, r.body AS receipt, t.type AS text_type, t.body AS text
FROM unnest($1::uuid[], $2::integer[]) AS due (submission_id, round)
JOIN item i USING (submission_id, round)
JOIN told r ON r.submission_id = i.submission_id AND r.event_id = i.received_by
JOIN told t ON t.submission_id = i.submission_id AND t.event_id = i.told_by
WHERE i.state = 'decided' AND i.hold IS NULL
ORDER BY i.submission_id, i.round
"""


async def find_decided(tx: Transaction, keys: Sequence[Key]) -> list[Found]:
    """Find those of these items that would leave with their batch, as they stand when its release is ordered."""
    return read_founds(await tx.fetch(FIND_DECIDED, *as_columns(keys, 2)))


DROP_DEPARTURES = """
DELETE FROM departure d USING unnest($1::uuid[], $2::integer[]) AS due (submission_id, round)
WHERE d.submission_id = due.submission_id AND d.round = due.round
RETURNING d.event_id
"""

SAVE_DEPARTURES = """
INSERT INTO departure (submission_id, round, revision, month, partition, event_id)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::text[], $5::integer[], $6::uuid[])
ON CONFLICT DO NOTHING
RETURNING event_id
"""


async def save_departures(tx: Transaction, found: Sequence[Found], drafts: Sequence[Draft]) -> None:
    """Keep which draft is which item's, in the place of what was written of it before.

    Of two instances that write the same item at once, one keeps its own.
    """
    items = [(one.state.item, one.revision) for one in found]
    rows = [
        (item.submission_id, item.round, revision, item.month, draft.partition, draft.event_id)
        for (item, revision), draft in zip(items, drafts, strict=True)
    ]
    old = await tx.fetch(DROP_DEPARTURES, *as_columns([row[:2] for row in rows], 2))
    kept = {row["event_id"] for row in await tx.fetch(SAVE_DEPARTURES, *as_columns(rows, 6))}
    await tx.drop_drafts([row["event_id"] for row in old] + [d.event_id for d in drafts if d.event_id not in kept])


FORGET_DEPARTURES = """
DELETE FROM departure WHERE ctid = ANY (ARRAY(
    SELECT d.ctid FROM batch b JOIN departure d ON d.month = b.month WHERE b.state = 'released' LIMIT $1
))
RETURNING event_id
"""


async def forget_departures(tx: Transaction, limit: int) -> int:
    """Forget some of the drafts whose batches are released: all of them are told, or will never be."""
    gone = [row["event_id"] for row in await tx.fetch(FORGET_DEPARTURES, limit)]
    if gone:
        await tx.drop_drafts(gone)
    return len(gone)


class Lane(NamedTuple):
    """The events of one partition that leave with a batch, and the last of them that has left."""

    batch: Releasing
    partition: int
    after_event: UUID


OPEN_LANES = "INSERT INTO lane (month, partition) SELECT $1, p FROM generate_series(0, $2 - 1) AS p"


async def open_lanes(tx: Transaction, month: str) -> None:
    """Let what is written of a month leave, each partition by itself."""
    await tx.execute(OPEN_LANES, month, PARTITIONS)


LOCK_LANE = """
SELECT l.month, b.release_by, b.release_at, l.partition, l.after_event
FROM lane l JOIN batch b ON b.month = l.month
ORDER BY l.month, l.partition LIMIT 1 FOR UPDATE OF l SKIP LOCKED
"""


async def lock_lane(tx: Transaction) -> Lane | None:
    """Lock a partition of a batch that is being released, unless others are at all of them."""
    row = await tx.fetchrow(LOCK_LANE)
    if row is None:
        return None
    return Lane(Releasing(row["month"], row["release_by"], row["release_at"]), row["partition"], row["after_event"])


MOVE_LANE = "UPDATE lane SET after_event = $3 WHERE month = $1 AND partition = $2"
CLOSE_LANE = "DELETE FROM lane WHERE month = $1 AND partition = $2"


async def move_lane(tx: Transaction, lane: Lane, after_event: UUID | None) -> None:
    """Keep how far a partition has come; with None, that all that was written has left."""
    if after_event is None:
        await tx.execute(CLOSE_LANE, lane.batch.month, lane.partition)
    else:
        await tx.execute(MOVE_LANE, lane.batch.month, lane.partition, after_event)


FIND_WRITTEN_END = """
SELECT event_id FROM (
    SELECT event_id FROM departure WHERE month = $1 AND partition = $2 AND event_id > $3 ORDER BY event_id LIMIT $4
) d ORDER BY event_id DESC LIMIT 1
"""


async def find_written_end(tx: Transaction, lane: Lane, limit: int) -> UUID | None:
    """Find where the next chunk of a lane ends, in the order in which its events were written."""
    found: UUID | None = await tx.fetchval(FIND_WRITTEN_END, lane.batch.month, lane.partition, lane.after_event, limit)
    return found


WALK_BY_KEYS = "SET LOCAL enable_hashjoin = off"
"""A chunk is looked up key by key. Without fresh statistics the planner reads all of the table for each chunk of it."""

SAVE_GONE = """
UPDATE item i SET state = CASE i.outcome WHEN 'clarification' THEN 'asked' ELSE i.outcome END,
                  answer_by = CASE i.outcome WHEN 'clarification' THEN $5::timestamptz END,
                  revision = i.revision + 1
FROM departure d
WHERE d.month = $1 AND d.partition = $2 AND d.event_id > $3 AND d.event_id <= $4
  AND i.submission_id = d.submission_id AND i.round = d.round AND i.revision = d.revision
  AND i.state = 'decided' AND i.hold IS NULL
RETURNING d.event_id
"""


async def tell_written(tx: Transaction, lane: Lane, end: UUID, answer_by: datetime, fills: Mapping[str, str]) -> None:
    """Let the next items of a lane out, up to one whose event is written.

    What the domain says of each of them is said of all at once. An event that was written of another revision counts
    for nothing, and is passed over.
    """
    await tx.execute(WALK_BY_KEYS)
    rows = await tx.fetch(SAVE_GONE, lane.batch.month, lane.partition, lane.after_event, end, answer_by)
    tx.emit_drafts(DECISIONS, [Draft(row["event_id"], lane.partition) for row in rows], fills)


COUNT_LEAVING = "SELECT count(*) FROM item WHERE month = $1 AND state = 'decided' AND hold IS NULL"


async def count_leaving(tx: Transaction, month: str) -> int:
    """Count what of a batch is still to leave: in less time than it takes to list it in its order."""
    count: int = await tx.fetchval(COUNT_LEAVING, month)
    return count


WALK_IN_ORDER = "SET LOCAL enable_bitmapscan = off"
"""A batch is walked along its index. Without fresh statistics the planner sorts all of it for each chunk of it."""

LIST_LEAVING = """
SELECT submission_id, round FROM item
WHERE month = $1 AND (submission_id, round) > ($2, $3) AND state = 'decided' AND hold IS NULL
ORDER BY submission_id, round LIMIT $4
"""


async def list_leaving(tx: Transaction, month: str, after: Key, limit: int) -> list[Key]:
    """List the next items of a batch that would leave, or are still to leave, in their order."""
    await tx.execute(WALK_IN_ORDER)
    return [(row["submission_id"], row["round"]) for row in await tx.fetch(LIST_LEAVING, month, *after, limit)]


KEEP_LEFT_BEHIND = """
INSERT INTO left_behind (submission_id, round, month)
SELECT submission_id, round, month FROM item WHERE month = $1 AND hold IS NOT NULL
ON CONFLICT DO NOTHING
"""


async def keep_left_behind(tx: Transaction, month: str) -> None:
    """Keep which items a release left behind, whatever becomes of them later."""
    await tx.execute(KEEP_LEFT_BEHIND, month)


LIST_WOULD_BE_HELD_OVER = """
SELECT i.*, 'released' AS batch, r.body AS receipt, t.type AS text_type, t.body AS text
FROM item i JOIN batch b ON b.month = i.month
JOIN told r ON r.submission_id = i.submission_id AND r.event_id = i.received_by
JOIN told t ON t.submission_id = i.submission_id AND t.event_id = i.told_by
WHERE i.hold IS NOT NULL AND i.month <> $1 AND b.state = 'released' AND i.state = 'decided'
  AND (i.submission_id, i.round) > ($2, $3)
ORDER BY i.submission_id, i.round LIMIT $4
"""


async def list_would_be_held_over(tx: Transaction, month: str, after: Key, limit: int) -> list[Found]:
    """List items that earlier releases left behind, and that would leave with this one; to look at."""
    return read_founds(await tx.fetch(LIST_WOULD_BE_HELD_OVER, month, *after, limit)) if limit else []


COUNT_WOULD_LEAVE = """
WITH leaving AS (
    SELECT outcome, false AS is_held_over FROM item WHERE month = $1 AND state = 'decided' AND hold IS NULL
    UNION ALL
    SELECT i.outcome, true FROM item i JOIN batch b ON b.month = i.month
    WHERE i.hold IS NOT NULL AND i.month <> $1 AND b.state = 'released' AND i.state = 'decided'
), staying AS (
    SELECT count(*) FILTER (WHERE state IN ('entered', 'assessed') AND hold IS NULL) AS undecided,
           count(*) FILTER (WHERE hold IS NOT NULL) AS held_back,
           count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn
    FROM item WHERE month = $1
)
SELECT count(*) FILTER (WHERE l.outcome = 'accepted') AS accepted,
       count(*) FILTER (WHERE l.outcome = 'declined') AS declined,
       count(*) FILTER (WHERE l.outcome = 'clarification') AS clarifications,
       count(*) FILTER (WHERE l.is_held_over) AS held_over,
       s.undecided, s.held_back, s.withdrawn
FROM staying s LEFT JOIN leaving l ON true
GROUP BY s.undecided, s.held_back, s.withdrawn
"""


async def count_would_leave(tx: Transaction, month: str) -> dict[str, int]:
    """Count what would leave with a batch by outcome, how many of it were held over, and what would stay."""
    return dict(await tx.fetchrow(COUNT_WOULD_LEAVE, month) or {})
