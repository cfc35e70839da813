"""What may become of a letter."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.event import Fact
from contracts.notices import Notice, NoticeEvent, NoticeFailed, NoticeHeld, NoticeSent
from services.notify.domain.delivery import (
    BACKOFF_MINUTES,
    TRANSITIONS,
    WAITING,
    Held,
    Lost,
    PutOff,
    Result,
    State,
    Taken,
    ToldAlready,
    TurnedAway,
    settle,
)
from tests.controls.envelope import RELEASED_AT
from tests.controls.notify import letter, told_events

NOW = RELEASED_AT
LAST = len(BACKOFF_MINUTES)


def _notice() -> Notice:
    outcome = letter()
    return Notice(
        delivery_id=outcome.delivery_id,
        kind="outcome",
        recipient="submitter",
        caused_by=told_events()["accepted"].id,
        decision_id=outcome.decision_id,
        language="es",
    )


@pytest.mark.parametrize(
    ("attempts", "result", "state", "told"),
    [
        (1, Taken("<id>"), State.SENT, NoticeSent(notice=_notice(), message_id="<id>", sent_at=NOW)),
        (1, TurnedAway("550"), State.FAILED, NoticeFailed(notice=_notice(), code="refused", failed_at=NOW)),
        (1, PutOff("450"), State.FAILED_TEMPORARILY, None),
        (LAST, PutOff("450"), State.FAILED_TEMPORARILY, None),
        (LAST + 1, PutOff("450"), State.FAILED, NoticeFailed(notice=_notice(), code="expired", failed_at=NOW)),
        (1, Lost(), State.UNKNOWN, NoticeFailed(notice=_notice(), code="outcome-unknown", failed_at=NOW)),
        (1, ToldAlready(), State.CANCELLED, None),
        (1, Held("no-contact"), State.HELD, NoticeHeld(notice=_notice(), code="no-contact", held_at=NOW)),
    ],
)
def test_result_of_an_attempt_settles_the_letter(
    attempts: int, result: Result, state: State, told: NoticeEvent | None
) -> None:
    """Each result leads to one state, and says so on the topic when it is final or needs a person."""
    tried = letter(attempts=attempts)
    settlement = settle(tried, result, NOW)
    assert settlement.state is state
    event = told_events()["accepted"]
    assert settlement.facts == ([] if told is None else [Fact(subject=event.subject, data=told, cause=event.cause)])


def test_backoff_grows_to_three_days() -> None:
    """1, 5, 15, 60 minutes, 4 hours, then 8-hourly; within 72 hours; spread so that not all come at once."""
    waits = [settle(letter(attempts=n), PutOff("450"), NOW).due_at - NOW for n in range(1, LAST + 1)]
    assert all(
        timedelta(minutes=minutes) <= wait <= timedelta(minutes=minutes * 1.1)
        for minutes, wait in zip(BACKOFF_MINUTES, waits, strict=True)
    )
    assert timedelta(minutes=sum(BACKOFF_MINUTES)) <= timedelta(hours=72)


@given(
    attempts=st.integers(1, 40),
    result=st.sampled_from(
        [Taken("<id>"), TurnedAway("550"), PutOff("450"), Lost(), Held("address-erased"), ToldAlready()]
    ),
)
def test_no_result_leads_where_a_letter_may_not_go(attempts: int, result: Result) -> None:
    """Whatever happens after the final dot was intended or before, the transition is declared."""
    state = settle(letter(attempts=attempts), result, NOW).state
    before_dot = {State.HELD, State.CANCELLED}
    after_dot = {State.SENT, State.UNKNOWN}
    possible = {State.CLAIMED, State.FINAL_DOT_INTENDED}
    origins = {State.CLAIMED} if state in before_dot else {State.FINAL_DOT_INTENDED} if state in after_dot else possible
    assert all(state in TRANSITIONS[origin] for origin in origins)


def test_every_state_has_its_transitions() -> None:
    """Nothing that was sent is ever sent again; what is unknown is never claimed."""
    assert set(TRANSITIONS) == set(State)
    assert TRANSITIONS[State.SENT] == frozenset()
    assert State.CLAIMED not in TRANSITIONS[State.UNKNOWN]
    assert {state for state, following in TRANSITIONS.items() if State.CLAIMED in following} == WAITING


def test_detail_is_kept_beside_the_code() -> None:
    """A letter that is stopped says what stopped it."""
    assert settle(replace(letter(), attempts=1), Held("stopped", "unwritable"), NOW).detail == "unwritable"
