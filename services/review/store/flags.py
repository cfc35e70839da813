"""Flags of items: looked for at leisure where a text is new, and listed set-wise for whoever shows items."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.chassis.database import Transaction, as_columns
from services.review.domain.entering import Key
from services.review.domain.flags import Flag, in_order

IS_COMPARING = "SELECT EXISTS (SELECT FROM likeness_due)"

TAKE_FLAGGING_DUE = """
WITH taken AS (
    DELETE FROM flagging_due
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM flagging_due LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING submission_id
)
INSERT INTO pairing_due SELECT DISTINCT submission_id FROM taken RETURNING submission_id::text
"""


async def take_flagging_due(tx: Transaction, limit: int) -> list[str]:
    """Take submissions whose latest text was not looked at; none while some are not compared: a crowd goes first."""
    if await tx.fetchval(IS_COMPARING):
        return []
    return sorted(row["submission_id"] for row in await tx.fetch(TAKE_FLAGGING_DUE, limit))


ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(hashtext('review.pairing'))"

TAKE_PAIRING_DUE = """
DELETE FROM pairing_due WHERE ctid = ANY (ARRAY(SELECT ctid FROM pairing_due LIMIT $1))
RETURNING submission_id::text
"""


async def take_pairing_due(tx: Transaction, limit: int) -> list[str]:
    """Take submissions of which nobody has looked what they are like.

    None while another instance is at it, so that of two that look alike the second always sees the first.
    """
    if not await tx.fetchval(ONE_AT_A_TIME):
        return []
    return sorted({row["submission_id"] for row in await tx.fetch(TAKE_PAIRING_DUE, limit)})


INSERT_FLAGGING_DUE = "INSERT INTO flagging_due (submission_id) SELECT * FROM unnest($1::uuid[])"


async def insert_flagging_due(tx: Transaction, submission_ids: Sequence[UUID]) -> None:
    """Note submissions whose traits are new: they come to be looked at when that is committed."""
    await tx.execute(INSERT_FLAGGING_DUE, submission_ids)


SAVE_TEXT_FLAGS = """
WITH found AS (
    SELECT * FROM unnest($3::uuid[], $4::integer[], $5::text[]) AS f (submission_id, round, flag)
), gone AS (
    DELETE FROM flagged f USING unnest($1::uuid[], $2::integer[]) AS seen (submission_id, round)
    WHERE f.submission_id = seen.submission_id AND f.round = seen.round AND f.flag NOT IN ('duplicate', 'coordination')
      AND NOT EXISTS (SELECT FROM found n WHERE (n.submission_id, n.round, n.flag) = (f.submission_id, f.round, f.flag))
)
INSERT INTO flagged (submission_id, round, flag) SELECT * FROM found ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING
"""


async def save_text_flags(tx: Transaction, flags: Mapping[Key, Iterable[Flag]]) -> None:
    """Keep the flags of texts; those of other items in the same place stay."""
    rows = [(*key, flag) for key, found in flags.items() for flag in found]
    await tx.execute(SAVE_TEXT_FLAGS, *as_columns(list(flags), 2), *as_columns(rows, 3))


SAVE_ALIKE = """
WITH pair AS (
    SELECT p.a, p.b FROM unnest($2::uuid[], $3::uuid[]) AS p (a, b)
    UNION SELECT p.b, p.a FROM unnest($2::uuid[], $3::uuid[]) AS p (a, b)
), gone AS (
    DELETE FROM alike l WHERE (l.submission_id = ANY ($1::uuid[]) OR l.other_id = ANY ($1::uuid[]))
      AND NOT EXISTS (SELECT FROM pair WHERE pair.a = l.submission_id AND pair.b = l.other_id)
    RETURNING submission_id
), kept AS (
    INSERT INTO alike (submission_id, other_id) SELECT a, b FROM pair ON CONFLICT DO NOTHING
)
SELECT submission_id FROM gone UNION SELECT a FROM pair UNION SELECT unnest($1::uuid[])
"""

SAVE_DUPLICATE_FLAGS = """
WITH gone AS (
    DELETE FROM flagged f WHERE f.submission_id = ANY ($1::uuid[]) AND f.flag = 'duplicate'
      AND NOT EXISTS (SELECT FROM alike a WHERE a.submission_id = f.submission_id)
)
INSERT INTO flagged (submission_id, round, flag)
SELECT i.submission_id, i.round, 'duplicate' FROM item i
WHERE i.submission_id = ANY ($1::uuid[]) AND EXISTS (SELECT FROM alike a WHERE a.submission_id = i.submission_id)
ORDER BY 1, 2 ON CONFLICT DO NOTHING
"""


async def save_alike(tx: Transaction, submission_ids: Sequence[str], pairs: Sequence[tuple[str, str]]) -> None:
    """Keep what looks like these submissions now, and flag both sides of each pair; unflag what no longer does."""
    touched = await tx.fetch(SAVE_ALIKE, submission_ids, *as_columns(pairs, 2))
    await tx.execute(SAVE_DUPLICATE_FLAGS, [row["submission_id"] for row in touched])


LIST_FLAGS = """
SELECT f.submission_id, f.round, f.flag FROM flagged f
JOIN unnest($1::uuid[], $2::integer[]) AS asked (submission_id, round)
  ON f.submission_id = asked.submission_id AND f.round = asked.round
"""


async def list_flags(tx: Transaction, items: Sequence[Key]) -> dict[Key, tuple[Flag, ...]]:
    """Give the flags of these items, in the order in which lists show them."""
    found: dict[Key, set[str]] = {key: set() for key in items}
    for row in await tx.fetch(LIST_FLAGS, *as_columns(items, 2)):
        found[str(row["submission_id"]), row["round"]].add(row["flag"])
    return {key: in_order(flags) for key, flags in found.items()}
