"""What the public record makes of what is heard: the same where it is heard and where it is made again."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from contracts.evaluations import EvaluationEvent
from contracts.event import Event, Fact
from contracts.notices import NoticeEvent
from contracts.topics import DECISIONS, EVALUATIONS, NOTICES, Topic
from services.chassis.database import Transaction
from services.publish.domain.marking import key_of_mark, mark
from services.publish.domain.notices import read_notices
from services.publish.domain.reforms import fold
from services.publish.domain.rounds import read_questions
from services.publish.domain.stories import sort_out
from services.publish.store import encouragements, evaluations, months, notices, reforms, rounds, stories, tellings


async def fold_decisions(events: Sequence[Event[Any]], tx: Transaction) -> Sequence[Fact]:
    """Enter what is released, and reports of months, into the public record; give what is to be told of it."""
    told = sort_out(events)
    standings = await reforms.find_standings(tx, told.decisions)
    encouraged = [key_of_mark(event) for event in told.encouragements]
    marks = await encouragements.find_marks(tx, {*standings, *encouraged})
    standing = await reforms.find_shown(tx, encouraged)
    await stories.insert_stories(tx, told.stories)
    await tellings.insert_tellings(tx, told.stories)
    await encouragements.insert_encouragements(tx, told.encouragements)
    await months.insert_reports(tx, told.reports)
    entries, facts = fold(standings, told.decisions)
    await reforms.insert_entries(tx, entries)
    await rounds.insert_questions(tx, read_questions(told.decisions))
    return mark(events, facts, marks, standing)


async def fold_notices(events: Sequence[Event[NoticeEvent]], tx: Transaction) -> Sequence[Fact]:
    """Keep which letters about submissions went out, and what became of them."""
    await notices.insert_notices(tx, read_notices(events))
    return ()


async def fold_evaluations(events: Sequence[Event[EvaluationEvent]], tx: Transaction) -> Sequence[Fact]:
    """Keep what is said of reforms: their milestones, assessments and awards."""
    await evaluations.insert_evaluations(tx, events)
    return ()


Fold = Callable[[Sequence[Event[Any]], Transaction], Awaitable[Sequence[Fact]]]

FOLDS: Sequence[tuple[Topic, Fold]] = (
    (DECISIONS, fold_decisions),
    (NOTICES, fold_notices),
    (EVALUATIONS, fold_evaluations),
)
"""All that the record rests on."""
