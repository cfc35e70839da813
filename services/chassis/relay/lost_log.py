"""Judges whether the log still is the copy of the outbox: lost, forked, or ahead of what was recorded. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.chassis.errors import Fork
from services.chassis.reading.position import Heard


class Stream(NamedTuple):
    """One partition of one topic, by its short name."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}"


class Bounds(NamedTuple):
    """Where a partition of the log begins, and the offset that its next record will have."""

    start: int
    end: int


class Cursor(NamedTuple):
    """How far a stream is copied: the number of the last event that the log has, and its offset there."""

    relayed_seq: int = 0
    kafka_offset: int = -1


class Page(NamedTuple):
    """Numbered records of a stream: all that the log holds from offset ``start`` up to, but without, ``end``."""

    stream: Stream
    start: int
    end: int
    records: Sequence[Heard]


class LogLost(Exception):
    """The log of these topics no longer holds what it acknowledged."""

    def __init__(self, topics: Iterable[str], why: str) -> None:
        self.topics = frozenset(topics)
        super().__init__(f"{', '.join(sorted(self.topics))}: {why}")


def find_lost(cursors: Mapping[Stream, Cursor], bounds: Mapping[Stream, Bounds]) -> frozenset[str]:
    """Name the topics whose log ends before what it acknowledged, or has lost its beginning."""
    return frozenset(
        stream.topic
        for stream, cursor in cursors.items()
        if bounds[stream].end <= cursor.kafka_offset or bounds[stream].start > 0
    )


def follow(cursor: Cursor, page: Page, known: Mapping[int, UUID]) -> Cursor:
    """Compare a page of the log with the outbox; own sends that were not recorded move the cursor on.

    ``known`` is what the outbox holds under the numbers of the page.

    Raises:
        Fork: the log holds what the outbox does not.
        LogLost: at the cursor's offset there is not what was written there.
    """
    compare(page, known)
    _assert_anchored(cursor, page)
    for record in page.records:
        if record.seq == cursor.relayed_seq + 1 and record.offset > cursor.kafka_offset:
            cursor = Cursor(record.seq, record.offset)
    return cursor


def compare(page: Page, known: Mapping[int, UUID]) -> None:
    """Compare a page of the log with what the outbox holds under the same numbers.

    Raises:
        Fork: the log holds what the outbox does not.
    """
    for record in page.records:
        ours = known.get(record.seq)
        if ours is None:
            raise Fork(f"{page.stream}: number {record.seq} is in the log, not in the outbox: that is an older copy")
        if ours != record.event_id:
            raise Fork(f"{page.stream}: number {record.seq} is {ours} in the outbox, {record.event_id} in the log")


def _assert_anchored(cursor: Cursor, page: Page) -> None:
    """See that what was written last still stands where it was written, if the page covers that offset."""
    if not page.start <= cursor.kafka_offset < page.end:
        return
    written = (cursor.kafka_offset, cursor.relayed_seq)
    if written not in {(record.offset, record.seq) for record in page.records}:
        raise LogLost({page.stream.topic}, f"{page.stream}: number {cursor.relayed_seq} is not where it was written")
