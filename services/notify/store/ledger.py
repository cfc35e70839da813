"""The mail ledger: rows before letters, once each, cancelled or released by what is heard later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from services.chassis.codec import encode_text
from services.chassis.database import as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.delivery import State
from services.notify.domain.letters import Letter

INSERT_LETTERS = """
INSERT INTO letter (
    delivery_id, kind, recipient, contact_ref, submitter_ref, submission_id, decision_id,
    caused_by, correlation_id, traceparent, language, words, state, made_at, due_at, changed_at
)
SELECT delivery_id, kind, recipient, contact_ref, submitter_ref, submission_id, decision_id,
       caused_by, correlation_id, traceparent, language, words, state, $15, coalesce(due_at, $15), $15
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
    $9::integer[], $10::text[]
) AS l (delivery_id, kind, recipient, contact_ref, submitter_ref, submission_id, language, due_at, told, state)
JOIN unnest($11::uuid[], $12::uuid[], $13::uuid[], $14::text[], $16::text[])
    WITH ORDINALITY AS t (decision_id, caused_by, correlation_id, traceparent, words, told) USING (told)
ON CONFLICT (delivery_id) DO NOTHING
"""
COLUMNS = tuple(
    attrgetter(name)
    for name in (
        "delivery_id",
        "kind",
        "recipient",
        "contact_ref",
        "submitter_ref",
        "submission_id",
        "language",
        "due_at",
    )
)
SHARED = tuple(
    attrgetter(name) for name in ("decision_id", "cause.event_id", "cause.correlation_id", "cause.traceparent")
)
"""What several letters about an event have in common, beside their words."""


async def insert_letters(tx: Transaction, letters: Sequence[Letter]) -> None:
    """Enter letters into the ledger, once each; the postman finds them there."""
    if letters:
        # in the order of their ids, by which what they tell is numbered too: of two who enter the same letters at once
        # none waits for one who waits for it. What several are told of an event is written, and sent, once
        rows = sorted(letters, key=attrgetter("delivery_id.int"))
        keys = [(id(it.words), id(it.cause), id(it.decision_id)) for it in rows]
        told = dict(zip(keys, rows, strict=True))
        places = {each: place for place, each in enumerate(told, start=1)}
        columns = [list(map(column, rows)) for column in COLUMNS]
        own = [places[each] for each in keys], [_first_state(it) for it in rows]
        shared = [list(map(column, told.values())) for column in SHARED]
        words = [encode_text(it.words) for it in told.values()]
        await tx.execute(INSERT_LETTERS, *columns, *own, *shared, tx.now, words)


LOCK_UNSENT = """
SELECT 1 FROM letter
WHERE submission_id = ANY ($1::text[]) AND decision_id IS NOT NULL
  AND state IN ('waiting-for-confirmation', 'pending', 'claimed', 'failed-temporarily', 'held', 'suppressed')
ORDER BY delivery_id FOR UPDATE
"""
CANCEL_LETTERS = """
UPDATE letter l
SET state = CASE WHEN l.doubtful THEN 'unknown' ELSE 'cancelled' END,  -- of one in doubt a copy may have arrived
    detail = 'superseded', lease = NULL, changed_at = $3
FROM unnest($1::text[], $2::uuid[]) AS s (submission_id, superseded_by)
WHERE l.submission_id = ANY ($1::text[])  -- said twice, or the planner reads the whole ledger for a few
  AND l.submission_id = s.submission_id AND l.decision_id IS NOT NULL
  AND l.state IN ('waiting-for-confirmation', 'pending', 'claimed', 'failed-temporarily', 'held', 'suppressed')
  AND s.superseded_by <> ALL (ARRAY(SELECT h.caused_by FROM letter h WHERE h.submission_id = s.submission_id))
"""


async def cancel_letters(tx: Transaction, superseded: Mapping[str, UUID]) -> None:
    """Cancel what these submissions' earlier decisions still owe and has surely not been sent.

    Each stands with the event that supersedes them. One that is heard again, and has its own letters here, cancels
    nothing: what waits by now may be its own, or a later one's.
    """
    if superseded:
        rows = sorted(superseded.items())
        # locked first, so that letters which another transaction is just making of one of them are seen, too
        await tx.execute(LOCK_UNSENT, [submission_id for submission_id, _ in rows])
        await tx.execute(CANCEL_LETTERS, *as_columns(rows, 2), tx.now)


CANCEL_REMINDERS = """
UPDATE letter l
SET state = CASE WHEN l.doubtful THEN 'unknown' ELSE 'cancelled' END, detail = 'answered', lease = NULL, changed_at = $3
FROM unnest($1::text[], $2::integer[]) AS opened (submission_id, round)
WHERE l.submission_id = opened.submission_id AND l.kind = 'reminder'
  AND (l.words::jsonb ->> 'round')::integer < opened.round
  AND l.state IN ('pending', 'claimed', 'failed-temporarily', 'held', 'suppressed')
"""


async def cancel_reminders(tx: Transaction, opened: Mapping[str, int]) -> None:
    """Remind nobody of a question whose answer opened this round."""
    if opened:
        await tx.execute(CANCEL_REMINDERS, *as_columns(sorted(opened.items()), 2), tx.now)


RELEASE_LETTERS = """
UPDATE letter SET state = 'pending', due_at = coalesce($3, made_at), changed_at = $2
WHERE submission_id = ANY ($1::text[]) AND state = 'waiting-for-confirmation'
"""


async def release_letters(tx: Transaction, submission_ids: Sequence[str], due_at: datetime | None = None) -> None:
    """Let go what waited for the addresses of these submissions' senders to be confirmed.

    It goes at once and in the order in which it was made, or with the digest that is due then.
    """
    if submission_ids:
        await tx.execute(RELEASE_LETTERS, submission_ids, tx.now, due_at)


RETRY_LETTER = """
UPDATE letter SET state = 'pending', detail = NULL, due_at = $2, changed_at = $2,
                  mail_id = CASE WHEN doubtful THEN mail_id END
WHERE delivery_id = $1 AND state IN ('held', 'suppressed')
RETURNING true
"""


async def retry_letter(tx: Transaction, delivery_id: UUID) -> bool:
    """Let a letter be tried again that is held, or that a suppressed address keeps back: it may be corrected by now.

    False: it is neither. Whether the address is still suppressed is asked again before anything is sent.

    It leaves the mail in which it would have gone: those that stay behind must not come under the same Message-ID.
    """
    return bool(await tx.fetchval(RETRY_LETTER, delivery_id, tx.now))


def _first_state(letter: Letter) -> State:
    if letter.cancelled:
        return State.CANCELLED
    return State.WAITING_FOR_CONFIRMATION if letter.waits else State.PENDING
