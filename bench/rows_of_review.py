"""The rows that review writes, by the shortest way: no checks, no reading back, its memory for a store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from uuid_utils.compat import uuid7

from bench.bare import Record, columns
from contracts.event import Event, envelope_of, full_type
from contracts.reviews import WithdrawalAccepted
from contracts.submissions import SubmissionClarified, SubmissionReceived, WithdrawalRequested
from contracts.topics import PARTITIONS, SUBMISSIONS

_ENCODE = msgspec.json.Encoder().encode
_SOURCE = "urn:ogc:review"
_ACCEPTED = full_type(WithdrawalAccepted)

STATEMENT = """
WITH moved AS (
    UPDATE stream_position p SET last_seq = s.last_seq, last_event_id = s.last_event_id
    FROM unnest($1::integer[], $2::bigint[], $3::uuid[]) AS s (partition, last_seq, last_event_id)
    WHERE p.source_topic = 'submissions' AND p.partition = s.partition
), counted AS (
    UPDATE outbox_stream s SET next_seq = c.next_seq
    FROM unnest($4::integer[], $5::bigint[]) AS c (partition, next_seq)
    WHERE s.topic = 'reviews' AND s.partition = c.partition
), kept AS (
    INSERT INTO outbox (topic, partition, seq, event_id, type, key, payload)
    SELECT 'reviews', e.*
    FROM unnest($6::integer[], $7::bigint[], $8::uuid[], $9::text[], $10::text[], $11::bytea[]) AS e
), opened AS (
    INSERT INTO batch (month) SELECT DISTINCT e.month FROM unnest($12::text[]) AS e (month) ON CONFLICT DO NOTHING
), entered AS (
    INSERT INTO entered (month, partition, event_ids)
    SELECT e.month, e.partition, array_agg(e.event_id)
    FROM unnest($12::text[], $13::integer[], $15::uuid[]) AS e (month, partition, event_id)
    GROUP BY e.month, e.partition
), told AS (
    INSERT INTO told (submission_id, event_id, type, body)
    SELECT * FROM unnest($14::uuid[], $15::uuid[], $16::text[], $17::text[])
), fresh AS (
    INSERT INTO item (submission_id, round, month, version, state, declared_area,
                      reference, title, member, institution, received_by, told_by, channel, language, resubmission,
                      came_at)
    SELECT * FROM unnest($18::uuid[], $19::integer[], $20::text[], $21::integer[], $22::text[], $23::text[],
                         $24::text[], $25::text[], $26::text[], $27::text[], $28::uuid[], $29::uuid[], $30::text[],
                         $31::text[], $32::boolean[], $33::timestamptz[])
)
UPDATE item i SET version = c.version, state = c.state, declared_area = c.declared_area, title = c.title,
                  institution = c.institution, told_by = c.told_by
FROM unnest($34::uuid[], $35::integer[], $36::integer[], $37::text[], $38::text[], $39::text[], $40::text[],
            $41::uuid[])
  AS c (submission_id, round, version, state, declared_area, title, institution, told_by)
WHERE i.submission_id = c.submission_id AND i.round = c.round
"""


class _Accepted(msgspec.Struct):
    round: int
    accepted_at: datetime


class _Item(msgspec.Struct):
    """What the loop remembers of a round."""

    round: int
    month: str
    version: int
    state: str
    area: str
    reference: str
    title: str
    member: str
    institution: str
    received_by: Any
    told_by: Any
    channel: str
    language: str
    resubmission: bool
    came_at: datetime


class ReviewRows:
    """Items, their texts, and the withdrawals that are accepted."""

    heard = "submissions"
    told = "reviews"
    statement = STATEMENT

    def __init__(self) -> None:
        self._decode = {
            full_type(event).encode(): msgspec.json.Decoder(envelope_of(event)).decode for event in SUBMISSIONS.events
        }
        self._items: dict[str, _Item] = {}
        self._next_seq = [1] * PARTITIONS

    def arguments(self, records: Sequence[Record]) -> Sequence[object]:
        """Decode a chunk, and give the columns of all that it writes."""
        last: dict[int, tuple[int, str]] = {}
        accepted: list[tuple[Any, ...]] = []
        texts: list[tuple[Any, ...]] = []
        fresh: dict[tuple[str, int], _Item] = {}
        changed: dict[tuple[str, int], _Item] = {}
        for record in records:
            headers = dict(record.headers)
            last[record.partition] = (int(headers["seq"]), headers["ce_id"].decode())
            event = self._decode[headers["ce_type"]](record.value or b"")
            data = event.data
            if isinstance(data, WithdrawalRequested):
                item = self._items[event.subject]
                item.state = "withdrawn"
                accepted.append(self._tell(event, record.partition, item.round))
            else:
                item = self._enter(event)
                body = _ENCODE(data).decode()
                texts.append((data.month, record.partition, event.subject, event.id, data.TYPE, body))
            key = (event.subject, item.round)
            is_new = isinstance(data, SubmissionReceived | SubmissionClarified)
            (fresh if is_new or key in fresh else changed)[key] = item
        return [
            list(last),
            *columns(list(last.values()), 2),
            list(range(PARTITIONS)),
            list(self._next_seq),
            *columns(accepted, 6),
            *columns(texts, 6),
            *columns([_fresh(subject, item) for (subject, _), item in fresh.items()], 16),
            *columns([_changed(subject, item) for (subject, _), item in changed.items()], 8),
        ]

    def _enter(self, event: Event[Any]) -> _Item:
        data, proposal = event.data, event.data.proposal
        area, title, institution = proposal.declared_area, proposal.title, proposal.lead_institution
        if isinstance(data, SubmissionReceived):
            item = _Item(
                1, data.month, 1, "entered", area, data.reference, title, data.member.code, institution,
                event.id, event.id, data.channel, proposal.language, proposal.resubmission_of is not None,
                data.received_at,
            )  # fmt: skip
        else:
            before = self._items[event.subject]
            item = _Item(
                data.round, data.month, data.version, before.state, area, before.reference, title, before.member,
                institution, before.received_by, event.id, before.channel, proposal.language,
                proposal.resubmission_of is not None, getattr(data, "answered_at", before.came_at),
            )  # fmt: skip
        self._items[event.subject] = item
        return item

    def _tell(self, event: Event[Any], partition: int, round_: int) -> tuple[Any, ...]:
        seq = self._next_seq[partition]
        self._next_seq[partition] = seq + 1
        wrapped = Event(
            id=uuid7(),
            type=_ACCEPTED,
            source=_SOURCE,
            subject=event.subject,
            time=event.data.requested_at,
            correlationid=event.correlationid,
            causationid=event.id,
            data=_Accepted(round_, event.data.requested_at),
        )
        return partition, seq, wrapped.id, _ACCEPTED, event.subject, _ENCODE(wrapped)


def _fresh(subject: str, item: _Item) -> tuple[Any, ...]:
    return (
        subject, item.round, item.month, item.version, item.state, item.area, item.reference, item.title, item.member,
        item.institution, item.received_by, item.told_by, item.channel, item.language, item.resubmission, item.came_at,
    )  # fmt: skip


def _changed(subject: str, item: _Item) -> tuple[Any, ...]:
    return subject, item.round, item.version, item.state, item.area, item.title, item.institution, item.told_by
