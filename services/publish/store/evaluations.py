"""What became of reforms, in the public record: a row for each thing that was said, added and never changed."""

from collections.abc import Sequence
from typing import Any, TypeVar

from contracts.evaluations import AssessmentPublished, AwardGiven, EvaluationEvent, MilestoneUpdated
from contracts.event import Event
from services.chassis.database import Transaction, as_columns
from services.publish.domain.importing.statements import fingerprint_of, thing_of
from services.publish.store.told import Word, save_heard

SaidT = TypeVar("SaidT", MilestoneUpdated, AssessmentPublished, AwardGiven)


async def insert_evaluations(tx: Transaction, events: Sequence[Event[EvaluationEvent]]) -> None:
    """Keep what is said of reforms, and that it was told; what is there stays as it is."""
    if not events:
        return
    await save_heard(tx, [(_word(event), event.time) for event in events])
    await _insert_updates(tx, _of(MilestoneUpdated, events))
    await _insert_assessments(tx, _of(AssessmentPublished, events))
    await _insert_awards(tx, _of(AwardGiven, events))


INSERT_UPDATES = """
INSERT INTO milestone_update (
    event_id, submission_id, known_at, reference, confirmed_at, milestone, title, status, evidence, barrier, said_by
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::integer[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::text[]
)
ON CONFLICT (event_id) DO NOTHING
"""


async def _insert_updates(tx: Transaction, events: Sequence[Event[MilestoneUpdated]]) -> None:
    if events:
        await tx.execute(INSERT_UPDATES, *as_columns([_update(event) for event in events], 11))


INSERT_ASSESSMENTS = """
INSERT INTO assessment (
    event_id, submission_id, known_at, reference, published_at, stage,
    verifiable, open_government_values, potential_for_results, completion, early_results, report
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::text[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[]
)
ON CONFLICT (event_id) DO NOTHING
"""


async def _insert_assessments(tx: Transaction, events: Sequence[Event[AssessmentPublished]]) -> None:
    if events:
        await tx.execute(INSERT_ASSESSMENTS, *as_columns([_assessment(event) for event in events], 12))


INSERT_AWARDS = """
INSERT INTO award (event_id, submission_id, known_at, reference, given_at, award, given_by, award_round, link)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::timestamptz[],
    $6::text[], $7::text[], $8::text[], $9::text[]
)
ON CONFLICT (event_id) DO NOTHING
"""


async def _insert_awards(tx: Transaction, events: Sequence[Event[AwardGiven]]) -> None:
    if events:
        await tx.execute(INSERT_AWARDS, *as_columns([_award(event) for event in events], 9))


def _of(kind: type[SaidT], events: Sequence[Event[Any]]) -> list[Event[SaidT]]:
    return [event for event in events if isinstance(event.data, kind)]


def _word(event: Event[EvaluationEvent]) -> Word:
    return Word(thing_of(event.subject, event.data), fingerprint_of(event.subject, event.data))


def _place(event: Event[SaidT]) -> tuple[object, ...]:
    return event.id, event.subject, event.time, event.data.reference


def _update(event: Event[MilestoneUpdated]) -> tuple[object, ...]:
    told = event.data
    what = told.confirmed_at, told.milestone, told.title, told.status
    return (*_place(event), *what, told.evidence, told.barrier, told.by)


def _assessment(event: Event[AssessmentPublished]) -> tuple[object, ...]:
    told = event.data
    found = told.verifiable, told.open_government_values, told.potential_for_results, told.completion
    return (*_place(event), told.published_at, told.stage, *found, told.early_results, told.report)


def _award(event: Event[AwardGiven]) -> tuple[object, ...]:
    told = event.data
    return (*_place(event), told.given_at, told.award, told.given_by, told.award_round, told.link)
