"""What follows when something comes back of letters."""

from typing import get_args
from uuid import UUID

import pytest
from msgspec import structs

from contracts.notices import NoticeFailed, NoticeSent
from services.chassis.errors import Refusal
from services.notify.domain.bounces import Heard, Outcome
from services.notify.domain.delivery import TRANSITIONS, State
from services.notify.domain.returns import Out, Return, take_back
from tests.controls.envelope import RELEASED_AT
from tests.controls.notify import letter

HASH = b"h" * 32
MAIL_ID = UUID(int=7)


def follows(state: State, outcome: Outcome, *, doubtful: bool = False, address_hash: bytes | None = HASH) -> Return:
    """Say what follows for one letter that stands so."""
    out = Out(structs.replace(letter(), doubtful=doubtful), state, address_hash)
    return take_back([out], Heard(MAIL_ID, outcome, "5.1.1"), "<id>", RELEASED_AT)


@pytest.mark.parametrize("doubtful", [False, True])
@pytest.mark.parametrize("outcome", get_args(Outcome))
@pytest.mark.parametrize("state", State)
def test_nothing_that_comes_back_moves_a_letter_where_it_may_not_go(
    state: State, outcome: Outcome, *, doubtful: bool
) -> None:
    """Whatever was heard, wherever the letter stands; while it is on its way it is asked for again."""
    if state is State.FINAL_DOT_INTENDED or (doubtful and state is State.CLAIMED):
        with pytest.raises(Refusal, match="under-way"):
            follows(state, outcome, doubtful=doubtful)
    else:
        moved = {it.state for it in follows(state, outcome, doubtful=doubtful).moved}
        assert moved <= TRANSITIONS[state]


@pytest.mark.parametrize("state", [State.SENT, State.DELIVERED, State.UNKNOWN])
@pytest.mark.parametrize("outcome", ["hard", "refused"])
def test_letter_that_came_back_has_bounced_and_is_told(state: State, outcome: Outcome) -> None:
    """Whatever was told of it before; only a hard bounce speaks of the address."""
    found = follows(state, outcome)
    assert [(it.state, it.detail, type(it.told)) for it in found.moved] == [(State.BOUNCED, "5.1.1", NoticeFailed)]
    assert (found.suppressed, found.why) == ((HASH, "bounced") if outcome == "hard" else (None, None))


@pytest.mark.parametrize(("state", "told"), [(State.SENT, []), (State.UNKNOWN, [NoticeSent])])
def test_arrival_is_told_where_it_was_in_doubt(state: State, told: list[type]) -> None:
    """Of one that was sent the topic has heard already."""
    [moved] = follows(state, "delivered").moved
    assert (moved.state, [type(fact.data) for fact in moved.facts]) == (State.DELIVERED, told)


def test_letter_that_waits_to_go_again_need_not_when_the_first_copy_comes_back() -> None:
    """It has arrived, or it has bounced; one that waits for the first time cannot have."""
    assert [it.state for it in follows(State.PENDING, "delivered", doubtful=True).moved] == [State.DELIVERED]
    assert [it.state for it in follows(State.FAILED_TEMPORARILY, "hard", doubtful=True).moved] == [State.BOUNCED]
    assert follows(State.PENDING, "hard").moved == []


def test_complaint_suppresses_and_moves_nothing() -> None:
    """It arrived; nothing more is sent there."""
    found = follows(State.SENT, "complaint")
    assert (found.moved, found.suppressed, found.why) == ([], HASH, "complained")


def test_letter_without_a_hash_bounces_all_the_same() -> None:
    """It was sent before hashes were kept: no address is known to suppress."""
    found = follows(State.SENT, "hard", address_hash=None)
    assert ([it.state for it in found.moved], found.suppressed) == ([State.BOUNCED], None)


def test_all_letters_of_one_piece_of_mail_come_back_together() -> None:
    """A digest that bounces is each of its deliveries."""
    several = [Out(structs.replace(letter(), delivery_id=UUID(int=n)), State.SENT, HASH) for n in range(3)]
    found = take_back(several, Heard(MAIL_ID, "hard", "5.1.1"), "<id>", RELEASED_AT)
    assert [it.letter.delivery_id for it in found.moved] == [UUID(int=n) for n in range(3)]


def test_of_no_letter_nothing_follows() -> None:
    """It is kept as such."""
    assert take_back([], Heard(None, "hard", "5.1.1"), "<id>", RELEASED_AT) == Return(outcome="unmatched")
