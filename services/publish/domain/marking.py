"""Whether reforms that are told of are promising, and that they are called so, or no longer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from contracts.decisions import ReformEncouraged
from contracts.event import Event, Fact
from contracts.reforms import PublicReform, ReformCorrected, ReformMarked, ReformPublished
from contracts.vocabulary import Channel
from services.publish.domain.reforms import Document, Key


class Mark(NamedTuple):
    """Whether a reform is called promising, and since when that was last said."""

    promising: bool
    since: datetime


def key_of_mark(event: Event[ReformEncouraged]) -> Key:
    """Say of whose reform an encouragement speaks."""
    return event.data.reference, event.subject


def shown_of(document: Document) -> PublicReform:
    """Give a reform of the record as it is told of; not yet whether it is promising."""
    return PublicReform(
        reference=document.reference,
        decision_id=document.decision_id,
        batch=document.batch,
        member=document.member,
        reform=document.reform,
        channel=Channel(document.channel),
    )


def mark(
    events: Sequence[Event[Any]],
    facts: Sequence[Fact],
    marks: Mapping[Key, Mark],
    standing: Mapping[Key, PublicReform],
) -> list[Fact]:
    """Give what is to be told, in the order of the events: ``facts`` with their marks, and marks that have changed.

    ``marks`` and ``standing`` say what was called promising, and how what these events encourage read, before them.
    """
    if not marks and not any(isinstance(event.data, ReformEncouraged) for event in events):
        return list(facts)
    return list(_in_order(events, {fact.cause.event_id: fact for fact in facts if fact.cause}, marks, standing))


def _in_order(
    events: Iterable[Event[Any]],
    told: Mapping[Any, Fact],
    marks: Mapping[Key, Mark],
    standing: Mapping[Key, PublicReform],
) -> Iterator[Fact]:
    known, shown = dict(marks), dict[Key, PublicReform | None](standing)
    for event in events:
        if isinstance(event.data, ReformEncouraged):
            key = key_of_mark(event)
            before, now = known.get(key), Mark(event.data.promising, event.data.encouraged_at)
            if before is not None and now.since < before.since:
                continue
            known[key] = now
            reform = shown.get(key)
            if reform is not None and now.promising != (before is not None and before.promising):
                yield _marked(event, reform, now)
        elif event.id in told:
            fact, key = told[event.id], (event.data.decision.reference, event.subject)
            marked = _with_mark(fact, known.get(key))
            shown[key] = marked.data.reform if isinstance(marked.data, ReformPublished | ReformCorrected) else None
            yield marked


def _with_mark(fact: Fact, known: Mark | None) -> Fact:
    told = fact.data
    if known is None or not known.promising or not isinstance(told, ReformPublished | ReformCorrected):
        return fact
    return replace(fact, data=replace(told, reform=replace(told.reform, promising=True)))


def _marked(event: Event[ReformEncouraged], reform: PublicReform, now: Mark) -> Fact:
    told = ReformMarked(reform=replace(reform, promising=now.promising), marked_at=now.since)
    return Fact(subject=event.subject, data=told, cause=event.cause)
