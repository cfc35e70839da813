"""The rounds of review before a reform was accepted: each ended with a question, and an answer opened the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from contracts.decisions import ClarificationRequested, DecisionEvent
from contracts.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundLink:
    """A round of review that ended with a question, in the batch of a month; what was asked is not public.

    ``event_id`` is that of the event on the topic decisions. ``answered_at`` is when the answer's receipt was told of,
    and ``answer_event_id`` that of the answer's own event: None where nobody answered by ``answer_by``, or the record
    was told of it before it kept that.
    """

    round: int
    month: str
    decision_id: UUID
    event_id: UUID
    decided_at: datetime
    asked_at: datetime
    answer_by: datetime
    answered_at: datetime | None = None
    answer_event_id: UUID | None = None


class Came(NamedTuple):
    """Something that came in, by the first letter that tells of it: a submission, or an answer."""

    kind: str
    told_at: datetime
    event_id: UUID | None


class Asked(NamedTuple):
    """What is kept of a question."""

    event_id: UUID
    submission_id: str
    decision_id: UUID
    decided_at: datetime
    asked_at: datetime
    answer_by: datetime
    round: int
    reference: str
    month: str


def read_questions(events: Iterable[Event[DecisionEvent]]) -> list[Asked]:
    """Read what is kept of the questions among decisions, in their order."""
    return [_asked(event, event.data) for event in events if isinstance(event.data, ClarificationRequested)]


def with_answers(rounds: Sequence[RoundLink], came: Iterable[Came]) -> tuple[RoundLink, ...]:
    """Say of each round, in their order, which answer ended the wait: the first after its question, before the next."""
    answers = sorted((one for one in came if one.kind == "answer"), key=lambda one: one.told_at)
    return tuple(_answered(one, after, answers) for one, after in pairwise([*rounds, None]) if one)


def receipt_in(came: Iterable[Came]) -> UUID | None:
    """Give the event of the submission itself, where a letter told of it."""
    return next((one.event_id for one in came if one.kind == "receipt"), None)


def _answered(link: RoundLink, after: RoundLink | None, answers: Iterable[Came]) -> RoundLink:
    for one in answers:
        if link.asked_at < one.told_at and (after is None or one.told_at < after.asked_at):
            return replace(link, answered_at=one.told_at, answer_event_id=one.event_id)
    return link


def _asked(event: Event[DecisionEvent], told: ClarificationRequested) -> Asked:
    decision = told.decision
    whose = event.id, event.subject, decision.decision_id
    when = decision.decided_at, decision.released_at, told.answer_by
    return Asked(*whose, *when, decision.round, decision.reference, decision.month)
