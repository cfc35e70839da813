"""A submission made again from what each topic told of it is as it was lived, whatever life it had."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.event import Event, Fact
from contracts.topics import TOPIC_OF
from contracts.vocabulary import Verdict
from services.chassis.errors import Refusal
from services.review.domain.acting import carry_out
from services.review.domain.commands import BatchAdvanced, HoldBack, ItemCommand, ItemEvent, Release, Unhold
from services.review.domain.entering import Key, Standing, fold
from services.review.domain.evolution import evolve, stored_word
from services.review.domain.items import Asked, Decline, Departing, Entered, Question, Unanswered, Withdrawn
from services.review.domain.rebuilding import MonthEnd, Told, rebuild_submission
from services.review.store.shapes import write_state
from tests.controls import review, submissions
from tests.controls.envelope import MOMENT, event_of, id_of, submission_id
from tests.controls.reviews import findings

SUBJECT = str(submission_id())
DAY = timedelta(days=1)


class Beat(NamedTuple):
    """The moment of a step, and an id that no other step has."""

    now: datetime
    id: UUID


WORK: Mapping[str, Callable[[Beat], ItemCommand]] = {
    "assess": lambda beat: review.assess(at=beat.now),
    "assess-unmet": lambda beat: review.assess(findings=findings(timing=Verdict.NOT_MET), at=beat.now),
    "accept": lambda beat: review.decide(decision_id=beat.id, at=beat.now),
    "decline": lambda beat: review.decide(Decline(("no-future-milestones",)), decision_id=beat.id, at=beat.now),
    "decline-unanswered": lambda beat: review.decide(Decline(("no-answer",)), decision_id=beat.id, at=beat.now),
    "ask": lambda beat: review.decide(Question("When?"), decision_id=beat.id, at=beat.now),
    "hold": lambda beat: HoldBack(reason="Wait.", by=review.SUPPORT_UNIT, at=beat.now),
    "unhold": lambda beat: Unhold(reason="Go.", by=review.SUPPORT_UNIT, at=beat.now),
    "release": lambda beat: Release(dossier=review.dossier(), at=beat.now),
    "correct": lambda beat: review.correct(decision_id=beat.id, at=beat.now),
    "correct-to-declined": lambda beat: review.correct(
        decision_id=beat.id,
        outcome=Decline(("no-future-milestones",)),
        findings=findings(timing=Verdict.NOT_MET),
        at=beat.now,
    ),
    "retract": lambda beat: review.retract(decision_id=beat.id, at=beat.now),
    "reinstate": lambda beat: review.reinstate(decision_id=beat.id, at=beat.now),
    "encourage": lambda beat: review.encourage(at=beat.now),
}
CALENDAR = ("amend", "withdraw", "seal", "order-release", "answer", "end-the-wait")


@dataclass
class Life:
    """One submission as review lives it: its rounds, and what each topic tells of them."""

    topics: dict[str, list[Event[Any]]] = field(
        default_factory=lambda: {"submissions": [], "reviews": [], "decisions": []}
    )
    rounds: dict[Key, Standing] = field(default_factory=dict)
    ends: list[MonthEnd] = field(default_factory=list)
    history: list[tuple[int, ItemEvent, str]] = field(default_factory=list)
    now: datetime = MOMENT
    version: int = 1

    @property
    def latest(self) -> Standing:
        """Its last round."""
        return self.rounds[max(self.rounds)]

    def hear(self, data: Any) -> None:
        """Let intake tell something."""
        event = event_of(data, id=id_of(f"heard {len(self.topics['submissions'])}"), time=self.now)
        self.topics["submissions"].append(event)
        entered = fold(self.rounds, [event], self.now)
        self.rounds |= entered.fresh | entered.changed
        self.tell(*entered.facts)

    def do(self, command: ItemCommand) -> None:
        """Let someone work on its last round."""
        done = carry_out(self.latest.state, command)
        self.rounds[max(self.rounds)] = self.latest._replace(state=done.state)
        self.tell(*done.facts)
        if not isinstance(command, Release):
            self.history += [(done.state.item.round, event, stored_word(done.state)) for event in done.events]

    def tell(self, *facts: Fact) -> None:
        """Let review tell something."""
        for fact in facts:
            told = event_of(fact.data, id=id_of(f"told {sum(map(len, self.topics.values()))}"), time=self.now)
            cause = fact.cause.event_id if fact.cause else None
            self.topics[TOPIC_OF[type(fact.data)].name].append(replace(told, subject=SUBJECT, causationid=cause))

    def advance(self, to: Literal["sealed", "releasing"]) -> None:
        """Let its batch go on."""
        state = evolve(self.latest.state, BatchAdvanced(to))
        self.rounds[max(self.rounds)] = self.latest._replace(state=state)

    def close(self, month: str) -> None:
        """Let a month be over, and sealed."""
        self.ends.append(MonthEnd(month, self.now))


def live(steps: list[str]) -> Life:
    """Let a submission live through these steps; those that cannot be are passed over."""
    life = Life()
    life.hear(submissions.submission_received())
    for number, step in enumerate(steps):
        life.now += DAY
        try:
            if step in WORK:
                life.do(WORK[step](Beat(life.now, id_of(f"decision of step {number}"))))
            else:
                _let_happen(life, step)
        except Refusal:
            continue
    return life


def _let_happen(life: Life, step: str) -> None:
    state = life.latest.state
    match step:
        case "amend" if isinstance(state, Entered):
            life.version += 1
            life.hear(
                submissions.submission_amended(round=state.item.round, version=life.version, month=state.item.month)
            )
        case "withdraw":
            life.hear(submissions.withdrawal_requested())
        case "seal" if isinstance(state, Entered):
            life.close(state.item.month)
            life.advance("sealed")
        case "order-release":
            life.advance("releasing")
        case "answer" if isinstance(state, Asked | Withdrawn):  # withdrawn, it may have crossed the answer
            life.version += 1
            month, round_ = f"2027-{state.item.round:02}", state.item.round + 1
            life.hear(submissions.submission_clarified(round=round_, version=life.version, month=month))
        case "end-the-wait" if isinstance(state, Asked):
            _end_the_wait(life, state)


def _end_the_wait(life: Life, asked: Asked) -> None:
    life.now = max(life.now, asked.answer_by)
    month, round_ = f"2028-{asked.item.round:02}", asked.item.round + 1
    life.close(month)
    item = replace(asked.item, round=round_, month=month)
    life.rounds[SUBJECT, round_] = life.latest._replace(state=Unanswered(item))


def compare(life: Life) -> None:
    """Hold what is made again against what was lived."""
    told = Told(life.topics["submissions"], life.topics["reviews"], life.topics["decisions"])
    rebuilt = rebuild_submission(told, life.ends)
    lived = {round_: standing for (_, round_), standing in life.rounds.items()}
    assert rebuilt.rounds.keys() == lived.keys()
    noted = [(line.round, line.event, line.state) for line in rebuilt.history]
    assert sorted(noted, key=repr) == sorted(life.history, key=repr)
    for round_, made in rebuilt.rounds.items():
        was = lived[round_]
        assert made.standing.state.item == was.state.item
        assert made.standing._replace(state=was.state) == was
        columns = write_state(made.standing.state)
        if isinstance(was.state, Departing):  # that its release is ordered stands in its batch: its own row stays
            columns = columns._replace(assessment=None)
        assert columns == write_state(was.state)
        assert made.unanswered == (was.state.item.month.startswith("2028"))


A_YEAR = ["seal", "assess", "ask", "order-release", "release", "answer", "seal", "assess", "hold", "assess-unmet"]
A_YEAR += ["decline", "unhold", "order-release", "release", "correct", "encourage", "retract", "reinstate", "withdraw"]


def test_a_life_with_everything_in_it() -> None:
    """Asked and answered, held and let go, declined, accepted after all, retracted, reinstated."""
    life = live(A_YEAR)
    assert type(life.latest.state).__name__ == "Accepted"
    assert len(life.topics["decisions"]) == 6
    compare(life)


@given(st.lists(st.sampled_from([*WORK, *CALENDAR, *A_YEAR]), max_size=40))
def test_any_life_is_made_again(steps: list[str]) -> None:
    """The topics do not say what came between one another's events; what they say is enough."""
    compare(live(steps))


@given(st.integers(0, 5), st.lists(st.sampled_from([*WORK, *CALENDAR]), max_size=12))
def test_any_end_of_a_life_is_made_again(cut: int, steps: list[str]) -> None:
    """As the one before, from where much has happened already."""
    compare(live([*A_YEAR[: len(A_YEAR) - cut], *steps]))


def test_what_rests_on_nothing_is_refused() -> None:
    """A decision that supersedes one that never left, and work on a round that never came."""
    life = live(A_YEAR)
    whole = Told(life.topics["submissions"], life.topics["reviews"], life.topics["decisions"])
    with pytest.raises(Refusal, match="unknown-decision"):
        rebuild_submission(replace(whole, decisions=whole.decisions[:1]), life.ends)
    with pytest.raises(Refusal, match="unknown-round"):
        rebuild_submission(replace(whole, submissions=whole.submissions[:1]), life.ends)


def test_a_round_that_nobody_answered_needs_its_month() -> None:
    """Without its end, or before that month is sealed, there is no such round."""
    life = live(["seal", "assess", "ask", "order-release", "release", "end-the-wait"])
    assert [number for _, number in life.rounds] == [1, 2]
    told = Told(life.topics["submissions"], life.topics["reviews"], life.topics["decisions"])
    for ends in (life.ends[:1], [life.ends[0], life.ends[1]._replace(sealed=False)]):
        assert rebuild_submission(told, ends).rounds.keys() == {1}
