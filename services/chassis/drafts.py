"""Events written before they are told: what takes long is done early, so that telling them only numbers them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from contracts.event import Fact
from services.chassis.codec import encode_text
from services.chassis.outbox import OutboxRow, rows_of

KEEP_DRAFTS = """
INSERT INTO outbox_draft (event_id, type, key, payload)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
"""

EMIT_DRAFTS = "SELECT emit_drafts($1::text, $2::integer[], $3::uuid[], $4::text[], $5::text[])"

DROP_DRAFTS = "DELETE FROM outbox_draft WHERE event_id = ANY ($1::uuid[])"

STANDS_FOR_NOW = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in a draft's envelope for the moment of its telling. No event has happened before the year 2000."""


class Draft(NamedTuple):
    """An event that is kept and not told: its id, and the partition where it will go."""

    event_id: UUID
    partition: int


def stand_in(name: str, value: object) -> str:
    """Spell a member of an event as it stands in a draft. No text can look like it: its quotes would be escaped."""
    return f'"{name}":{encode_text(value)}'


def draft_rows(facts: Iterable[Fact], source: str) -> list[OutboxRow]:
    """Write the events, with stand-ins for when they are told."""
    return rows_of(facts, source=source, now=STANDS_FOR_NOW, known_partitions={})


def drafts_of(rows: Sequence[OutboxRow]) -> list[Draft]:
    """Name the drafts that were written."""
    return [Draft(row.event_id, row.partition) for row in rows]


def columns_to_keep(rows: Sequence[OutboxRow]) -> list[list[object]]:
    """Turn drafts into the arrays that keeping them takes."""
    kept = [(row.event_id, row.type, row.key, row.payload.decode()) for row in rows]
    return [[row[place] for row in kept] for place in range(4)]


def columns_to_emit(topic: str, drafts: Sequence[Draft], now: datetime, fills: Mapping[str, str]) -> list[object]:
    """Turn drafts, and what takes the place of which stand-in, into what ``emit_drafts`` takes."""
    filled = {stand_in("time", STANDS_FOR_NOW): stand_in("time", now), **fills}
    partitions, event_ids = [draft.partition for draft in drafts], [draft.event_id for draft in drafts]
    return [topic, partitions, event_ids, list(filled), list(filled.values())]
