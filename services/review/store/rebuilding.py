"""Review's tables made again in a schema beside the living ones: staged, written, compared, taken over."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from contracts.topics import DECISIONS, REVIEWS, Topic
from services.chassis.codec import decode, encode_text
from services.chassis.database import Transaction, as_columns
from services.chassis.reading.position import Heard
from services.review.domain.rebuilding import Line, Rebuilt, Round
from services.review.store.shapes import ItemColumns, write_state

BESIDE = "review_rebuilt"
"""The schema beside, made as review's own; statements without a schema's name mean it."""

_ONE_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
_BESIDE_FIRST = f"SET LOCAL search_path = {BESIDE}"
_TAKE_TIME = "SET LOCAL statement_timeout = 0"
_WAIT_FOR_THE_LOG = "SET LOCAL idle_in_transaction_session_timeout = 0"


async def begin(tx: Transaction) -> None:
    """See the living tables as they are now until the end, and write beside them. The transaction must be fresh."""
    for statement in (_ONE_SNAPSHOT, _BESIDE_FIRST, _TAKE_TIME, _WAIT_FOR_THE_LOG):
        await tx.execute(statement)


FIND_HEARD = """
SELECT partition, last_seq FROM review.stream_position WHERE source_topic = $1 AND last_seq > 0
"""


async def find_heard(tx: Transaction, topic: Topic) -> dict[int, int]:
    """Say how far the living tables have heard a topic."""
    return {row["partition"]: row["last_seq"] for row in await tx.fetch(FIND_HEARD, topic.name)}


STAGE_HEARD = """
INSERT INTO outbox (topic, partition, seq, event_id, type, key, payload)
SELECT $1, * FROM unnest($2::integer[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::bytea[])
"""


async def stage_heard(tx: Transaction, topic: Topic, records: Iterable[Heard]) -> None:
    """Lay a page of a heard topic beside what was told; the table is a log, too, and nobody relays this one."""
    rows = [(r.partition, r.seq, r.event_id, r.type, r.subject, r.raw or b"") for r in records]
    await tx.execute(STAGE_HEARD, topic.name, *as_columns(rows, 6))


STAGE_TOLD = """
INSERT INTO outbox (topic, partition, seq, event_id, type, key, payload)
SELECT topic, partition, seq, event_id, type, key, payload FROM review.outbox WHERE topic = ANY ($1::text[])
"""
LEAVE_OUT_PARKED = """
DELETE FROM outbox o USING review.parked_event p
WHERE p.source_topic = o.topic AND p.partition = o.partition AND p.seq = o.seq
  AND p.settlement IS DISTINCT FROM 'replayed'
"""
INDEX_STAGED = "CREATE INDEX ON outbox (key)"


async def stage_told(tx: Transaction) -> None:
    """Lay down what review told itself, take away what was never applied, and let all be found by its subject."""
    await tx.execute(STAGE_TOLD, [REVIEWS.name, DECISIONS.name])
    await tx.execute(LEAVE_OUT_PARKED)
    await tx.execute(INDEX_STAGED)
    await tx.execute("ANALYZE outbox")


class Staged(NamedTuple):
    """An event as it lies there."""

    key: str
    topic: str
    partition: int
    type: str
    payload: bytes


LIST_SUBJECTS = "SELECT DISTINCT key FROM outbox WHERE key > $1 ORDER BY key LIMIT $2"
LIST_STAGED = """
SELECT key, topic, partition, type, payload FROM outbox WHERE key = ANY ($1::text[])
ORDER BY key, topic, partition, seq
"""


async def list_staged(tx: Transaction, after: str, limit: int) -> list[Staged]:
    """List all that was told of the next subjects, each topic's events in the order of their numbers."""
    subjects = [row["key"] for row in await tx.fetch(LIST_SUBJECTS, after, limit)]
    return [Staged(*row) for row in await tx.fetch(LIST_STAGED, subjects)]


LIST_STAGED_OF_TYPE = "SELECT key, topic, partition, type, payload FROM outbox WHERE type = ANY ($1::text[])"


async def list_staged_of(tx: Transaction, types: Sequence[str]) -> list[Staged]:
    """List the events of some types, in no order."""
    return [Staged(*row) for row in await tx.fetch(LIST_STAGED_OF_TYPE, types)]


class Discarded(NamedTuple):
    """An event that an operator gave up, and why."""

    event_id: UUID
    type: str
    partition: int
    seq: int
    why: str
    raw: bytes | None


LIST_DISCARDED = """
SELECT event_id, type, partition, seq, settled_reason, raw FROM review.parked_event
WHERE source_topic = 'submissions' AND settlement = 'discarded' AND event_id IS NOT NULL
"""


async def list_discarded(tx: Transaction) -> list[Discarded]:
    """List what was given up: it is told nowhere, but kept where it was parked."""
    return [Discarded(*row) for row in await tx.fetch(LIST_DISCARDED)]


SAVE_ROUNDS = """
UPDATE item i SET state = s.state, assessment = s.assessment, outcome = s.outcome, ruling = s.ruling, hold = s.hold,
                  encouragement = s.encouragement, answer_by = s.answer_by, revision = s.revision
FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::timestamptz[], $10::integer[])
  AS s (submission_id, round, state, assessment, outcome, ruling, hold, encouragement, answer_by, revision)
WHERE i.submission_id = s.submission_id AND i.round = s.round
"""


async def save_rounds(tx: Transaction, rounds: Iterable[Round]) -> None:
    """Give rounds that were entered the states that they have come to."""
    rows = [_round_row(one) for one in rounds]
    await tx.execute(SAVE_ROUNDS, *as_columns(rows, 10))


INSERT_REBUILT_HISTORY = """
INSERT INTO history (submission_id, round, at, by, type, body, revision, state)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::integer[],
                     $8::text[])
"""


async def insert_history(tx: Transaction, lines: Iterable[tuple[str, Line]]) -> None:
    """Keep what was done, submission by submission."""
    rows = [
        (one, line.round, line.at, line.by, line.event.TYPE, encode_text(line.event), line.revision, line.state)
        for one, line in lines
    ]
    await tx.execute(INSERT_REBUILT_HISTORY, *as_columns(rows, 8))


CARRY_HISTORY = """
INSERT INTO history (submission_id, round, at, by, type, body, revision, state)
SELECT submission_id, round, at, by, type, body, revision, state FROM review.history WHERE type = ANY ($1::text[])
ORDER BY place
"""


async def carry_history(tx: Transaction, types: Sequence[str]) -> None:
    """Carry over what stands in the history alone."""
    await tx.execute(CARRY_HISTORY, types)


INSERT_ASSIGNMENTS = """
INSERT INTO assignment (submission_id, round, assessor, why, by, at)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
"""
INSERT_RECUSALS = """
INSERT INTO recusal (submission_id, round, month, actor_ref, at)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::timestamptz[])
"""


async def insert_people(tx: Transaction, rebuilt: Mapping[str, Rebuilt]) -> None:
    """Keep who is to assess what, and who may not."""
    assigned = [
        (subject, told.round, told.assigned_to, told.reason, told.assigned_by, at)
        for subject, one in rebuilt.items()
        for told in one.assignments.values()
        for at in [told.assigned_at]
    ]
    recused = [(s, r.round, r.month, r.actor, r.noted_at) for s, one in rebuilt.items() for r in one.recusals]
    await tx.execute(INSERT_ASSIGNMENTS, *as_columns(assigned, 6))
    await tx.execute(INSERT_RECUSALS, *as_columns(recused, 5))


SAVE_BATCH_REBUILT = """
UPDATE batch SET state = $2, release_by = $3, release_at = $4 WHERE month = $1
"""


async def save_batch(tx: Transaction, month: str, state: str, by: str, at: datetime) -> None:
    """Keep how far a sealed batch has come, and who ordered its release when."""
    await tx.execute(SAVE_BATCH_REBUILT, month, state, by, at)


INSERT_LEFT_BEHIND = """
INSERT INTO left_behind (submission_id, round, month)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[])
"""


async def insert_left_behind(tx: Transaction, rows: Sequence[tuple[str, int, str]]) -> None:
    """Keep what releases left behind: submission, round, month."""
    await tx.execute(INSERT_LEFT_BEHIND, *as_columns(rows, 3))


def _round_row(one: Round) -> tuple[Any, ...]:
    state, item = one.standing.state, one.standing.state.item
    stands, before = write_state(state), write_state(one.before)
    columns = before._replace(state=stands.state, hold=stands.hold)
    assessment = encode_text(one.assessment) if one.assessment else None
    kept: ItemColumns = columns._replace(assessment=assessment)
    return (item.submission_id, item.round, *kept, one.revision)


class Difference(NamedTuple):
    """How a table compares: rows on both sides, a hash over the hashes of all rows, and rows that differ by key."""

    table: str
    living: int
    rebuilt: int
    living_hash: str
    rebuilt_hash: str
    differing: int
    shown: tuple[dict[str, Any], ...]


COMPARE = """
SELECT in_living, in_rebuilt, living_hash, rebuilt_hash, differing, shown
FROM rows_that_differ($1, $2, $3::text[], $4::text[], $5)
"""


async def compare(
    tx: Transaction, table: str, keys: Sequence[str], left_out: Sequence[str], examples: int
) -> Difference:
    """Compare a table with the living one, row hash by row hash."""
    (row,) = await tx.fetch(COMPARE, f"review.{table}", f"{BESIDE}.{table}", keys, left_out, examples)
    shown = decode(list[dict[str, Any]], row["shown"])
    hashes = row["living_hash"], row["rebuilt_hash"]
    return Difference(table, row["in_living"], row["in_rebuilt"], *hashes, row["differing"], tuple(shown))


LOCK_POSITIONS = "SELECT FROM review.stream_position FOR UPDATE"
LOCK_STREAMS_TOLD = "SELECT FROM review.outbox_stream FOR UPDATE"


async def stand_still(tx: Transaction) -> None:
    """Let nothing be heard or told until the end; fails where something was, since this transaction began."""
    await tx.execute(LOCK_POSITIONS)
    await tx.execute(LOCK_STREAMS_TOLD)


TAKE_OVER = "SELECT take_over($1::text[], $2::text[], $3::text[])"


async def take_over(tx: Transaction, tables: Mapping[str, str], cleared: Sequence[str]) -> None:
    """Put what was made again in the place of the living rows; ``tables`` say in which order of rows, parents first."""
    await tx.execute(TAKE_OVER, list(tables), list(tables.values()), cleared)


SET_DUE = """
WITH alike AS (INSERT INTO review.likeness_due SELECT DISTINCT submission_id FROM review.item)
INSERT INTO review.flagging_due SELECT DISTINCT submission_id FROM review.item
"""


async def set_due(tx: Transaction) -> None:
    """Let the workers make again what is made at leisure."""
    await tx.execute(SET_DUE)
