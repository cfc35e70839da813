"""A postman's claims: which letters it has, what it intends with each, and what became of it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from contracts.event import Cause
from services.chassis.codec import decode
from services.chassis.database import Record, as_columns
from services.chassis.transaction import Transaction
from services.notify.domain.delivery import Settlement
from services.notify.domain.letters import Letter, letters_to_each
from services.notify.domain.mail import Mail, gather

DIGESTS_AT_ONCE = 20
DELIVERIES_IN_A_DIGEST = 100
"""What is due beyond this goes out in the next piece of mail."""


async def claim_mail(tx: Transaction, lease: int, count: int) -> list[Mail]:
    """Take mail that is due and that no other postman has: up to ``count`` letters, and some digests."""
    return gather(
        [*await claim_digests(tx, lease, min(count, DIGESTS_AT_ONCE)), *await claim_letters(tx, lease, count)]
    )


CLAIM_LETTERS = """
WITH due AS MATERIALIZED (
    SELECT delivery_id FROM letter
    WHERE state IN ('pending', 'failed-temporarily')
      AND kind NOT IN ('poc-informed', 'poc-outcome', 'search-digest') AND due_at <= $3
    ORDER BY due_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
UPDATE letter l SET state = 'claimed', lease = $1, attempts = attempts + 1, changed_at = $3
FROM due WHERE l.delivery_id = due.delivery_id
RETURNING l.*
"""


async def claim_letters(tx: Transaction, lease: int, count: int) -> list[Letter]:
    """Take up to ``count`` letters that go out by themselves."""
    rows = await tx.fetch(CLAIM_LETTERS, lease, count, tx.now)
    return [letter_of(row) for row in sorted(rows, key=lambda row: (row["due_at"], row["delivery_id"]))]


DIGESTS = 0x64696765
"""The first half of the advisory lock keys under which digests are put together, each by one postman at a time."""

CLAIM_DIGESTS = """
WITH due AS MATERIALIZED (
    SELECT coalesce(mail_id::text, concat_ws(' ', recipient, contact_ref)) AS address, min(due_at) AS due_at
    FROM letter
    WHERE state IN ('pending', 'failed-temporarily')
      AND kind IN ('poc-informed', 'poc-outcome', 'search-digest') AND due_at <= $3
    GROUP BY address ORDER BY 2, 1 LIMIT $2
), ours AS MATERIALIZED (
    SELECT address FROM due WHERE pg_try_advisory_xact_lock($4, hashtext(address))
), locked AS MATERIALIZED (
    SELECT l.delivery_id, l.mail_id, l.made_at, l.attempts, l.doubtful, ours.address
    FROM ours JOIN letter l ON coalesce(l.mail_id::text, concat_ws(' ', l.recipient, l.contact_ref)) = ours.address
    WHERE l.state IN ('pending', 'failed-temporarily') AND l.kind IN ('poc-informed', 'poc-outcome', 'search-digest')
      AND (l.due_at <= $3 OR l.mail_id IS NOT NULL)
    ORDER BY l.delivery_id
    FOR UPDATE OF l SKIP LOCKED
), together AS (
    SELECT delivery_id, coalesce(mail_id, first_value(CASE
               WHEN attempts = 0 OR doubtful THEN delivery_id ELSE md5(delivery_id::text || attempts)::uuid
           END) OVER own) AS mail_id, row_number() OVER own AS place,
           mail_id IS NULL OR count(*) OVER (PARTITION BY address) = (
               SELECT count(*) FROM letter o
               WHERE o.mail_id = locked.mail_id AND o.state IN ('pending', 'failed-temporarily')
           ) AS is_whole
    FROM locked WINDOW own AS (PARTITION BY address ORDER BY made_at, delivery_id)
)
UPDATE letter l
SET state = 'claimed', lease = $1, attempts = attempts + 1, changed_at = $3, mail_id = together.mail_id
FROM together WHERE l.delivery_id = together.delivery_id AND is_whole AND place <= $5
RETURNING l.*
"""


async def claim_digests(tx: Transaction, lease: int, count: int) -> list[Letter]:
    """Take up to ``count`` digests: all that is due to the same person goes out as one piece of mail, and stays one.

    Deliveries that went together before go together again or not at all: by then they have one Message-ID. One that
    has left its mail begins another with an id of its own: what stayed behind may have gone under the delivery's.
    """
    rows = await tx.fetch(CLAIM_DIGESTS, lease, count, tx.now, DIGESTS, DELIVERIES_IN_A_DIGEST)
    return [letter_of(row) for row in sorted(rows, key=lambda row: (row["made_at"], row["delivery_id"]))]


INSERT_LETTERS_TO_EACH = """
WITH own AS MATERIALIZED (
    UPDATE letter l SET contact_ref = a.contact_ref, changed_at = $9
    FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS a (delivery_id, attempts, contact_ref)
    WHERE l.delivery_id = a.delivery_id AND l.attempts = a.attempts AND l.lease = $4 AND l.state = 'claimed'
      AND coalesce(l.contact_ref, a.contact_ref) = a.contact_ref
    RETURNING l.*
), others AS (
    INSERT INTO letter (
        delivery_id, kind, recipient, contact_ref, submitter_ref, submission_id, decision_id,
        caused_by, correlation_id, traceparent, language, words, state, made_at, due_at, changed_at
    )
    SELECT other.delivery_id, own.kind, other.recipient, other.contact_ref, own.submitter_ref, own.submission_id,
           own.decision_id, own.caused_by, own.correlation_id, own.traceparent, own.language, own.words, 'pending',
           own.made_at, $9, $9
    FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::text[])
             AS other (of_delivery, delivery_id, recipient, contact_ref)
    JOIN own ON own.delivery_id = other.of_delivery
    ON CONFLICT (delivery_id) DO NOTHING
)
SELECT count(*) FROM own
"""


async def insert_letters_to_each(tx: Transaction, mail: Mail, refs: Sequence[str], lease: int) -> bool:
    """Let a piece of mail be the first person's, and enter the deliveries of the others, for mail of their own.

    False: not all of it is ours any more.
    """
    own, others = [], []
    for letter in mail.letters:
        first, *rest = letters_to_each(letter, refs)
        own.append((first.delivery_id, first.attempts, first.contact_ref))
        others += [(letter.delivery_id, it.delivery_id, it.recipient, it.contact_ref) for it in rest]
    arguments = *as_columns(own, 3), lease, *as_columns(others, 4), tx.now
    return bool(await tx.fetchval(INSERT_LETTERS_TO_EACH, *arguments) == len(own))


INTEND_FINAL_DOTS = """
WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::uuid[], $5::integer[], $6::text[], $9::text[],
                         $10::bytea[])
             AS a (delivery_id, attempts, lease, mail_id, of_mail, language, door, address_hash)
), locked AS MATERIALIZED (
    SELECT asked.*, l.lease = asked.lease AND l.attempts = asked.attempts
                    AND l.state IN ('claimed', 'final-dot-intended') AS is_ours
    FROM asked JOIN letter l USING (delivery_id)
    ORDER BY delivery_id
    FOR UPDATE OF l
), ours AS MATERIALIZED (
    SELECT * FROM locked
    WHERE is_ours
      AND NOT EXISTS (SELECT FROM suppression s WHERE s.address_hash = locked.address_hash AND s.lifted_at IS NULL)
), whole AS (
    SELECT lease, mail_id FROM ours GROUP BY lease, mail_id HAVING count(*) = max(of_mail)
)
UPDATE letter l
SET state = 'final-dot-intended', language = ours.language, wording = coalesce($8, l.wording), changed_at = $7,
    door = ours.door, address_hash = coalesce(ours.address_hash, l.address_hash),
    handed_at = CASE WHEN l.doubtful AND l.door = ours.door THEN l.handed_at ELSE $7 END
FROM ours JOIN whole USING (lease, mail_id) WHERE l.delivery_id = ours.delivery_id
RETURNING ours.lease, ours.mail_id
"""


async def intend_final_dots(
    tx: Transaction, mails: Sequence[tuple[int, Mail]], wording: str | None = None
) -> set[tuple[int, UUID]]:
    """Write down that this mail, each with its lease, is about to be handed over; name what is ours to send, whole.

    Nothing is that would go to an address which has been suppressed meanwhile.
    ``wording`` is the version of the templates that it is written by.
    Repeating it, after an answer that was lost, is fine.
    """
    rows = [
        (it.delivery_id, it.attempts, lease, mail.id, len(mail.letters), it.language, mail.door, mail.address_hash)
        for lease, mail in mails
        for it in mail.letters
    ]
    columns = as_columns(rows, 8)
    found = await tx.fetch(INTEND_FINAL_DOTS, *columns[:6], tx.now, wording, *columns[6:])
    return {(row["lease"], row["mail_id"]) for row in found}


SAVE_SETTLEMENTS = """
WITH locked AS MATERIALIZED (
    SELECT s.*, l.attempts = s.attempts AND l.lease = ANY ($1::integer[])
                AND (l.state IN ('claimed', 'final-dot-intended') OR l.state = 'unknown' AND s.state <> 'unknown')
                AS is_ours
    FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::integer[],
                $10::bytea[])
         AS s (delivery_id, attempts, state, due_at, detail, language, spared, address_hash)
    JOIN letter l USING (delivery_id)
    ORDER BY delivery_id
    FOR UPDATE OF l
)
UPDATE letter l
SET state = s.state, due_at = s.due_at, detail = s.detail, language = s.language, changed_at = $9,
    spared = l.spared + s.spared, lease = CASE s.state WHEN 'unknown' THEN l.lease END,
    sent_at = CASE s.state WHEN 'sent' THEN $9 ELSE l.sent_at END,
    address_hash = coalesce(s.address_hash, l.address_hash),
    rests_since = CASE WHEN s.detail = 'domain-rests' THEN coalesce(l.rests_since, $9) END
FROM locked s WHERE l.delivery_id = s.delivery_id AND is_ours
RETURNING l.delivery_id, l.attempts
"""


async def save_settlements(
    tx: Transaction, settlements: Sequence[Settlement], leases: Iterable[int]
) -> set[tuple[UUID, int]]:
    """Save where letters stand after an attempt, and tell it; name the claims that it was for these leases to settle.

    An attempt is settled once: repeating it, after an answer that was lost, changes nothing.
    """
    rows = [
        (*claim_of(it.letter), it.state, it.due_at, it.detail, it.letter.language, it.spared, it.address_hash)
        for it in settlements
    ]
    columns = as_columns(rows, 8)
    saved = await tx.fetch(SAVE_SETTLEMENTS, list(leases), *columns[:7], tx.now, columns[7])
    ours = {(row["delivery_id"], row["attempts"]) for row in saved}
    tx.emit(fact for it in settlements if claim_of(it.letter) in ours for fact in it.facts)
    return ours


def claim_of(letter: Letter) -> tuple[UUID, int]:
    """Name the claim under which a letter is in hand: no two claims of it have the same name."""
    return letter.delivery_id, letter.attempts


def letter_of(row: Record) -> Letter:
    """Read a letter from its row."""
    cause = Cause(event_id=row["caused_by"], correlation_id=row["correlation_id"], traceparent=row["traceparent"])
    return Letter(
        delivery_id=row["delivery_id"],
        mail_id=row["mail_id"],
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
        spared=row["spared"],
        rests_since=row["rests_since"],
        doubtful=row["doubtful"],
    )
