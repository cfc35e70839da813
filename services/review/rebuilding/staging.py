"""What was heard and told, laid side by side and read back subject by subject."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from contracts.event import Event, full_type
from contracts.topics import DECISIONS, NOTICES, REVIEWS, SUBMISSIONS, Topic
from services.chassis.codec import decoder
from services.chassis.database import Transaction
from services.chassis.reading.decoding import event_type
from services.chassis.reading.position import Heard
from services.review.store import rebuilding as store
from services.review.store.rebuilding import Staged

HEARD = (SUBMISSIONS, NOTICES)
SUBJECTS_AT_ONCE = 500

ReadWhole = Callable[[Topic, Mapping[int, int]], AsyncIterator[list[Heard]]]
"""Reads a topic up to the numbers given for its partitions, each event once and in order."""

Events = Mapping[str, list[Event[Any]]]
"""What was told of one subject, by the topic's short name, each in its order."""

_DECODERS: Mapping[str, Any] = {
    full_type(event): decoder(event_type(event))
    for topic, events in (
        *((topic, topic.readers["review"]) for topic in HEARD),
        (REVIEWS, REVIEWS.events),
        (DECISIONS, DECISIONS.events),
    )
    for event in events
}


async def stage(tx: Transaction, read: ReadWhole) -> None:
    """Lay down all that the living tables rest on: what was heard from its topics, what was told from the outbox.

    The outbox is the log of which the topic is a copy: it is there where the broker lags, is away or was lost.
    """
    for topic in HEARD:
        up_to = await store.find_heard(tx, topic)
        if up_to:
            async for page in read(topic, up_to):
                await store.stage_heard(tx, topic, page)
    await store.stage_told(tx)


async def read_subjects(tx: Transaction) -> AsyncIterator[dict[str, tuple[int, Events]]]:
    """Give subject by subject its partition and all that was told of it, some hundreds at a time."""
    after = ""
    while found := await store.list_staged(tx, after, SUBJECTS_AT_ONCE):
        yield {key: _read(list(rows)) for key, rows in groupby(found, key=attrgetter("key"))}
        after = found[-1].key


async def read_types(tx: Transaction, types: Iterable[type[Any]]) -> list[Event[Any]]:
    """Give all events of some types, in no order."""
    return [decode(one) for one in await store.list_staged_of(tx, [full_type(one) for one in types])]


def decode(staged: Staged) -> Event[Any]:
    """Read an event of a type that is for review."""
    event: Event[Any] = _DECODERS[staged.type].decode(staged.payload)
    return event


def _read(rows: list[Staged]) -> tuple[int, Events]:
    events: dict[str, list[Event[Any]]] = {topic.name: [] for topic in (*HEARD, REVIEWS, DECISIONS)}
    for row in rows:
        if row.type in _DECODERS:
            events[row.topic].append(decode(row))
    return rows[0].partition, events
