"""The mail ledger: what it holds, and each change that it goes through."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from contracts.event import Cause
from services.chassis.codec import decode, encode_text
from services.chassis.database import Record, as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.delivery import Settlement, State
from services.notify.domain.letters import Letter

POSTMEN = 0x6D61696C
"""The first half of the advisory lock keys of postmen; the second is the lease."""

INSERT_LETTERS = """
INSERT INTO letter (
    delivery_id, kind, recipient, contact_ref, submission_id, decision_id,
    caused_by, correlation_id, traceparent, language, words, state, made_at, due_at, changed_at
)
SELECT *, $13, $13, $13
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[],
    $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[]
)
ON CONFLICT (delivery_id) DO NOTHING
"""


async def insert_letters(tx: Transaction, letters: Sequence[Letter]) -> None:
    """Enter letters into the ledger, once each; the postman finds them there."""
    if letters:
        rows = sorted((_row(letter) for letter in letters), key=lambda row: str(row[0]))
        await tx.execute(INSERT_LETTERS, *as_columns(rows, 12), tx.now)


LOCK_UNSENT = """
SELECT 1 FROM letter
WHERE submission_id = ANY ($1::text[]) AND decision_id IS NOT NULL
  AND state IN ('pending', 'claimed', 'failed-temporarily', 'held')
ORDER BY delivery_id FOR UPDATE
"""
CANCEL_LETTERS = """
UPDATE letter SET state = 'cancelled', detail = 'superseded', lease = NULL, changed_at = $2
WHERE submission_id = ANY ($1::text[]) AND decision_id IS NOT NULL
  AND state IN ('pending', 'claimed', 'failed-temporarily', 'held')
"""


async def cancel_letters(tx: Transaction, submission_ids: Sequence[str]) -> None:
    """Cancel what these submissions' earlier decisions still owe and has surely not been sent."""
    if submission_ids:
        # locked first, so that letters which another transaction is just making of one of them are seen, too
        await tx.execute(LOCK_UNSENT, submission_ids)
        await tx.execute(CANCEL_LETTERS, submission_ids, tx.now)


HOLD_LEASE = "SELECT pg_try_advisory_xact_lock($1, $2)"
LIMIT_SILENCE = "SELECT set_config('idle_in_transaction_session_timeout', $1, true)"


async def hold_lease(tx: Transaction, lease: int, silence_seconds: int) -> bool:
    """Hold a lease for as long as this transaction lives; it ends when its postman falls silent."""
    await tx.fetchval(LIMIT_SILENCE, f"{silence_seconds}s")
    return bool(await tx.fetchval(HOLD_LEASE, POSTMEN, lease))


BEAT = "SELECT true"


async def beat(tx: Transaction) -> None:
    """Show that the postman lives. Raises when the connection, and with it the lease, is lost."""
    await tx.fetchval(BEAT)


FIND_ENDED_LEASES = """
WITH leases AS MATERIALIZED (
    SELECT DISTINCT lease FROM letter WHERE state IN ('claimed', 'final-dot-intended') ORDER BY lease
)
SELECT lease FROM leases WHERE pg_try_advisory_xact_lock($1, lease)
"""


async def find_ended_leases(tx: Transaction) -> list[int]:
    """Find the leases whose postman is gone, and hold them until the end of this transaction."""
    return [row["lease"] for row in await tx.fetch(FIND_ENDED_LEASES, POSTMEN)]


RETURN_CLAIMED = """
UPDATE letter SET state = 'pending', lease = NULL, changed_at = $2
WHERE lease = ANY ($1::integer[]) AND state = 'claimed'
"""


async def return_claimed(tx: Transaction, leases: Sequence[int]) -> None:
    """Give back what these postmen had claimed: it has surely not been sent."""
    await tx.execute(RETURN_CLAIMED, leases, tx.now)


LIST_INTENDED = """
SELECT * FROM letter WHERE lease = ANY ($1::integer[]) AND state = 'final-dot-intended'
ORDER BY delivery_id FOR UPDATE
"""


async def list_intended(tx: Transaction, leases: Sequence[int]) -> list[Letter]:
    """List the letters of these postmen whose final dot may have left."""
    return [_letter(row) for row in await tx.fetch(LIST_INTENDED, leases)]


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
    return [_letter(row) for row in sorted(rows, key=lambda row: (row["due_at"], row["delivery_id"]))]


INSERT_LETTERS_TO_EACH = """
WITH own AS (
    UPDATE letter SET contact_ref = $3, changed_at = $7
    WHERE delivery_id = $1 AND lease = $2 AND state = 'claimed' AND coalesce(contact_ref, $3) = $3
    RETURNING *
), others AS (
    INSERT INTO letter (
        delivery_id, kind, recipient, contact_ref, submission_id, decision_id,
        caused_by, correlation_id, traceparent, language, words, state, made_at, due_at, changed_at
    )
    SELECT other.delivery_id, own.kind, other.recipient, other.contact_ref, own.submission_id, own.decision_id,
           own.caused_by, own.correlation_id, own.traceparent, own.language, own.words, 'pending', own.made_at, $7, $7
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


RETRY_LETTER = """
UPDATE letter SET state = 'pending', detail = NULL, due_at = $2, changed_at = $2
WHERE delivery_id = $1 AND state = 'held'
RETURNING true
"""


async def retry_letter(tx: Transaction, delivery_id: UUID) -> bool:
    """Let a letter that is held be tried again. False: it is not held."""
    return bool(await tx.fetchval(RETRY_LETTER, delivery_id, tx.now))


LIST_LETTERS = """
SELECT delivery_id, kind, recipient, submission_id, decision_id, caused_by, language,
       words::jsonb ->> 'reference' AS reference,
       state, attempts, detail, made_at, due_at, changed_at
FROM letter
WHERE ($1::uuid IS NULL OR decision_id = $1) AND ($2::text IS NULL OR submission_id = $2)
  AND ($3::text IS NULL OR state = $3) AND ($4::uuid IS NULL OR delivery_id = $4)
  AND ($5::timestamptz IS NULL OR (made_at, delivery_id) > ($5, $6::uuid))
ORDER BY made_at, delivery_id
LIMIT $7
"""


async def list_letters(
    tx: Transaction,
    *,
    decision_id: UUID | None = None,
    submission_id: str | None = None,
    state: State | None = None,
    delivery_id: UUID | None = None,
    after: tuple[Any, UUID] | None = None,
    limit: int = 100,
) -> list[Record]:
    """List what the ledger says of letters, oldest first; ``after`` is the (made_at, delivery_id) of the last seen."""
    made_at, last_id = after or (None, None)
    return await tx.fetch(LIST_LETTERS, decision_id, submission_id, state, delivery_id, made_at, last_id, limit)


def _row(letter: Letter) -> tuple[object, ...]:
    return (
        letter.delivery_id,
        letter.kind,
        letter.recipient,
        letter.contact_ref,
        letter.submission_id,
        letter.decision_id,
        letter.cause.event_id,
        letter.cause.correlation_id,
        letter.cause.traceparent,
        letter.language,
        encode_text(letter.words),
        State.CANCELLED if letter.cancelled else State.PENDING,
    )


def _letter(row: Record) -> Letter:
    cause = Cause(event_id=row["caused_by"], correlation_id=row["correlation_id"], traceparent=row["traceparent"])
    return Letter(
        delivery_id=row["delivery_id"],
        kind=row["kind"],
        recipient=row["recipient"],
        contact_ref=row["contact_ref"],
        submission_id=row["submission_id"],
        decision_id=row["decision_id"],
        cause=cause,
        language=row["language"],
        words=decode(dict[str, Any], row["words"]),
        attempts=row["attempts"],
    )
