"""The numbered outbox: facts become events, get the next numbers of their partitions, and are kept for ever."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from aiokafka.partitioner import murmur2

from contracts.event import SOURCE_PREFIX, Event, Fact, full_type
from contracts.topics import TOPIC_OF, Topic
from services.chassis.codec import encode
from services.chassis.ids import new_id
from services.chassis.telemetry import current_traceparent

EMIT = """
SELECT emit($1::text[], $2::integer[], $3::integer[], $4::timestamptz[],
            $5::integer[], $6::integer[], $7::uuid[], $8::text[], $9::text[], $10::bytea[])
"""

ENSURE_STREAMS = """
INSERT INTO outbox_stream (topic, partition)
SELECT topic, partition FROM unnest($1::text[], $2::integer[]) AS s (topic, partition)
ON CONFLICT DO NOTHING
"""

LOCK_STREAMS = """
SELECT partition, floor_at FROM outbox_stream
WHERE topic = $1 AND partition = ANY ($2::integer[])
ORDER BY partition FOR UPDATE
"""

Stream = tuple[str, int]
"""A topic's short name and a partition."""


class OutboxRow(NamedTuple):
    """One event on its way into the outbox; its number is given by the database."""

    topic: str
    partition: int
    event_id: UUID
    type: str
    key: str
    payload: bytes


@lru_cache(maxsize=65_536)
def partition_of(subject: str, partitions: int) -> int:
    """Say where a subject's events go: Kafka's own partitioner (murmur2 of the key)."""
    return int((murmur2(subject.encode()) & 0x7FFFFFFF) % partitions)


def rows_of(
    facts: Iterable[Fact], *, source: str, now: datetime, known_partitions: Mapping[str, int]
) -> list[OutboxRow]:
    """Wrap facts into events, ready to be kept. ``known_partitions`` saves the hashing of subjects just heard."""
    traceparent = current_traceparent()
    return [_row(fact, source, now, known_partitions, traceparent) for fact in facts]


def _row(
    fact: Fact, source: str, now: datetime, known_partitions: Mapping[str, int], traceparent: str | None
) -> OutboxRow:
    topic = TOPIC_OF[type(fact.data)]
    event = _event(fact, source, now, traceparent)
    return OutboxRow(
        topic.name, _partition(fact, topic, known_partitions), event.id, event.type, fact.subject, encode(event)
    )


def _event(fact: Fact, source: str, now: datetime, traceparent: str | None) -> Event[object]:
    event_id = fact.event_id or new_id()
    cause = fact.cause
    return Event(
        id=event_id,
        type=full_type(type(fact.data)),
        source=f"{SOURCE_PREFIX}{source}",
        subject=fact.subject,
        time=now,
        correlationid=cause.correlation_id if cause else event_id,
        causationid=cause.event_id if cause else None,
        traceparent=fact.traceparent or (cause.traceparent if cause else None) or traceparent,
        data=fact.data,
    )


def _partition(fact: Fact, topic: Topic, known_partitions: Mapping[str, int]) -> int:
    if fact.partition is not None:
        return fact.partition
    known = known_partitions.get(fact.subject)
    return partition_of(fact.subject, topic.partitions) if known is None else known


def arguments(rows: Sequence[OutboxRow], floors: Mapping[Stream, datetime]) -> list[list[object]]:
    """Turn rows, and the times before which nothing may enter any more, into the arrays that ``emit`` takes."""
    counts: dict[Stream, int] = dict.fromkeys(floors, 0)
    steps: list[object] = []
    for row in rows:
        stream = row.topic, row.partition
        steps.append(step := counts.get(stream, 0))
        counts[stream] = step + 1
    places = {stream: place for place, stream in enumerate(counts, 1)}
    return [
        [topic for topic, _ in counts],
        [partition for _, partition in counts],
        list(counts.values()),
        [floors.get(stream) for stream in counts],
        [places[row.topic, row.partition] for row in rows],
        steps,
        *(list(column) for column in (zip(*(row[2:] for row in rows), strict=True) if rows else ((),) * 4)),
    ]
