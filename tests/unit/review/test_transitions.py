"""Every state and every command: what is legal does what the table says, all else is refused by its code."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.topics import TOPIC_OF
from contracts.vocabulary import Area, Verdict
from services.chassis.errors import Refusal
from services.review.domain.acting import Done, carry_out
from services.review.domain.commands import BatchAdvanced, ItemCommand, ItemEvent, Judging, Retagging
from services.review.domain.diagram import draw
from services.review.domain.evolution import evolve, told_as
from services.review.domain.items import (
    Acceptance,
    Decided,
    Decline,
    HeldBack,
    HeldOver,
    ItemState,
    Question,
    Unanswered,
)
from services.review.domain.transitions import ADVANCES, TABLE, Transition, decide
from tests.controls import review
from tests.controls.reviews import CRITERIA, finding, findings

STATES = review.states()
COMMANDS = review.commands()
PAIRS = [(state, command) for state in STATES for command in COMMANDS]


def cell_of(state: ItemState, command: ItemCommand) -> Transition | str:
    """What the table says."""
    return TABLE[type(state)][type(command)]


def attempt(state: ItemState, command: ItemCommand) -> Done | Refusal:
    """Carry out a command, or give the refusal; anything else that is raised fails the test."""
    try:
        return carry_out(state, command)
    except Refusal as refusal:
        return refusal


def test_the_table_is_total() -> None:
    """Each state has a cell for each command."""
    assert {state.__name__ for state in TABLE} == set(STATES)
    assert {tuple(sorted(c.__name__ for c in row)) for row in TABLE.values()} == {tuple(sorted(COMMANDS))}


@pytest.mark.parametrize(("state", "command"), PAIRS)
def test_each_pair_does_what_the_table_says(state: str, command: str) -> None:
    """A legal pair tells and leads where it is declared to; an illegal one is refused by its code."""
    before, asked = STATES[state], COMMANDS[command]
    cell = cell_of(before, asked)
    if isinstance(cell, str):
        with pytest.raises(Refusal) as refusal:
            decide(before, asked)
        assert (refusal.value.code, refusal.value.status) == (cell, 409)
    elif state == "Unanswered" and command == "Decide":
        with pytest.raises(Refusal, match="not-assessed"):
            decide(before, asked)  # it can only be declined, as no-answer
    else:
        done = carry_out(before, asked)
        assert {type(event) for event in done.events} <= set(cell.tells)
        assert type(done.state) in cell.leads_to


@pytest.mark.parametrize(
    ("state", "command", "told"),
    [
        ("Decided", "HoldBack", ["submission.held-back.v1"]),
        ("HeldBack", "Unhold", ["submission.unheld.v1"]),
        ("Assessed", "Decide", ["decision.recorded.v1"]),
        ("Accepted", "Correct", ["decision.recorded.v1", "decision.corrected.v1"]),
        ("Accepted", "Retract", ["decision.recorded.v1", "submission.retracted.v1"]),
        ("Retracted", "Reinstate", ["decision.recorded.v1", "submission.reinstated.v1"]),
        ("Accepted", "Encourage", ["reform.encouraged.v1"]),
    ],
)
def test_each_act_is_told_once(state: str, command: str, told: list[str]) -> None:
    """Everything that staff do is told, by an event that the catalogue has on one topic."""
    done = carry_out(STATES[state], COMMANDS[command])
    assert [fact.data.TYPE for fact in done.facts] == told
    assert all(type(fact.data) in TOPIC_OF for fact in done.facts)


def test_the_diagram_is_current() -> None:
    """docs/review-states.md is what the tables draw."""
    assert Path("docs/review-states.md").read_text() == draw()


verdicts = st.fixed_dictionaries({code.replace("-", "_"): st.sampled_from(Verdict) for code in CRITERIA})
outcomes = st.one_of(
    st.just(Acceptance(review.TITLE)),
    st.lists(st.sampled_from(["no-future-milestones", "no-answer", "unheard-of"])).map(lambda c: Decline(tuple(c))),
    st.just(Question("How will citizens take part?")),
)
reasons = st.sampled_from([None, "Its data are its heart."])
areas = st.sampled_from([Area.JUSTICE, Area.ANTI_CORRUPTION])
judgings = st.builds(
    lambda verdict, said: Judging(verdict=verdict, overrules=tuple(said)),
    st.none() | st.sampled_from(Verdict),
    st.lists(st.builds(lambda verdict: finding(verdict=verdict), st.sampled_from(Verdict)), max_size=2),
)
asked = st.one_of(
    st.sampled_from(list(COMMANDS.values())),
    st.builds(
        lambda said, area, reason: review.assess(findings=findings(**said), area=area, area_reason=reason),
        verdicts,
        areas,
        reasons,
    ),
    st.builds(
        lambda outcome, area, reason, relevance: review.decide(
            outcome, tagging=Retagging(area=area, reason=reason), relevance=relevance
        ),
        outcomes,
        st.none() | areas,
        reasons,
        judgings,
    ),
    st.sampled_from([BatchAdvanced("sealed"), BatchAdvanced("releasing")]),
)


@given(st.sampled_from(sorted(STATES)), st.lists(asked, max_size=12))
def test_no_history_breaks_the_decider(begin: str, history: list[ItemCommand | BatchAdvanced]) -> None:
    """On any history a command is carried out as declared or refused by a code, and refusing changes nothing.

    Replaying the events from the beginning gives the same state.
    """
    state = STATES[begin]
    told: list[ItemEvent] = []
    for command in history:
        before = state
        if isinstance(command, BatchAdvanced):
            state = evolve(state, command)
            assert type(state) in {type(before), ADVANCES.get((type(before), command.to))}
            told.append(command)
            continue
        done = attempt(state, command)
        if isinstance(done, Refusal):
            continue
        cell = cell_of(before, command)
        assert isinstance(cell, Transition)
        assert {type(event) for event in done.events} <= set(cell.tells)
        assert type(done.state) in cell.leads_to
        assert all(told_as(before, event) for event in done.events)
        state = done.state
        told += done.events
    replayed = STATES[begin]
    for event in told:
        replayed = evolve(replayed, event)
    assert replayed == state


@given(verdicts, outcomes)
def test_accepted_when_and_only_when_everything_is_met(said: dict[str, Verdict], outcome: object) -> None:
    """An acceptance needs all met, a decline something not met and nothing unclear, with a known reason."""
    assessed = carry_out(STATES["InReview"], review.assess(findings=findings(**said))).state
    done = attempt(assessed, review.decide(outcome))
    found = set(said.values())
    allowed = (
        (isinstance(outcome, Acceptance) and found == {Verdict.MET})
        or isinstance(outcome, Question)
        or (
            isinstance(outcome, Decline)
            and set(outcome.reason_codes) == {"no-future-milestones"}
            and Verdict.NOT_MET in found
            and Verdict.UNCLEAR not in found
        )
    )
    assert isinstance(done, Done) == allowed
    assert isinstance(done, Done) or done.status == 422


@pytest.mark.parametrize("name", ["InReview", "Assessed", "Decided"])
def test_work_on_a_held_item_goes_on(name: str) -> None:
    """A held item is assessed and decided like any other, and stays held."""
    held = carry_out(STATES[name], COMMANDS["HoldBack"]).state
    decided = carry_out(carry_out(held, review.assess()).state, review.decide()).state
    assert isinstance(decided, HeldBack)
    assert isinstance(decided.within, Decided)
    over = evolve(decided, BatchAdvanced("releasing"))
    assert isinstance(over, HeldOver)
    assert type(carry_out(over, COMMANDS["Release"]).state).__name__ == "Accepted"


def test_a_held_item_is_not_released_undecided() -> None:
    """What was left behind must be decided before it leaves."""
    undecided = HeldOver(review.item(), review.assessment(), review.hold())
    with pytest.raises(Refusal, match="not-decided"):
        decide(undecided, COMMANDS["Release"])


def test_an_unanswered_question_is_declined_without_an_assessment() -> None:
    """The Support Unit may decide ``no-answer`` at once; nobody else's item may be declined so."""
    declined = carry_out(Unanswered(review.item()), review.decide(Decline(("no-answer",)))).state
    assert isinstance(declined, Decided)
    with pytest.raises(Refusal, match="not-unanswered"):
        decide(STATES["Assessed"], review.decide(Decline(("no-answer",))))
