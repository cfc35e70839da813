"""Which records are next: the rule that makes duplicates free and loss visible. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from services.chassis.errors import Fork

OFFSETS_A_MILLISECOND = 1_000_000
NUL, NOT_A_CHARACTER = "\0", "\N{REPLACEMENT CHARACTER}"
"""Postgres's text cannot hold the first."""
STRAY_SUBJECT_MAX = 200
"""Characters of a stray's key that are kept; an index of Postgres takes 2,700 bytes."""


class Record(Protocol):
    """What the client library gives of a record."""

    @property
    def topic(self) -> str:
        """Full name of its topic."""

    @property
    def partition(self) -> int:
        """Number of its partition."""

    @property
    def offset(self) -> int:
        """Place in its partition."""

    @property
    def timestamp(self) -> int:
        """Milliseconds since 1970."""

    @property
    def key(self) -> bytes | None:
        """Bytes of its key."""

    @property
    def value(self) -> bytes | None:
        """Bytes of its value; None for a tombstone."""

    @property
    def headers(self) -> Sequence[tuple[str, Any]]:
        """Pairs of name and bytes."""


class Heard(NamedTuple):
    """A numbered record of one of our own topics."""

    partition: int
    offset: int
    seq: int
    event_id: UUID
    type: str
    subject: str
    raw: bytes | None


class Unnumbered(NamedTuple):
    """A record that no relay of ours has written: it has no place in the numbering.

    ``place`` stands for it below zero, made of its time and its offset: the same when it is read again, another for
    another record at the same offset of a log written anew.
    """

    partition: int
    place: int
    subject: str
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class Position:
    """How far a partition is applied; gapped while a higher number was seen than the next."""

    last_seq: int = 0
    last_event_id: UUID | None = None
    gapped: bool = False


def read_record(record: Record) -> Heard | Unnumbered:
    """Read a record's headers; never raises, whatever they hold."""
    headers: dict[str, Any] = dict(record.headers)  # any of them may be None, or missing
    subject = (record.key or b"").decode(errors="replace").replace(NUL, NOT_A_CHARACTER)
    try:
        return Heard(
            record.partition,
            record.offset,
            int(headers["seq"]),
            UUID(headers["ce_id"].decode()),
            headers["ce_type"].decode().replace(NUL, NOT_A_CHARACTER),
            subject,
            record.value,
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        place = -max(record.timestamp, 1) * OFFSETS_A_MILLISECOND - record.offset % OFFSETS_A_MILLISECOND
        return Unnumbered(record.partition, place, subject[:STRAY_SUBJECT_MAX], record.value)


def judge(
    positions: Mapping[int, Position], records: Iterable[Heard], highest: dict[int, int]
) -> tuple[list[Heard], dict[int, Position]]:
    """Judge each record alone, in log order: a lower number is skipped, the next applied, a higher one passed over.

    ``highest`` remembers the highest number seen of each partition, across chunks.

    Returns:
        The records to apply, in order, and the positions after them.

    Raises:
        Fork: the number that was applied last stands for another event.
    """
    seqs = {partition: position.last_seq for partition, position in positions.items()}
    ids = {partition: position.last_event_id for partition, position in positions.items()}
    fresh = []
    for record in records:
        partition, seq = record.partition, record.seq
        if seq == seqs[partition] + 1:
            seqs[partition], ids[partition] = seq, record.event_id
            fresh.append(record)
        elif seq == seqs[partition] and record.event_id != ids[partition]:
            raise Fork(f"partition {partition}: number {seq} is {ids[partition]} here and {record.event_id} there")
        if seq > highest.get(partition, 0):
            highest[partition] = seq
    return fresh, {
        partition: Position(seq, ids[partition], gapped=highest.get(partition, 0) > seq)
        for partition, seq in seqs.items()
    }
