"""What publish does with what it hears."""

from collections.abc import Sequence

from contracts.decisions import DecisionEvent, MonthReported, ReformEncouraged, StoryReleased
from contracts.evaluations import EvaluationEvent
from contracts.event import Event
from contracts.notices import NoticeEvent
from contracts.topics import DECISIONS, EVALUATIONS, NOTICES
from services.chassis.database import Transaction
from services.chassis.reading.hears import hears
from services.publish.domain.notices import read_notices
from services.publish.domain.reforms import fold
from services.publish.domain.stories import sort_out
from services.publish.store import encouragements, evaluations, months, notices, reforms, stories, tellings


@hears(DECISIONS)
async def on_decisions(
    events: Sequence[Event[DecisionEvent | ReformEncouraged | StoryReleased | MonthReported]], tx: Transaction
) -> None:
    """Enter what is released, and reports of months, into the public record, and tell what changed of its reforms."""
    told = sort_out(events)
    await stories.insert_stories(tx, told.stories)
    await tellings.insert_tellings(tx, told.stories)
    await encouragements.insert_encouragements(tx, told.encouragements)
    await months.insert_reports(tx, told.reports)
    standings = await reforms.find_standings(tx, told.decisions)
    entries, facts = fold(standings, told.decisions)
    await reforms.insert_entries(tx, entries)
    tx.emit(facts)


@hears(NOTICES)
async def on_notices(events: Sequence[Event[NoticeEvent]], tx: Transaction) -> None:
    """Keep which letters about submissions went out, and what became of them."""
    await notices.insert_notices(tx, read_notices(events))


@hears(EVALUATIONS)
async def on_evaluations(events: Sequence[Event[EvaluationEvent]], tx: Transaction) -> None:
    """Keep what is said of reforms: their milestones, assessments and awards."""
    await evaluations.insert_evaluations(tx, events)
