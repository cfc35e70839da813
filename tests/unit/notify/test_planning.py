"""What a chunk means for the ledger, however the log was cut and the topics woven."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from contracts.event import Event
from services.notify.domain.letters import Letter
from services.notify.domain.planning import Plan, Told, plan
from services.notify.domain.standing import NOTHING_HEARD, Standing, merge, note
from services.notify.domain.timing import Timing
from tests.controls import decisions
from tests.controls.envelope import MOMENT, event_of, id_of
from tests.controls.notify import told_events

SUBMITTED = (
    "received",
    "received-unconfirmed",
    "contact-confirmed",
    "received-in-plan",
    "amended",
    "answered",
    "story-shared",
    "nominated",
)
REVIEWED = ("withdrawn", "withdrawal-refused", "holder-asked")
UNDECIDED = ("received", "story", "nomin", "draft", "withdraw", "holder")
DECIDED = tuple(told for told in told_events() if told not in SUBMITTED and not told.startswith(UNDECIDED))
TIMING = Timing(now=MOMENT, remind_before=timedelta(days=14))


@given(st.lists(st.tuples(st.sampled_from(sorted(told_events())), st.integers(0, 2)), max_size=12), st.data())
def test_any_cutting_into_chunks_owes_the_same(history: list[tuple[str, int]], data: st.DataObject) -> None:
    """Letters, what waits and what is cancelled do not depend on how the log was cut."""
    received = [("received-unconfirmed", subject) for subject in range(3)]
    events = [_numbered(told, subject, place) for place, (told, subject) in enumerate(received + history)]
    cut = data.draw(st.integers(0, len(events)))
    whole = _apply([events])
    assert _apply([events[:cut], events[cut:]]) == whole
    assert _apply([[event] for event in events]) == whole


@given(
    st.lists(st.tuples(st.sampled_from(SUBMITTED), st.integers(0, 1)), max_size=6),
    st.lists(st.tuples(st.sampled_from(DECIDED), st.integers(0, 1)), max_size=6),
    st.lists(st.tuples(st.sampled_from(REVIEWED), st.integers(0, 1)), max_size=3),
    st.randoms(use_true_random=False),
)
def test_any_weaving_of_the_topics_owes_the_same(
    submitted: list[tuple[str, int]], decided: list[tuple[str, int]], reviewed: list[tuple[str, int]], chance: Random
) -> None:
    """Each topic in its own order, all in any: in the end the same letters wait, go, or are cancelled."""
    received = [("received", 0), ("received", 1)]
    one = [_numbered(told, subject, place) for place, (told, subject) in enumerate(received + submitted)]
    two = [_numbered(told, subject, place + 100) for place, (told, subject) in enumerate(decided)]
    three = [_numbered(told, subject, place + 200) for place, (told, subject) in enumerate(reviewed)]
    woven = _woven(_woven(one, two, chance), three, chance)
    assert _apply([[event] for event in woven]) == _apply([one, two, three])


def _woven(one: list[Event[Told]], other: list[Event[Told]], chance: Random) -> list[Event[Told]]:
    turns = [True] * len(one) + [False] * len(other)
    chance.shuffle(turns)
    ones, others = iter(one), iter(other)
    return [next(ones if turn else others) for turn in turns]


def _numbered(told: str, subject: int, place: int) -> Event[Told]:
    return replace(told_events()[told], id=id_of(f"event {place}"), subject=f"subject {subject}")


def _apply(chunks: list[list[Event[Told]]]) -> dict[object, tuple[bool, bool]]:
    ledger: dict[object, Letter] = {}
    standings: dict[str, Standing] = {}
    for chunk in chunks:
        heard = note(chunk)
        standings |= {it: merge(standings.get(it, NOTHING_HEARD), standing) for it, standing in heard.items()}
        planned = plan(chunk, {it: standings[it] for it in heard}, TIMING)
        ledger = {key: _changed(it, planned) for key, it in ledger.items()}
        ledger = {it.delivery_id: it for it in planned.letters} | ledger
    odd = _of_odd_reforms([event for chunk in chunks for event in chunk])
    kept = {key: it for key, it in ledger.items() if it.kind != "update-request" or it.submission_id not in odd}
    return {key: (it.cancelled, it.waits and not it.cancelled) for key, it in kept.items()}


def _of_odd_reforms(events: list[Event[Told]]) -> set[str]:
    # what is asked of a reform that stands again, or never stood, hangs on the moment: nobody asks that
    outcomes: dict[str, list[str | None]] = {}
    for event in events:
        outcomes.setdefault(event.subject, []).append(note([event]).get(event.subject, NOTHING_HEARD).outcome)
    decided = {subject: [it for it in several if it is not None] for subject, several in outcomes.items()}
    return {subject for subject, several in decided.items() if several != sorted(several) or "declined" in several}


def _changed(letter: Letter, planned: Plan) -> Letter:
    falls = letter.decision_id is not None and letter.submission_id in planned.superseded
    opened = planned.opened.get(letter.submission_id, 0)
    answered = letter.kind == "reminder" and letter.words["round"] in range(opened)
    ended = letter.kind == "update-request" and letter.submission_id in planned.ended
    return structs.replace(
        letter,
        cancelled=letter.cancelled or falls or answered or ended,
        waits=letter.waits and letter.submission_id not in planned.confirmed,
    )


def test_reminder_is_due_some_days_before_the_last() -> None:
    """As many as the timetable says; at once where they are over, and never where the last day is."""
    asked = event_of(decisions.clarification_requested())
    answer_by = decisions.clarification_requested().answer_by
    for now, due_at in (
        (MOMENT, answer_by - timedelta(days=14)),
        (answer_by - timedelta(days=3), answer_by - timedelta(days=3)),
        (answer_by, None),
    ):
        planned = plan([asked], {}, Timing(now=now, remind_before=timedelta(days=14)))
        assert [it.due_at for it in planned.letters if it.kind == "reminder"] == ([due_at] if due_at else [])
    assert [it.kind for it in plan([asked], {}, Timing(now=MOMENT)).letters] == ["clarification"]


@pytest.mark.parametrize("answered", ["answered", "withdrawn"])
def test_nobody_is_reminded_of_what_they_answered(answered: str) -> None:
    """Also where the answer is heard before the question; a later question is another one."""
    event = told_events()[answered]
    standing = note([event])[event.subject]
    asked = event_of(decisions.clarification_requested())
    [reminder] = [it for it in plan([asked], {asked.subject: standing}, TIMING).letters if it.kind == "reminder"]
    assert reminder.cancelled
    assert plan([event], {}, TIMING).opened[event.subject] > 1
    again = event_of(decisions.clarification_requested(decision=decisions.decision(round=2)))
    [later] = [it for it in plan([again], {again.subject: standing}, TIMING).letters if it.kind == "reminder"]
    assert later.cancelled == (answered == "withdrawn")


def test_points_of_contact_are_told_with_the_next_digest() -> None:
    """They and nobody else: a submitter does not wait for the day's end."""
    digest = MOMENT + timedelta(hours=5)
    planned = plan([told_events()["received"]], {}, Timing(now=MOMENT, next_digest=digest))
    assert [(it.recipient, it.due_at) for it in planned.letters] == [("submitter", None), ("poc:CR", digest)]
