"""The record made again in a schema beside the living one: how far each has heard, where they differ, the exchange."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from services.chassis.codec import decode
from services.chassis.database import Record, Transaction, as_columns
from services.publish.domain.differences import Row

BESIDE, BEFORE, ROOM = "publish_rebuilt", "publish_before", "publish_giving_way"
"""The schema in which it is made, that of the record which it replaced, and the one through which that goes there."""

Positions = dict[str, dict[int, int]]
"""By topic and partition, the number that was heard last."""

_ONE_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
_BESIDE_FIRST = "SET LOCAL search_path = {beside}"
_UNHURRIED = ("SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0")
_ALONE = "SET LOCAL max_parallel_workers_per_gather = 0"


async def begin(tx: Transaction, beside: str = BESIDE, *, still: bool = False) -> None:
    """Write in the schema beside; with ``still`` see the living record as it is now until the end.

    The transaction must be fresh. One core of the database at most: the others are for those who read.
    """
    there = _BESIDE_FIRST.format(beside=beside)
    for statement in (*([_ONE_SNAPSHOT] if still else []), there, *_UNHURRIED, _ALONE):
        await tx.execute(statement)


FIND_LIVING = "SELECT source_topic, partition, last_seq FROM publish.stream_position WHERE last_seq > 0"


async def find_living(tx: Transaction) -> Positions:
    """Say how far the living record has heard."""
    return _positions(await tx.fetch(FIND_LIVING))


FIND_BESIDE = "SELECT source_topic, partition, last_seq FROM stream_position WHERE last_seq > 0"


async def find_beside(tx: Transaction) -> Positions:
    """Say how far the one beside has."""
    return _positions(await tx.fetch(FIND_BESIDE))


LOCK_LIVING = "SELECT FROM publish.stream_position ORDER BY source_topic, partition FOR UPDATE"


async def hold_living(tx: Transaction) -> None:
    """Let the living record hear nothing until the end; whoever reads it goes on."""
    await tx.execute(_UNHURRIED[1])
    await tx.execute(LOCK_LIVING)


SAVE_BESIDE = """
INSERT INTO stream_position (source_topic, partition, last_seq)
SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[])
ON CONFLICT (source_topic, partition) DO UPDATE SET last_seq = excluded.last_seq
"""


async def save_beside(tx: Transaction, heard: Positions) -> None:
    """Keep how far the one beside has heard."""
    rows = [(topic, partition, seq) for topic, parts in heard.items() for partition, seq in parts.items()]
    await tx.execute(SAVE_BESIDE, *as_columns(rows, 3))


LEAVE_OUT = """
INSERT INTO left_out (source_topic, partition, seq)
SELECT source_topic, partition, seq FROM publish.parked_event
WHERE settlement IS DISTINCT FROM 'replayed' AND seq > 0
ON CONFLICT (source_topic, partition, seq) DO NOTHING
"""
LIST_LEFT_OUT = "SELECT source_topic, partition, seq FROM left_out"


async def leave_out(tx: Transaction) -> set[tuple[str, int, int]]:
    """Give what is to be left out, by topic, partition and number: what was never applied, since it is parked."""
    await tx.execute(LEAVE_OUT)
    return {(row[0], row[1], row[2]) for row in await tx.fetch(LIST_LEFT_OUT)}


COUNT_REPLAYED = """
SELECT count(*) FROM left_out l JOIN publish.parked_event p USING (source_topic, partition, seq)
WHERE p.settlement = 'replayed'
"""


async def count_replayed(tx: Transaction) -> int:
    """Count what was left out, and has been replayed into the living record since."""
    return int(await tx.fetchval(COUNT_REPLAYED))


class Compared(NamedTuple):
    """How a table compares: the rows on both sides, and a hash over the hashes of all of them."""

    table: str
    living: int
    rebuilt: int
    living_hash: str
    rebuilt_hash: str


COMPARE = "SELECT in_living, in_rebuilt, living_hash, rebuilt_hash FROM publish.keep_differences($1, $2::text[], $3)"


async def compare(tx: Transaction, table: str, keys: Sequence[str]) -> Compared:
    """Compare a table with the living one, row hash by row hash, and lay down what differs."""
    (row,) = await tx.fetch(COMPARE, table, keys, BESIDE)
    return Compared(table, *row.values())


LIST_DIFFERING = "SELECT place, of_table, key, was, made FROM differing WHERE place > $1 ORDER BY place LIMIT $2"


async def list_differing(tx: Transaction, after: int, limit: int) -> tuple[list[Row], int]:
    """List the next rows that differ, and the place of the last of them."""
    rows = await tx.fetch(LIST_DIFFERING, after, limit)
    found = [Row(row["of_table"], row["key"], _told(row["was"]), _told(row["made"])) for row in rows]
    return found, rows[-1]["place"] if rows else after


class Moved(NamedTuple):
    """What gives way to its like: tables and views, functions, configurations of searching for words."""

    relations: Sequence[str]
    functions: Sequence[str]
    configurations: Sequence[str]


FIND_UNLIKE = """
SELECT name FROM unnest($1::text[]) AS name
WHERE publish.shape_of('publish', ARRAY[name]) <> publish.shape_of($2, ARRAY[name])
"""


async def find_unlike(tx: Transaction, moved: Moved, beside: str) -> list[str]:
    """Say which tables and views beside are missing, or have not the columns of the living ones."""
    return [row[0] for row in await tx.fetch(FIND_UNLIKE, moved.relations, beside)]


GRANT_ALIKE = "SELECT publish.grant_alike($1::text[], $2)"
MAKE_ROOM = "SELECT publish.make_room($1)"


async def prepare(tx: Transaction, moved: Moved, beside: str) -> None:
    """Let whoever may read the living read what takes its place, and make room for what gives way."""
    await tx.execute(GRANT_ALIKE, moved.relations, beside)
    await tx.execute(MAKE_ROOM, ROOM)


KEEP_HEARD = "SELECT publish.keep_heard($1)"
NOTE_MADE_AGAIN = "INSERT INTO publish.made_again (at, how, differing, explained) VALUES ($1, $2, $3, $4)"


async def write_down(tx: Transaction, note: tuple[str, str, str]) -> None:
    """Write all that an exchange writes, before it locks anything: how, what differed and why, the last two as JSON."""
    await tx.execute(NOTE_MADE_AGAIN, tx.now, *note)
    await tx.execute(KEEP_HEARD, ROOM)


_AT_ONCE = """
SELECT publish.take_over({relations}, {functions}, {configurations}, '{beside}', '{room}');
COMMIT;
SELECT publish.measure_exchange()
"""
FIND_MEASURED = "SELECT locked_ms FROM publish.made_again ORDER BY number DESC LIMIT 1"


async def take_over(tx: Transaction, moved: Moved, beside: str, limit_ms: int) -> float:
    """Exchange both and commit, as the last thing in a transaction; say how long readers may have waited for it, in ms.

    The server gives up what takes longer than ``limit_ms``. It gets all as one message: while others wait, it waits for
    nobody, neither for us nor for the disk. That the exchange is on the disk is seen to by what it writes next.
    """
    await tx.execute(f"SET LOCAL statement_timeout = {limit_ms:d}")
    await tx.execute("SET LOCAL synchronous_commit = off")
    names = {kind: _listed(of_kind) for kind, of_kind in moved._asdict().items()}
    await tx.execute(_AT_ONCE.format(**names, beside=beside, room=ROOM))
    return float(await tx.fetchval(FIND_MEASURED))


HAS_GIVEN_WAY = "SELECT to_regclass($1) IS NOT NULL"


async def has_given_way(tx: Transaction, moved: Moved) -> bool:
    """Say whether an exchange was made, whatever was heard of its commit."""
    return bool(await tx.fetchval(HAS_GIVEN_WAY, f"{ROOM}.{moved.relations[0]}"))


def _listed(names: Sequence[str]) -> str:
    return "'{" + ",".join(names) + "}'"


def _positions(rows: Iterable[Record]) -> Positions:
    found: Positions = {}
    for row in rows:
        found.setdefault(row["source_topic"], {})[row["partition"]] = row["last_seq"]
    return found


def _told(row: str | None) -> dict[str, Any] | None:
    return None if row is None else decode(dict[str, Any], row)
