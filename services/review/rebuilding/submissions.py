"""Makes submissions again, some hundreds at a time: rounds, texts, history; stories, nominations and letters beside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from contracts.decisions import StoryReleased
from contracts.event import Event
from contracts.submissions import MonthClosed, NominationReceived, StoryShared
from contracts.topics import DECISIONS, NOTICES, REVIEWS, SUBMISSIONS
from services.chassis.database import Transaction
from services.review.domain.entering import Entering
from services.review.domain.items import HeldBack
from services.review.domain.letters import read_letters
from services.review.domain.rebuilding import MonthEnd, Rebuilt, Round, Told, rebuild_submission
from services.review.domain.stories import Shared, evolve_story
from services.review.rebuilding.staging import Events, read_subjects
from services.review.store import contributions, entering, letters
from services.review.store import rebuilding as store


class Held(NamedTuple):
    """From when until when a round was held back, in which batch."""

    submission_id: str
    round: int
    month: str
    since: datetime
    until: datetime | None


@dataclass(slots=True)
class Gathered:
    """What months need to know of their submissions; ``unanswered`` are the rounds that a month's end opens."""

    unanswered: dict[str, list[Round]] = field(default_factory=dict)
    holds: list[Held] = field(default_factory=list)

    def gather(self, subject: str, rebuilt: Rebuilt) -> None:
        """Note what concerns months."""
        for number, one in rebuilt.rounds.items():
            item, state = one.standing.state.item, one.standing.state
            if one.unanswered:
                self.unanswered.setdefault(item.month, []).append(one)
            if isinstance(state, HeldBack):
                self.holds.append(Held(subject, number, item.month, state.hold.at, None))
        for number, since, until in rebuilt.holds:
            self.holds.append(Held(subject, number, rebuilt.rounds[number].standing.state.item.month, since, until))


async def rebuild_submissions(tx: Transaction, ends: Sequence[MonthEnd]) -> Gathered:
    """Write everything but what only a month's end opens, and say what months need to know."""
    gathered = Gathered()
    async for page in read_subjects(tx):
        partitions = {subject: partition for subject, (partition, _) in page.items()}
        told = {subject: events for subject, (_, events) in page.items()}
        await _write_contributions(tx, told.values())
        rebuilt = {subject: rebuild_submission(_told(events), ends) for subject, events in told.items()}
        await _write(tx, {subject: one for subject, one in rebuilt.items() if one.rounds}, partitions)
        for subject, one in rebuilt.items():
            gathered.gather(subject, one)
    return gathered


async def _write(tx: Transaction, rebuilt: Mapping[str, Rebuilt], partitions: Mapping[str, int]) -> None:
    entered = Entering(known={}, latest={}, now=tx.now)
    for subject, one in rebuilt.items():
        entered.told += one.texts
        entered.fresh |= {(subject, n): found.standing for n, found in one.rounds.items() if not found.unanswered}
    await entering.save_entered(tx, entered, partitions.__getitem__)
    await store.save_rounds(tx, [r for one in rebuilt.values() for r in one.rounds.values() if not r.unanswered])
    await store.insert_history(tx, [(subject, line) for subject, one in rebuilt.items() for line in one.history])
    await store.insert_people(tx, rebuilt)


async def _write_contributions(tx: Transaction, told: Iterable[Events]) -> None:
    every = list(told)
    stories = _of(StoryShared, SUBMISSIONS.name, every)
    await contributions.insert_stories(tx, stories)
    await contributions.insert_nominations(tx, _of(NominationReceived, SUBMISSIONS.name, every))
    shared = {event.subject: Shared(UUID(event.subject), event.id, event.data) for event in stories}
    for event in _of(StoryReleased, DECISIONS.name, every):
        await contributions.save_released_story(tx, evolve_story(shared[event.subject], event.data))
    await letters.save_letters(tx, read_letters(event.data for events in every for event in events[NOTICES.name]))


def _of(kind: type[Any], topic: str, told: Iterable[Events]) -> list[Event[Any]]:
    return [event for events in told for event in events[topic] if isinstance(event.data, kind)]


def _told(events: Events) -> Told:
    """Give what was told of a submission; nothing of a month, a story or a nomination."""
    apart = (MonthClosed, StoryShared, NominationReceived)
    incoming = [event for event in events[SUBMISSIONS.name] if not isinstance(event.data, apart)]
    if not incoming:
        return Told((), (), ())
    return Told(incoming, events[REVIEWS.name], events[DECISIONS.name])
