"""Given what was told of a submission, when something is asked of it, then this follows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.reviews import WithdrawalAccepted, WithdrawalRefused
from contracts.submissions import SubmissionAmended, SubmissionClarified, WithdrawalRequested
from services.intake.domain.calendar import Moment
from services.intake.domain.dossier import (
    Amend,
    Answer,
    Asked,
    Command,
    Decided,
    Dossier,
    HeardEvent,
    OwnEvent,
    Waiting,
    Withdraw,
    WithdrawalDenied,
    WithdrawalPending,
    Withdrawn,
    decide,
    evolve,
)
from services.intake.domain.problems import CODES, Refused
from services.intake.domain.ruling import ruling_of
from tests.controls import decisions, reviews
from tests.controls.envelope import MOMENT
from tests.controls.intake import colombia, dossier, moment
from tests.controls.proposals import proposal

ANSWER_BY = datetime(2027, 2, 10, tzinfo=UTC)
ASKED = Asked(1, "Who sits on the board?", ANSWER_BY)
NEW_TEXT = proposal(title="Reducción del rezago judicial, con metas")
IN_JANUARY = moment(
    at=datetime(2027, 1, 14, tzinfo=UTC), last_closed="2026-12", closed_until=datetime(2027, 1, 1, tzinfo=UTC)
)
MOMENTS = [
    moment(),
    IN_JANUARY,
    moment(at=datetime(2027, 3, 2, tzinfo=UTC), last_closed="2027-02", closed_until=datetime(2027, 3, 1, tzinfo=UTC)),
]


def amend(**overrides: Any) -> Amend:
    """Another title."""
    return replace(Amend(proposal=NEW_TEXT, member=None), **overrides)


def answer(**overrides: Any) -> Answer:
    """An answer that leaves the text."""
    return replace(Answer(answer="The citizens' panel.", proposal=None, member=None), **overrides)


def refusal_of(state: Dossier, command: Command, **when: Any) -> str:
    """Give the code with which a command is refused."""
    with pytest.raises(Refused) as refused:
        decide(state, command, moment(**when))
    return refused.value.code


def test_an_amendment_is_a_new_version_of_the_same_round() -> None:
    """The month stays the round's month."""
    assert decide(dossier(version=3), amend(), moment()) == [
        SubmissionAmended(
            round=1,
            version=4,
            month="2026-11",
            amended_at=MOMENT,
            proposal=NEW_TEXT,
            flags=("member-unregistered",),
        )
    ]


def test_an_amendment_that_changes_nothing_tells_nothing() -> None:
    """Sent twice, told once; also when the month was closed meanwhile."""
    state = dossier(proposal=NEW_TEXT)
    assert decide(state, amend(), moment(last_closed="2026-11")) == []


def test_an_amendment_after_the_marker_is_refused() -> None:
    """The marker is the cut: while the month is not closed, its grace included, the text can change."""
    in_grace = {"at": datetime(2026, 12, 1, 0, 3, tzinfo=UTC)}
    assert len(decide(dossier(), amend(), moment(**in_grace))) == 1
    assert refusal_of(dossier(), amend(), last_closed="2026-11", **in_grace) == "batch-sealed"


@pytest.mark.parametrize("standing", [ASKED, Decided("accepted")])
def test_an_amendment_of_a_round_that_ended_is_refused(standing: Any) -> None:
    """Asked or decided, the round is over."""
    assert refusal_of(dossier(standing=standing), amend()) == "batch-sealed"


def test_an_amendment_of_an_older_version_is_refused() -> None:
    """Who amends what he no longer sees, is told."""
    assert refusal_of(dossier(version=2), amend(amends_version=1)) == "stale-version"
    assert len(decide(dossier(version=2), amend(amends_version=2), moment())) == 1


def test_an_amendment_keeps_to_the_registry() -> None:
    """A member type that the registry knows to be wrong is refused later too."""
    local = proposal(member_type="local")
    assert refusal_of(dossier(), amend(proposal=local, member=colombia())) == "member-type"


def test_a_doubt_about_the_owner_is_not_lifted_by_another_text() -> None:
    """The flag stays; those of the old text go."""
    state = dossier(flags=("owner-in-doubt", "bidi"))
    [event] = decide(state, amend(member=colombia()), moment())
    assert isinstance(event, SubmissionAmended)
    assert event.flags == ("owner-in-doubt",)


def test_the_last_version_is_the_last() -> None:
    """Ten thousand versions are enough."""
    assert refusal_of(dossier(version=10_000), amend()) == "too-many"


def test_an_answer_opens_the_next_round_in_the_month_of_the_answer() -> None:
    """The round after the one that was asked; versions count on."""
    assert decide(dossier(standing=ASKED), answer(member=colombia()), IN_JANUARY) == [
        SubmissionClarified(
            round=2,
            version=2,
            month="2027-01",
            answered_at=IN_JANUARY.at,
            answer="The citizens' panel.",
            proposal=proposal(),
        )
    ]


def test_an_answer_in_a_round_opened_by_silence_opens_the_round_after_it() -> None:
    """Asked again in round 2, which nobody here opened, the answer opens round 3."""
    [event] = decide(dossier(standing=replace(ASKED, round=2)), answer(), IN_JANUARY)
    assert isinstance(event, SubmissionClarified)
    assert event.round == 3


def test_an_answer_counts_until_the_marker_that_ends_its_days() -> None:
    """Past the day, but before the marker, it counts; after the marker it is too late."""
    state = dossier(standing=ASKED)
    late = {"at": ANSWER_BY + timedelta(days=3), "last_closed": "2027-01"}
    assert len(decide(state, answer(), moment(**late, closed_until=datetime(2027, 2, 1, tzinfo=UTC)))) == 1
    closed = {"at": datetime(2027, 3, 1, 1, tzinfo=UTC), "last_closed": "2027-02"}
    assert refusal_of(state, answer(), **closed, closed_until=datetime(2027, 3, 1, tzinfo=UTC)) == "too-late"


def test_an_answer_that_came_before_tells_nothing() -> None:
    """The same again is the same; another is refused, for nothing was asked."""
    state = dossier(answer="The citizens' panel.")
    assert decide(state, answer(), moment()) == []
    assert refusal_of(state, answer(answer="Somebody else.")) == "not-asked"


def test_a_wish_to_withdraw_is_told_once_a_round() -> None:
    """While it waits, or was refused for this round, nothing is told again; in a later round it may be asked anew."""
    told = WithdrawalRequested(requested_at=MOMENT, reason="We join another.")
    command = Withdraw(reason="We join another.")
    assert decide(dossier(), command, moment()) == [told]
    for withdrawal in (WithdrawalPending(1), WithdrawalDenied(1, "already-released"), Withdrawn()):
        assert decide(dossier(withdrawal=withdrawal), command, moment()) == []
    later = dossier(round=2, withdrawal=WithdrawalDenied(1, "already-released"))
    assert decide(later, command, moment()) == [told]


def test_what_is_withdrawn_cannot_be_changed() -> None:
    """Neither text nor answer."""
    assert refusal_of(dossier(withdrawal=Withdrawn()), amend()) == "withdrawn"
    assert refusal_of(dossier(withdrawal=Withdrawn(), standing=ASKED), answer()) == "withdrawn"


HEARD: list[tuple[HeardEvent, Callable[[Dossier], bool]]] = [
    (reviews.withdrawal_accepted(), lambda after: after.withdrawal == Withdrawn()),
    (decisions.submission_accepted(), lambda after: after.standing == Decided("accepted")),
    (decisions.submission_declined(), lambda after: after.standing == Decided("declined")),
    (decisions.submission_retracted(), lambda after: after.standing == Decided("retracted")),
    (decisions.submission_reinstated(), lambda after: after.standing == Decided("accepted")),
    (decisions.clarification_requested(), lambda after: isinstance(after.standing, Asked)),
]


@pytest.mark.parametrize(("event", "holds"), HEARD, ids=lambda value: getattr(value, "TYPE", ""))
def test_what_is_heard_takes_effect(event: HeardEvent, holds: Callable[[Dossier], bool]) -> None:
    """The status follows the review."""
    assert holds(evolve(dossier(), event))


def test_a_refused_withdrawal_is_remembered_with_its_code() -> None:
    """The status page says why."""
    waiting = dossier(withdrawal=WithdrawalPending(1))
    assert evolve(waiting, reviews.withdrawal_refused()).withdrawal == WithdrawalDenied(1, "already-released")


def test_a_question_heard_after_its_answer_changes_nothing() -> None:
    """Round 2 stands; the question of round 1 is old."""
    later = dossier(round=2)
    assert evolve(later, decisions.clarification_requested()) == later


def test_a_reinstated_reform_is_shown_with_its_title_and_why() -> None:
    """The status page tells what stands again, and the reason."""
    ruling = ruling_of(decisions.submission_reinstated())
    assert ruling is not None
    assert (ruling.published_title, ruling.area) == (
        decisions.reform().published_title,
        decisions.reform().assigned_area,
    )
    assert ruling.why == "La institución confirma que la reforma continúa."


def test_a_corrected_decision_stands() -> None:
    """What was accepted may be declined."""
    event = decisions.decision_corrected(outcome="declined", reform=None, reason_codes=("no-answer",))
    assert evolve(dossier(standing=Decided("accepted")), event).standing == Decided("declined")


COMMANDS = st.sampled_from([amend(), amend(amends_version=2), answer(), answer(proposal=NEW_TEXT), Withdraw()])
STEPS = st.lists(
    st.tuples(COMMANDS, st.sampled_from(MOMENTS)) | st.sampled_from([event for event, _ in HEARD]),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(steps=STEPS)
def test_on_any_history_a_command_is_told_once_or_refused_with_a_listed_code(steps: list[Any]) -> None:
    """Rounds and versions only grow; telling twice changes nothing."""
    state = dossier()
    for step in steps:
        after = _after(state, step)
        assert (after.round, after.version) >= (state.round, state.version)
        state = after
    assert isinstance(state.standing, Waiting | Asked | Decided)


def _after(state: Dossier, step: Any) -> Dossier:
    if not isinstance(step, tuple):
        return evolve(state, step)
    command, when = step
    events = _decided(state, command, when)
    for event in events:
        state = evolve(state, event)
    if events:
        assert decide(state, command, when) == [] or getattr(command, "amends_version", None)
    return state


def _decided(state: Dossier, command: Command, when: Moment) -> list[OwnEvent]:
    try:
        return decide(state, command, when)
    except Refused as refusal:
        return [] if refusal.code in CODES else pytest.fail(f"unlisted: {refusal}")


def test_review_answers_are_typed_as_told() -> None:
    """The two answers of review to a withdrawal are those that intake knows."""
    assert {type(reviews.withdrawal_accepted()), type(reviews.withdrawal_refused())} == {
        WithdrawalAccepted,
        WithdrawalRefused,
    }
