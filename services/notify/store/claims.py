"""A postman's claims: which letters it has, what it intends with each, and what became of it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from contracts.event import Cause
from services.chassis.codec import decode
from services.chassis.database import Record, as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.delivery import Settlement
from services.notify.domain.letters import Letter

CLAIM_LETTERS = """
WITH due AS MATERIALIZED (
    SELECT delivery_id FROM letter
    WHERE state IN ('pending', 'failed-temporarily') AND due_at <= $3
    ORDER BY due_at, delivery_id
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
UPDATE letter l SET state = 'claimed', lease = $1, attempts = attempts + 1, changed_at = $3
FROM due WHERE l.delivery_id = due.delivery_id
RETURNING l.*
"""


async def claim_letters(tx: Transaction, lease: int, count: int) -> list[Letter]:
    """Take up to ``count`` letters that are due and that no other postman has."""
    rows = await tx.fetch(CLAIM_LETTERS, lease, count, tx.now)
    return [letter_of(row) for row in sorted(rows, key=lambda row: (row["due_at"], row["delivery_id"]))]


INSERT_LETTERS_TO_EACH = """
WITH own AS (
    UPDATE letter SET contact_ref = $3, changed_at = $7
    WHERE delivery_id = $1 AND lease = $2 AND state = 'claimed' AND coalesce(contact_ref, $3) = $3
    RETURNING *
), others AS (
    INSERT INTO letter (
        delivery_id, kind, recipient, contact_ref, submitter_ref, submission_id, decision_id,
        caused_by, correlation_id, traceparent, language, words, state, made_at, due_at, changed_at
    )
    SELECT other.delivery_id, own.kind, other.recipient, other.contact_ref, own.submitter_ref, own.submission_id,
           own.decision_id, own.caused_by, own.correlation_id, own.traceparent, own.language, own.words, 'pending',
           own.made_at, $7, $7
    FROM own, unnest($4::uuid[], $5::text[], $6::text[]) AS other (delivery_id, recipient, contact_ref)
    ON CONFLICT (delivery_id) DO NOTHING
)
SELECT true FROM own
"""


async def insert_letters_to_each(tx: Transaction, each: Sequence[Letter], lease: int) -> bool:
    """Let a letter be the first one's, and enter those of the others. False: it is no longer ours."""
    first, *others = each
    rows = [(it.delivery_id, it.recipient, it.contact_ref) for it in others]
    ours = (first.delivery_id, lease, first.contact_ref)
    return bool(await tx.fetchval(INSERT_LETTERS_TO_EACH, *ours, *as_columns(rows, 3), tx.now))


INTEND_FINAL_DOT = """
UPDATE letter SET state = 'final-dot-intended', language = $4, changed_at = $5
WHERE delivery_id = $1 AND lease = $2 AND attempts = $3 AND state IN ('claimed', 'final-dot-intended')
RETURNING true
"""


async def intend_final_dot(tx: Transaction, letter: Letter, lease: int) -> bool:
    """Write down that the letter is about to be handed over; repeating it, after an answer that was lost, is fine.

    False: it is no longer ours to send.
    """
    claim = (letter.delivery_id, lease, letter.attempts)
    return bool(await tx.fetchval(INTEND_FINAL_DOT, *claim, letter.language, tx.now))


SAVE_SETTLEMENTS = """
UPDATE letter l
SET state = s.state, due_at = s.due_at, detail = s.detail, language = s.language, changed_at = $8,
    lease = CASE s.state WHEN 'unknown' THEN l.lease END
FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::timestamptz[], $6::text[], $7::text[])
     AS s (delivery_id, attempts, state, due_at, detail, language)
WHERE l.delivery_id = s.delivery_id AND l.attempts = s.attempts AND l.lease = ANY ($1::integer[])
  AND (l.state IN ('claimed', 'final-dot-intended') OR l.state = 'unknown' AND s.state <> 'unknown')
RETURNING l.delivery_id
"""


async def save_settlements(tx: Transaction, settlements: Sequence[Settlement], leases: Iterable[int]) -> set[UUID]:
    """Save where letters stand after an attempt, and tell it; name those that it was for these leases to say.

    An attempt is settled once: repeating it, after an answer that was lost, changes nothing.
    """
    rows = [
        (it.letter.delivery_id, it.letter.attempts, it.state, it.due_at, it.detail, it.letter.language)
        for it in sorted(settlements, key=lambda it: it.letter.delivery_id)
    ]
    saved = await tx.fetch(SAVE_SETTLEMENTS, list(leases), *as_columns(rows, 6), tx.now)
    ours = {row["delivery_id"] for row in saved}
    tx.emit(fact for it in settlements if it.letter.delivery_id in ours for fact in it.facts)
    return ours


def letter_of(row: Record) -> Letter:
    """Read a letter from its row."""
    cause = Cause(event_id=row["caused_by"], correlation_id=row["correlation_id"], traceparent=row["traceparent"])
    return Letter(
        delivery_id=row["delivery_id"],
        kind=row["kind"],
        recipient=row["recipient"],
        contact_ref=row["contact_ref"],
        submitter_ref=row["submitter_ref"],
        submission_id=row["submission_id"],
        decision_id=row["decision_id"],
        cause=cause,
        language=row["language"],
        words=decode(dict[str, Any], row["words"]),
        attempts=row["attempts"],
    )
