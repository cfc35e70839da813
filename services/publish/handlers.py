"""What publish does with what it hears."""

from collections.abc import Sequence

from contracts.decisions import DecisionEvent, MonthReported, ReformEncouraged, StoryReleased
from contracts.evaluations import EvaluationEvent
from contracts.event import Event
from contracts.notices import NoticeEvent
from contracts.topics import DECISIONS, EVALUATIONS, NOTICES
from services.chassis.database import Transaction
from services.chassis.reading.hears import hears
from services.publish.folding import fold_decisions, fold_evaluations, fold_notices


@hears(DECISIONS)
async def on_decisions(
    events: Sequence[Event[DecisionEvent | ReformEncouraged | StoryReleased | MonthReported]], tx: Transaction
) -> None:
    """Enter what is released, and reports of months, into the public record, and tell what changed of its reforms."""
    tx.emit(await fold_decisions(events, tx))


@hears(NOTICES)
async def on_notices(events: Sequence[Event[NoticeEvent]], tx: Transaction) -> None:
    """Keep which letters about submissions went out, and what became of them."""
    tx.emit(await fold_notices(events, tx))


@hears(EVALUATIONS)
async def on_evaluations(events: Sequence[Event[EvaluationEvent]], tx: Transaction) -> None:
    """Keep what is said of reforms: their milestones, assessments and awards."""
    tx.emit(await fold_evaluations(events, tx))
