"""What was told last of each thing, so that the same is told once; and the reforms of which something can be said."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.chassis.codec import decode
from services.chassis.database import Record, Transaction, as_columns
from services.publish.domain.importing.statements import Known
from services.publish.domain.reforms import Document


class Word(NamedTuple):
    """What is said, of which thing and moment: both are 32 bytes, see ``Statement``."""

    thing: bytes
    fingerprint: bytes


SAVE_TOLD = """
INSERT INTO evaluation_told AS known (thing, fingerprint, told_at)
SELECT t.thing, t.fingerprint, $3 FROM unnest($1::bytea[], $2::bytea[]) AS t (thing, fingerprint) ORDER BY t.thing
ON CONFLICT (thing) DO UPDATE SET fingerprint = excluded.fingerprint, told_at = excluded.told_at
WHERE known.fingerprint <> excluded.fingerprint
RETURNING fingerprint
"""


async def save_told(tx: Transaction, words: Iterable[Word], at: datetime) -> set[bytes]:
    """Note what is told, each thing once, and give the fingerprints of what was not told last of its thing.

    Whoever tells of the same thing at the same time waits for this.
    """
    rows = await tx.fetch(SAVE_TOLD, *as_columns(list(words), 2), at)
    return {row["fingerprint"] for row in rows}


SAVE_ANSWERS = """
INSERT INTO evaluation_told AS known (thing, fingerprint, told_at)
SELECT t.thing, t.fingerprint, $3 FROM unnest($1::bytea[], $2::bytea[]) AS t (thing, fingerprint) ORDER BY t.thing
ON CONFLICT (thing) DO UPDATE SET fingerprint = excluded.fingerprint, told_at = excluded.told_at
WHERE known.fingerprint <> excluded.fingerprint OR known.told_at <= excluded.told_at - $4::interval
RETURNING thing
"""


async def save_answers(tx: Transaction, words: Iterable[Word], at: datetime, same_for: timedelta) -> set[bytes]:
    """Note what is answered, each thing once, and give the things of which something else was answered last.

    The same is something else again once it was answered as long ago as ``same_for``.
    """
    rows = await tx.fetch(SAVE_ANSWERS, *as_columns(list(words), 2), at, same_for)
    return {row["thing"] for row in rows}


SAVE_HEARD = """
INSERT INTO evaluation_told AS known (thing, fingerprint, told_at)
SELECT DISTINCT ON (t.thing) t.thing, t.fingerprint, t.told_at
FROM unnest($1::bytea[], $2::bytea[], $3::timestamptz[]) WITH ORDINALITY AS t (thing, fingerprint, told_at, place)
ORDER BY t.thing, t.told_at DESC, t.place DESC
ON CONFLICT (thing) DO UPDATE SET fingerprint = excluded.fingerprint, told_at = excluded.told_at
WHERE known.told_at < excluded.told_at
"""


async def save_heard(tx: Transaction, words: Iterable[tuple[Word, datetime]]) -> None:
    """Note what was told elsewhere or before; what was told later of a thing stays."""
    await tx.execute(SAVE_HEARD, *as_columns([(*word, at) for word, at in words], 3))


FIND_TOLD = """
SELECT t.fingerprint FROM evaluation_told t
JOIN unnest($1::bytea[], $2::bytea[]) AS asked (thing, fingerprint) USING (thing, fingerprint)
"""


async def find_told(tx: Transaction, words: Iterable[Word]) -> set[bytes]:
    """Give the fingerprints of what was told last of its thing already."""
    return {row["fingerprint"] for row in await tx.fetch(FIND_TOLD, *as_columns(list(words), 2))}


FIND_KNOWN = """
SELECT newest.reference, newest.submission_id::text, newest.document
FROM unnest($1::text[]) AS k (reference)
CROSS JOIN LATERAL (
    SELECT e.reference, e.submission_id, e.document FROM reform_entry e
    WHERE e.reference = k.reference ORDER BY e.version DESC LIMIT 1
) newest
"""


async def find_known(tx: Transaction, references: Sequence[str]) -> dict[str, Known]:
    """Give the reforms of these references that are or were public."""
    rows = await tx.fetch(FIND_KNOWN, references)
    return {row["reference"]: _known(row) for row in rows}


def _known(row: Record) -> Known:
    if row["document"] is None:
        return Known(row["submission_id"], (), stands=False)
    document = decode(Document, row["document"])
    proposal = document.reform.proposal
    return Known(
        submission_id=row["submission_id"],
        milestones=tuple(milestone.title for milestone in proposal.milestones),
        stands=True,
        began=min(proposal.starts_on, document.received_at.date()),
    )
