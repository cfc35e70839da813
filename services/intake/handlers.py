"""What intake hears: what became of withdrawals, what was asked or decided, and the forms of the edge."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from contracts.decisions import DecisionEvent, StoryReleased
from contracts.event import Event, Fact
from contracts.forms import FormRefused, Problem
from contracts.topics import DECISIONS, FORMS, REVIEWS
from services.chassis.doors.auth import TokenBook
from services.chassis.errors import Refusal
from services.chassis.reading.hears import Hears, hears, hears_raw
from services.chassis.reading.position import Record
from services.chassis.transaction import Transaction
from services.intake.domain.dossier import Dossier, HeardEvent, evolve
from services.intake.domain.forms import SubmissionForm
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.ruling import Ruling, ruling_of
from services.intake.reception.carefully import take_in_carefully
from services.intake.reception.desk import Desk
from services.intake.reception.edge import ReadRecord, read_record
from services.intake.reception.outcome import Outcomes
from services.intake.store.contributions import save_released
from services.intake.store.dossiers import lock_files, save_dossiers
from services.intake.store.quarantine import QuarantinedRecord, insert_quarantined
from services.intake.store.rulings import save_rulings


async def _take_effect(events: Sequence[Event[Any]], tx: Transaction) -> None:
    if not events:
        return
    files = await lock_files(tx, (_submission_id(event) for event in events))
    dossiers = fold({submission_id: file.dossier for submission_id, file in files.items()}, events)
    await save_dossiers(tx, (dossiers[submission_id] for submission_id in sorted(dossiers)))


@hears(REVIEWS)
async def on_reviews(events: Sequence[Event[Any]], tx: Transaction) -> None:
    """Note what review answered to the wish to withdraw."""
    await _take_effect(events, tx)


@hears(DECISIONS)
async def on_decisions(events: Sequence[Event[Any]], tx: Transaction) -> None:
    """Note what was asked, until when it can be answered, and what was decided; and since when stories are shown."""
    decided = [event for event in events if not isinstance(event.data, StoryReleased)]
    await _take_effect(decided, tx)
    await save_rulings(tx, _rulings(decided))
    await _note_released([event for event in events if isinstance(event.data, StoryReleased)], tx)


def _rulings(events: Sequence[Event[DecisionEvent]]) -> dict[UUID, Ruling]:
    return {_submission_id(event): ruling for event in events if (ruling := ruling_of(event.data))}


async def _note_released(events: Sequence[Event[StoryReleased]], tx: Transaction) -> None:
    if not events:
        return
    released = {_submission_id(event): event.data.released_at for event in events}
    if unknown := released.keys() - await save_released(tx, list(released.items())):
        raise Refusal("unknown-submission", ", ".join(sorted(map(str, unknown))))


def fold(dossiers: dict[UUID, Dossier], events: Sequence[Event[HeardEvent]]) -> dict[UUID, Dossier]:
    """Let events take effect in order.

    Raises:
        Refusal: ``unknown-submission``.
    """
    folded = dict(dossiers)
    for event in events:
        submission_id = _submission_id(event)
        if submission_id not in folded:
            raise Refusal("unknown-submission", event.subject)
        folded[submission_id] = evolve(folded[submission_id], event.data)
    return folded


def _submission_id(event: Event[Any]) -> UUID:
    try:
        return UUID(event.subject)
    except ValueError:
        raise Refusal("unknown-submission", event.subject) from None


def make_on_forms(desk: Desk, tokens: TokenBook) -> Hears:
    """Make the handler of the edge: what it cannot take in, it refuses and keeps apart; nothing makes it raise."""

    @hears_raw(FORMS, payload=SubmissionForm)
    async def on_forms(records: Sequence[Record], tx: Transaction) -> None:
        read = [read_record(record, tokens, tx.partition_of) for record in records]
        applications = [one.application for one in read if one.application]
        outcomes = dict(
            zip((a.event_id for a in applications), await take_in_carefully(tx, applications, desk), strict=True)
        )
        refusals = [(one, refusal) for one in read if (refusal := _refusal(one, outcomes))]
        await _put_aside(refusals, tx, desk)

    return on_forms


def _refusal(read: ReadRecord, outcomes: Outcomes) -> Refused | None:
    if read.application is None:
        return read.refusal
    outcome = outcomes[read.application.event_id]
    return outcome if isinstance(outcome, Refused) else None


async def _put_aside(refusals: Sequence[tuple[ReadRecord, Refused]], tx: Transaction, desk: Desk) -> None:
    if not refusals:
        return
    await tx.read_clock()
    rows = [(_quarantined(read, refusal, desk), read, refusal) for read, refusal in refusals]
    new = await insert_quarantined(tx, desk.vault, [row for row, _, _ in rows])
    tx.emit(_refused(read, refusal, tx) for row, read, refusal in rows if row.place in new)


def _quarantined(read: ReadRecord, refusal: Refused, desk: Desk) -> QuarantinedRecord:
    return QuarantinedRecord(
        partition=read.record.partition,
        offset=read.record.offset,
        digest=desk.digest(read.content),
        codes=tuple(dict.fromkeys(issue.code for issue in refusal.issues)),
        value=read.record.value or b"",
    )


def _refused(read: ReadRecord, refusal: Refused, tx: Transaction) -> Fact:
    record = read.record
    told = FormRefused(
        source=read.source,
        external_id=read.external_id,
        problems=tuple(dict.fromkeys(map(_problem, refusal.issues))),
        partition=record.partition,
        offset=record.offset,
        refused_at=tx.now,
    )
    return Fact(subject=f"{record.partition}-{record.offset}", data=told)


def _problem(issue: Issue) -> Problem:
    return Problem(code=issue.code, field=issue.field)
