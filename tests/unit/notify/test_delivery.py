"""What may become of a letter."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from contracts.event import Fact
from contracts.notices import Notice, NoticeEvent, NoticeFailed, NoticeHeld, NoticeSent
from services.notify.domain.delivery import (
    BACKOFF_MINUTES,
    LONGEST_REST,
    TRANSITIONS,
    WAITING,
    Held,
    Lost,
    Postponed,
    PutOff,
    Result,
    State,
    Suppressed,
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
        (1, Suppressed(b""), State.SUPPRESSED, NoticeHeld(notice=_notice(), code="suppressed", held_at=NOW)),
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
        [
            Taken("<id>"),
            TurnedAway("550"),
            PutOff("450"),
            Lost(),
            Held("address-erased"),
            Suppressed(b""),
            ToldAlready(),
        ]
    ),
)
def test_no_result_leads_where_a_letter_may_not_go(attempts: int, result: Result) -> None:
    """Whatever happens after the final dot was intended or before, the transition is declared."""
    state = settle(letter(attempts=attempts), result, NOW).state
    before_dot = {State.HELD, State.SUPPRESSED, State.CANCELLED}
    after_dot = {State.SENT, State.UNKNOWN}
    possible = {State.CLAIMED, State.FINAL_DOT_INTENDED}
    origins = {State.CLAIMED} if state in before_dot else {State.FINAL_DOT_INTENDED} if state in after_dot else possible
    assert all(state in TRANSITIONS[origin] for origin in origins)


def test_every_state_has_its_transitions() -> None:
    """What was sent is never sent again, and only a policy lets go what is unknown."""
    assert set(TRANSITIONS) == set(State)
    assert TRANSITIONS[State.SENT] == {State.DELIVERED, State.BOUNCED}
    assert State.CLAIMED not in TRANSITIONS[State.UNKNOWN]
    assert {state for state, following in TRANSITIONS.items() if State.CLAIMED in following} == WAITING


def test_detail_is_kept_beside_the_code() -> None:
    """A letter that is stopped says what stopped it."""
    assert settle(structs.replace(letter(), attempts=1), Held("stopped", "unwritable"), NOW).detail == "unwritable"


@pytest.mark.parametrize(
    ("result", "state", "told"),
    [
        (Taken("<id>"), State.SENT, NoticeSent(notice=_notice(), message_id="<id>", sent_at=NOW, repeated=True)),
        (PutOff("450"), State.FAILED_TEMPORARILY, None),
        (TurnedAway("550"), State.UNKNOWN, None),
        (TurnedAway("422", ever=True), State.FAILED, NoticeFailed(notice=_notice(), code="refused", failed_at=NOW)),
        (Lost(), State.UNKNOWN, None),
        (Suppressed(b""), State.UNKNOWN, None),
        (Held("address-erased"), State.UNKNOWN, None),
        (ToldAlready(), State.UNKNOWN, None),
    ],
)
def test_letter_of_which_a_copy_may_have_arrived_has_not_surely_failed(
    result: Result, state: State, told: NoticeEvent | None
) -> None:
    """Sent again it is sent, and told as such; else it stays in doubt, unless who refused it knows each copy."""
    settlement = settle(letter(attempts=2, doubtful=True), result, NOW)
    assert (settlement.state, settlement.told) == (state, told)


def test_letter_of_a_domain_that_takes_nothing_expires_as_any_other() -> None:
    """Being kept back is no attempt; after three days of it, it has failed all the same."""
    postponed = Postponed("domain-rests", NOW + timedelta(minutes=5))
    waiting = settle(letter(attempts=3, rests_since=NOW - LONGEST_REST + timedelta(seconds=1)), postponed, NOW)
    assert (waiting.state, waiting.due_at, waiting.spared) == (State.FAILED_TEMPORARILY, postponed.until, 1)
    expired = settle(letter(attempts=3, rests_since=NOW - LONGEST_REST), postponed, NOW)
    assert expired.told == NoticeFailed(notice=_notice(), code="expired", failed_at=NOW)
