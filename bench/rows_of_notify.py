"""The rows that notify writes, by the shortest way: who is owed a letter, and the words; nothing checked."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid5

import msgspec

from bench.bare import Record, columns
from contracts.decisions import ClarificationRequested, Decision, SubmissionRetracted
from contracts.event import envelope_of, full_type
from contracts.topics import DECISIONS
from services.notify.domain.letters import NAMESPACE

_ENCODE = msgspec.json.Encoder().encode

STATEMENT = """
WITH moved AS (
    UPDATE stream_position p SET last_seq = s.last_seq, last_event_id = s.last_event_id
    FROM unnest($1::integer[], $2::bigint[], $3::uuid[]) AS s (partition, last_seq, last_event_id)
    WHERE p.source_topic = 'decisions' AND p.partition = s.partition
), stood AS (
    INSERT INTO standing (submission_id, confirmed) SELECT DISTINCT s, false FROM unnest($4::text[]) AS s
    ON CONFLICT (submission_id) DO NOTHING
)
INSERT INTO letter (
    delivery_id, kind, recipient, contact_ref, submitter_ref, submission_id, decision_id, caused_by, correlation_id,
    language, words, state, made_at, due_at, changed_at
)
SELECT l.*, now(), now(), now()
FROM unnest(
    $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::uuid[], $12::uuid[], $13::uuid[],
    $14::text[], $15::text[], $16::text[]
) AS l
"""


class NotifyRows:
    """Letters that are owed; nothing is told of them yet."""

    heard = "decisions"
    told = "notices"
    statement = STATEMENT

    def __init__(self) -> None:
        self._decode = {
            full_type(event).encode(): msgspec.json.Decoder(envelope_of(event)).decode for event in DECISIONS.events
        }

    def arguments(self, records: Sequence[Record]) -> Sequence[object]:
        """Decode a chunk, and give the columns of all that it writes."""
        last: dict[int, tuple[int, str]] = {}
        letters: list[tuple[Any, ...]] = []
        for record in records:
            headers = dict(record.headers)
            last[record.partition] = (int(headers["seq"]), headers["ce_id"].decode())
            letters += _letters(self._decode[headers["ce_type"]](record.value or b""))
        subjects = [letter[5] for letter in letters]
        return [list(last), *columns(list(last.values()), 2), subjects, *columns(letters, 12)]


def _letters(event: Any) -> list[tuple[Any, ...]]:
    decision: Decision = event.data.decision
    words = _ENCODE(_words(event.data, decision)).decode()
    ref = decision.contact_ref
    if isinstance(event.data, ClarificationRequested):
        kinds = [("clarification", "submitter"), ("reminder", "submitter")]
    else:
        own = "retraction" if isinstance(event.data, SubmissionRetracted) else "outcome"
        kinds = [(own, "submitter"), ("poc-outcome", f"poc:{decision.member.code}")]
    return [
        (
            uuid5(NAMESPACE, f"{event.id}:{recipient}:{kind}"), kind, recipient,
            ref if recipient == "submitter" else None, None if recipient == "submitter" else ref,
            event.subject, decision.decision_id, event.id, event.correlationid, "en", words,
            "pending" if recipient == "submitter" else "waiting-for-confirmation",
        )
        for kind, recipient in kinds
    ]  # fmt: skip


def _words(told: Any, decision: Decision) -> dict[str, object]:
    reform = getattr(told, "reform", None)
    return {
        "reference": decision.reference,
        "title": decision.title,
        "member": decision.member.name,
        "month": decision.month,
        "received_at": decision.received_at,
        "findings": decision.findings,
        "criteria_version": decision.criteria_version,
        "note": decision.note,
        "channel": decision.channel,
        "why": getattr(told, "why", None),
        "published_title": reform and reform.published_title,
        "area": reform and reform.assigned_area,
    }
