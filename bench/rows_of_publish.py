"""The rows that publish writes, by the shortest way: no checks, no reading back, its memory for a store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from bench.bare import Record, columns
from contracts.decisions import ClarificationRequested, Decision, DecisionCorrected, Reform, SubmissionAccepted
from contracts.event import Event, envelope_of, full_type
from contracts.reforms import ReformCorrected, ReformPublished, ReformRetracted
from contracts.reviews import Finding
from contracts.submissions import MemberAtReceipt
from contracts.topics import DECISIONS, PARTITIONS

_ENCODE = msgspec.json.Encoder().encode
_SOURCE = "urn:ogc:publish"
_PUBLISHED, _CORRECTED, _RETRACTED = (full_type(event) for event in (ReformPublished, ReformCorrected, ReformRetracted))

STATEMENT = """
WITH moved AS (
    UPDATE stream_position p SET last_seq = s.last_seq, last_event_id = s.last_event_id
    FROM unnest($1::integer[], $2::bigint[], $3::uuid[]) AS s (partition, last_seq, last_event_id)
    WHERE p.source_topic = 'decisions' AND p.partition = s.partition
), counted AS (
    UPDATE outbox_stream s SET next_seq = c.next_seq
    FROM unnest($4::integer[], $5::bigint[]) AS c (partition, next_seq)
    WHERE s.topic = 'reforms' AND s.partition = c.partition
), kept AS (
    INSERT INTO outbox (topic, partition, seq, event_id, type, key, payload)
    SELECT 'reforms', e.*
    FROM unnest($6::integer[], $7::bigint[], $8::uuid[], $9::text[], $10::text[], $11::bytea[]) AS e
), superseded AS (
    UPDATE reform_entry e SET current = false, superseded_at = newest.entered_at
    FROM (
        SELECT o.ctid, k.entered_at FROM unnest($12::text[], $13::timestamptz[]) AS k (reference, entered_at)
        CROSS JOIN LATERAL (
            SELECT o.ctid FROM reform_entry o WHERE o.reference = k.reference ORDER BY o.version DESC LIMIT 1
        ) o
    ) newest
    WHERE e.ctid = newest.ctid
), asked AS (
    INSERT INTO question (
        event_id, submission_id, decision_id, decided_at, asked_at, answer_by, round, reference, month
    )
    SELECT * FROM unnest(
        $35::uuid[], $36::uuid[], $37::uuid[], $38::timestamptz[], $39::timestamptz[], $40::timestamptz[],
        $41::integer[], $42::text[], $43::text[]
    )
)
INSERT INTO reform_entry (
    reference, version, submission_id, decision_id, event_id, entered_at, published_at, effect, why, area, level,
    member, member_name, participant, region, institution, channel, batch, language, declared_area, document,
    superseded_at, current
)
SELECT e.*, lead(e.entered_at) OVER later, lead(e.entered_at) OVER later IS NULL
FROM unnest(
    $14::text[], $15::integer[], $16::uuid[], $17::uuid[], $18::uuid[], $19::timestamptz[], $20::timestamptz[],
    $21::text[], $22::text[], $23::text[], $24::text[], $25::text[], $26::text[], $27::text[], $28::text[], $29::text[],
    $30::text[], $31::text[], $32::text[], $33::text[], $34::text[]
) AS e (reference, version, submission_id, decision_id, event_id, entered_at, published_at, effect, why, area, level,
        member, member_name, participant, region, institution, channel, batch, language, declared_area, document)
WINDOW later AS (PARTITION BY e.reference ORDER BY e.version)
"""


class _Document(msgspec.Struct):
    """Publish's own document, field by field."""

    reference: str
    decision_id: UUID
    batch: str
    round: int
    channel: str
    level: str
    member: MemberAtReceipt
    reform: Reform
    findings: tuple[Finding, ...]
    criteria_version: str
    areas_version: str
    received_at: datetime
    decided_at: datetime
    released_at: datetime


class _Shown(msgspec.Struct):
    reference: str
    decision_id: UUID
    batch: str
    member: MemberAtReceipt
    reform: Reform
    channel: str
    promising: bool = False


class _Published(msgspec.Struct):
    reform: _Shown
    published_at: datetime
    returned_at: datetime | None = None


class _Corrected(msgspec.Struct):
    reform: _Shown
    why: str
    corrected_at: datetime


class _Retracted(msgspec.Struct):
    reference: str
    decision_id: UUID
    why: str
    retracted_at: datetime


class _Standing(NamedTuple):
    """Its last version, when it first entered the record, and whether it stands there."""

    version: int
    since: datetime
    stands: bool


class PublishRows:
    """Entries of the public record, and what is told of them."""

    heard = "decisions"
    told = "reforms"
    statement = STATEMENT

    def __init__(self) -> None:
        self._decode = {
            full_type(event).encode(): msgspec.json.Decoder(envelope_of(event)).decode for event in DECISIONS.events
        }
        self._standing: dict[str, _Standing] = {}
        self._next_seq = [1] * PARTITIONS

    def arguments(self, records: Sequence[Record]) -> Sequence[object]:
        """Decode a chunk, and give the columns of all that it writes."""
        last: dict[int, tuple[int, str]] = {}
        told: list[tuple[Any, ...]] = []
        entries: list[tuple[Any, ...]] = []
        superseded: dict[str, datetime] = {}
        asked: list[tuple[Any, ...]] = []
        for record in records:
            headers = dict(record.headers)
            last[record.partition] = (int(headers["seq"]), headers["ce_id"].decode())
            event = self._decode[headers["ce_type"]](record.value or b"")
            if isinstance(event.data, ClarificationRequested):
                asked.append(_asked(event, event.data))
            else:
                self._enter(event, record.partition, told, entries, superseded)
        return [
            list(last),
            *columns(list(last.values()), 2),
            list(range(PARTITIONS)),
            list(self._next_seq),
            *columns(told, 6),
            list(superseded),
            list(superseded.values()),
            *columns(entries, 21),
            *columns(asked, 9),
        ]

    def _enter(
        self,
        event: Event[Any],
        partition: int,
        told: list[tuple[Any, ...]],
        entries: list[tuple[Any, ...]],
        superseded: dict[str, datetime],
    ) -> None:
        data = event.data
        decision: Decision = data.decision
        reform: Reform | None = getattr(data, "reform", None)
        version, first, stands = self._standing.get(decision.reference, (0, None, False))
        if reform is None and not stands:
            return
        version += 1
        superseded.setdefault(decision.reference, decision.released_at)
        since = first or decision.released_at
        self._standing[decision.reference] = _Standing(version, since, reform is not None)
        why = None if isinstance(data, SubmissionAccepted) else getattr(data, "why", "declined")
        effect = data.effect if isinstance(data, DecisionCorrected) or reform is None else None
        entries.append(
            (
                decision.reference, version, event.subject, decision.decision_id, event.id, decision.released_at,
                reform and since, effect, why, *_shown(decision, reform),
            )
        )  # fmt: skip
        told.append(self._tell(event, partition, _told(decision, reform, why or "", since, corrects=stands)))

    def _tell(self, event: Event[Any], partition: int, told: tuple[str, Any]) -> tuple[Any, ...]:
        seq = self._next_seq[partition]
        self._next_seq[partition] = seq + 1
        kind, data = told
        wrapped = Event(
            id=uuid7(),
            type=kind,
            source=_SOURCE,
            subject=event.subject,
            time=event.data.decision.released_at,
            correlationid=event.correlationid,
            causationid=event.id,
            data=data,
        )
        return partition, seq, wrapped.id, kind, event.subject, _ENCODE(wrapped)


def _asked(event: Event[Any], heard: ClarificationRequested) -> tuple[Any, ...]:
    decision = heard.decision
    return (
        event.id, event.subject, decision.decision_id, decision.decided_at, decision.released_at, heard.answer_by,
        decision.round, decision.reference, decision.month,
    )  # fmt: skip


def _told(decision: Decision, reform: Reform | None, why: str, since: datetime, *, corrects: bool) -> tuple[str, Any]:
    at = decision.released_at
    if reform is None:
        return _RETRACTED, _Retracted(decision.reference, decision.decision_id, why, at)
    shown = _Shown(decision.reference, decision.decision_id, decision.month, decision.member, reform, decision.channel)
    if corrects:
        return _CORRECTED, _Corrected(shown, why, at)
    return _PUBLISHED, _Published(shown, since, at if since != at else None)


def _shown(decision: Decision, reform: Reform | None) -> tuple[str | None, ...]:
    if reform is None:
        return (None,) * 12
    member = decision.member
    level = "local" if member.kind == "local" else "national"
    document = _Document(
        decision.reference, decision.decision_id, decision.month, decision.round, decision.channel, level, member,
        reform, decision.findings, decision.criteria_version, decision.areas_version, decision.received_at,
        decision.decided_at, decision.released_at,
    )  # fmt: skip
    entity = "locality" if member.kind == "local" else "country"
    text = _ENCODE(document).decode()
    proposal = reform.proposal
    return (
        reform.assigned_area, level, member.code, member.name, f"{entity}:{member.code}", member.region,
        proposal.lead_institution, decision.channel, decision.month, proposal.language.partition("-")[0],
        proposal.declared_area, text,
    )  # fmt: skip
