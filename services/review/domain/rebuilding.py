"""Makes a submission's rounds again from all that was told of it: what came in, what was done, what left."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from contracts.decisions import ClarificationRequested, ReformEncouraged, SubmissionAccepted, SubmissionDeclined
from contracts.event import Event, EventData
from contracts.reviews import (
    AreaReassigned,
    DecisionRecorded,
    RecusalNoted,
    SubmissionAssessed,
    SubmissionAssigned,
    SubmissionHeldBack,
    SubmissionUnheld,
    UpdateRequested,
    WithdrawalAccepted,
    WithdrawalRefused,
)
from contracts.submissions import WithdrawalRequested
from services.review.domain.commands import ItemEvent
from services.review.domain.entering import Standing, fold
from services.review.domain.evolution import evolve, stored_word
from services.review.domain.items import Accepted, Asked, HeldBack, ItemState, Unanswered
from services.review.domain.refused import refused
from services.review.domain.retelling import Work, as_happened, done_by


class MonthEnd(NamedTuple):
    """When a month ended: once it is sealed, questions that had waited for 90 days by then are opened anew in it."""

    month: str
    ended_at: datetime
    sealed: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """All that was told of one submission: the events of each topic, in the order of their numbers."""

    submissions: Sequence[Event[Any]]
    reviews: Sequence[Event[Any]]
    decisions: Sequence[Event[Any]]


@dataclass(slots=True)
class Round:
    """A round as it stands. ``before`` is its state without a withdrawal, which takes away nothing that was said.

    ``revision`` counts each change by itself: no less than where several were written at once.
    """

    standing: Standing
    before: ItemState
    unanswered: bool = False
    assessment: SubmissionAssessed | None = None
    revision: int = 1


class Line(NamedTuple):
    """One line of a round's history: what someone did, and the revision and the state that it led to."""

    round: int
    at: datetime
    by: str
    event: EventData
    revision: int
    state: str


class Hold(NamedTuple):
    """From when until when a round was held back; it may be so still."""

    round: int
    since: datetime
    until: datetime | None


@dataclass(slots=True)
class Rebuilt:
    """What all that was told comes to."""

    rounds: dict[int, Round] = field(default_factory=dict)
    texts: list[Event[Any]] = field(default_factory=list)
    history: list[Line] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    assignments: dict[int, SubmissionAssigned] = field(default_factory=dict)
    recusals: list[RecusalNoted] = field(default_factory=list)


def rebuild_submission(told: Told, ends: Sequence[MonthEnd]) -> Rebuilt:
    """Make the rounds of one submission again; ``ends`` are the months that are over, in their order.

    Topics have no order between them, so what rests on what says where they meet: work on a round, and its withdrawal,
    stand behind its texts, a decision that supersedes behind the one that left. Where another order would come to
    something else, this is the one in which it happened.

    Raises:
        Refusal: something is missing on which what was told rests.
    """
    walk = _Walk(deque(told.submissions), deque(told.decisions), ends)
    for event in told.reviews:
        walk.follow(event)
    walk.finish()
    return walk.rebuilt


@dataclass(slots=True)
class _Walk:
    incoming: deque[Event[Any]]
    outgoing: deque[Event[Any]]
    ends: Sequence[MonthEnd]
    rebuilt: Rebuilt = field(default_factory=Rebuilt)

    def follow(self, event: Event[Any]) -> None:
        if isinstance(event.data, WithdrawalRefused):
            return
        self._be_there(event.data.round)
        match event.data:
            case WithdrawalAccepted(round=round_):
                self._change(round_, event.data, event.time)
            case SubmissionAssigned(round=round_, assigned_by=by):
                self.rebuilt.assignments[round_] = event.data
                self._note(round_, event.time, by, event.data)
            case RecusalNoted():
                self.rebuilt.recusals.append(event.data)
            case UpdateRequested(round=round_, requested_by=by):
                self._be_accepted(round_)
                self._note(round_, event.time, by, event.data)
            case AreaReassigned(round=round_, reassigned_by=by):
                self._note(round_, event.time, by, event.data)
            case DecisionRecorded() if event.data.supersedes is not None:
                self._supersede(event)
            case SubmissionAssessed() | DecisionRecorded() | SubmissionHeldBack() | SubmissionUnheld():
                self._do(event)

    def finish(self) -> None:
        while self.incoming:
            self._enter(self.incoming.popleft())
        while self.outgoing:
            self._let_out(self.outgoing.popleft())
        latest = max(self.rebuilt.rounds, default=0)
        if self._end_of_wait(latest) is not None:
            self._open_unanswered(latest)

    def _be_there(self, round_: int) -> None:
        """Enter all texts of a round; where it has none, see that it is one that opened since nobody answered."""
        places = [place for place, event in enumerate(self.incoming) if getattr(event.data, "round", 0) == round_]
        for _ in range(max(places, default=-1) + 1):
            self._enter(self.incoming.popleft())
        while round_ not in self.rebuilt.rounds:
            if isinstance(self._state(round_ - 1), Asked):
                self._open_unanswered(round_ - 1)
            else:
                self._let_out(self._next_out())

    def _be_accepted(self, round_: int) -> None:
        while not isinstance(self._state(round_), Accepted):
            self._let_out(self._next_out())

    def _enter(self, event: Event[Any]) -> None:
        if isinstance(event.data, WithdrawalRequested):
            return
        known = {(event.subject, number): found.standing for number, found in self.rebuilt.rounds.items()}
        entered = fold(known, [event], event.time)
        self.rebuilt.texts.append(event)
        for (_, number), standing in entered.fresh.items():
            self.rebuilt.rounds[number] = Round(standing, standing.state)
        for (_, number), standing in entered.changed.items():
            changed = self.rebuilt.rounds[number]
            changed.standing, changed.revision = standing, changed.revision + 1

    def _open_unanswered(self, asked: int) -> None:
        before, end = self.rebuilt.rounds[asked].standing, self._end_of_wait(asked)
        if end is None:
            raise refused("unknown-round", f"no sealed month ended the wait for an answer to round {asked}")
        state = Unanswered(replace(before.state.item, round=asked + 1, month=end.month))
        self.rebuilt.rounds[asked + 1] = Round(before._replace(state=state), state, unanswered=True)

    def _end_of_wait(self, round_: int) -> MonthEnd | None:
        state = self._state(round_)
        if not isinstance(state, Asked):
            return None
        end = next((end for end in self.ends if state.answer_by <= end.ended_at), None)
        return end if end and end.sealed else None

    def _do(self, event: Event[Work]) -> None:
        self._change(event.data.round, happened := as_happened(event.data), event.time)
        self._note(event.data.round, event.time, done_by(event.data), happened)

    def _supersede(self, event: Event[DecisionRecorded]) -> None:
        """Let out what left before this decision, decide, and note what it told in the same moment."""
        while not _tells_of(told := self._next_out(), event.data.decision_id):
            self._let_out(told)
        self._do(event)
        self._note(event.data.round, event.time, event.data.decided_by, told.data)

    def _next_out(self) -> Event[Any]:
        if not self.outgoing:
            raise refused("unknown-decision", "something was told that rests on a decision that never left")
        return self.outgoing.popleft()

    def _let_out(self, event: Event[Any]) -> None:
        match event.data:
            case SubmissionAccepted() | SubmissionDeclined() | ClarificationRequested():
                self._change(event.data.decision.round, event.data, event.time)
            case ReformEncouraged(encouraged_by=by):
                latest = max(self.rebuilt.rounds)
                self._change(latest, event.data, event.time)
                self._note(latest, event.time, by, event.data)

    def _change(self, round_: int, event: ItemEvent, at: datetime) -> None:
        changed = self.rebuilt.rounds[round_]
        was, state = changed.standing.state, evolve(changed.standing.state, event)
        changed.standing, changed.revision = changed.standing._replace(state=state), changed.revision + 1
        if not isinstance(event, WithdrawalAccepted):
            changed.before = state
        if isinstance(event, SubmissionAssessed):
            changed.assessment = event
        if isinstance(was, HeldBack) and not isinstance(state, HeldBack):
            self.rebuilt.holds.append(Hold(round_, was.hold.at, at))

    def _note(self, round_: int, at: datetime, by: str, event: EventData) -> None:
        noted = self.rebuilt.rounds[round_]
        self.rebuilt.history.append(Line(round_, at, by, event, noted.revision, stored_word(noted.standing.state)))

    def _state(self, round_: int) -> ItemState | None:
        found = self.rebuilt.rounds.get(round_)
        return found.standing.state if found else None


def _tells_of(event: Event[Any], decision_id: UUID) -> bool:
    decision = getattr(event.data, "decision", None)
    return decision is not None and decision.decision_id == decision_id
