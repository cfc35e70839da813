"""The fold over `submissions`: every round and version enters, in every state."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.event import Event
from contracts.notices import NoticeEvent
from contracts.reviews import WithdrawalAccepted, WithdrawalRefused
from contracts.vocabulary import Channel
from services.chassis.errors import Refusal
from services.review.domain.batches import Entry, Manifest, make_manifest
from services.review.domain.entering import Entering, Key, Standing, fold, subjects_to_find
from services.review.domain.items import Entered, InReview, Withdrawn
from services.review.domain.letters import LetterTold, read_letters
from services.review.domain.parked import counts, month_of
from tests.controls import notices, submissions
from tests.controls.envelope import MOMENT, MONTH, event_of, id_of, reference_of, submission_id
from tests.controls.proposals import proposal_in_french
from tests.controls.review import item

RECEIVED = event_of(submissions.submission_received())
AMENDED = event_of(submissions.submission_amended())
WITHDRAWN = event_of(submissions.withdrawal_requested())
CLARIFIED = event_of(submissions.submission_clarified())
SUBJECT = str(submission_id())


def enter(*events: Event[Any], known: Mapping[Key, Standing] | None = None) -> Entering:
    """Fold a chunk."""
    return fold(known or {}, events, MOMENT)


def standing(state: Any) -> Standing:
    """The example submission, in this state."""
    title, institution = RECEIVED.data.proposal.title, RECEIVED.data.proposal.lead_institution
    texts = (reference_of(), title, "CR", institution, RECEIVED.id, RECEIVED.id)
    return Standing(state, *texts, Channel.STANDALONE, "es", resubmission=False, came_at=RECEIVED.data.received_at)


def test_received_enters_its_month() -> None:
    """Round 1, version 1."""
    entered = enter(RECEIVED)
    assert entered.fresh == {(SUBJECT, 1): standing(Entered(item()))}
    assert (entered.changed, entered.facts, entered.told) == ({}, [], [RECEIVED])


def test_amended_is_a_new_version_of_the_same_round() -> None:
    """In the chunk of its receipt, or later."""
    told_at_once = enter(RECEIVED, AMENDED)
    told_later = enter(AMENDED, known=enter(RECEIVED).fresh)
    assert told_at_once.fresh == told_later.changed
    after = told_later.changed[SUBJECT, 1]
    assert after.state == Entered(item(version=2))
    assert (after.title, after.told_by, after.received_by) == (AMENDED.data.proposal.title, AMENDED.id, RECEIVED.id)


def test_an_amendment_of_something_withdrawn_changes_nothing_but_the_version() -> None:
    """It is recorded, so that counts match; the item stays withdrawn."""
    entered = enter(RECEIVED, WITHDRAWN, AMENDED)
    assert entered.fresh[SUBJECT, 1].state == Withdrawn(item(version=2))
    assert entered.told == [RECEIVED, AMENDED]
    assert [type(fact.data) for fact in entered.facts] == [WithdrawalAccepted]


def test_an_answer_opens_the_next_round() -> None:
    """In the batch of the month in which it came; receipt and reference stay."""
    entered = enter(RECEIVED, CLARIFIED)
    after = entered.fresh[SUBJECT, 2]
    assert after.state == Entered(item(round=2, version=2, month="2027-01"))
    assert (after.reference, after.received_by, after.told_by) == (reference_of(), RECEIVED.id, CLARIFIED.id)


def test_a_second_withdrawal_is_refused_by_an_event() -> None:
    """The first was accepted; intake hears both."""
    entered = enter(RECEIVED, WITHDRAWN, WITHDRAWN)
    assert [type(fact.data) for fact in entered.facts] == [WithdrawalAccepted, WithdrawalRefused]
    assert {fact.cause for fact in entered.facts} == {WITHDRAWN.cause}


def test_markers_are_kept_apart() -> None:
    """They are no item."""
    marker = event_of(submissions.month_closed())
    entered = enter(RECEIVED, marker)
    assert (entered.markers, len(entered.fresh)) == ([marker], 1)


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ((AMENDED,), "unknown-round"),
        ((WITHDRAWN,), "unknown-submission"),
        ((CLARIFIED,), "unknown-submission"),
        ((RECEIVED, CLARIFIED, CLARIFIED), "round-exists"),
        ((RECEIVED, RECEIVED), "round-exists"),
        ((RECEIVED, replace(AMENDED, data=submissions.submission_amended(month="2026-12"))), "batch-sealed"),
    ],
)
def test_what_cannot_be_is_refused(events: tuple[Event[Any], ...], code: str) -> None:
    """Such an event is parked, never skipped."""
    with pytest.raises(Refusal, match=f"^{code}"):
        enter(*events)


def test_an_amendment_after_sealing_is_refused() -> None:
    """Intake emits none; if one comes it is parked."""
    with pytest.raises(Refusal, match="batch-sealed"):
        enter(AMENDED, known={(SUBJECT, 1): standing(InReview(item()))})


def test_only_submissions_that_began_earlier_are_looked_up() -> None:
    """A receipt is a submission's first event: a chunk of receipts reads nothing."""
    other = event_of(submissions.submission_amended(), number=2)
    marker = event_of(submissions.month_closed())
    assert subjects_to_find([RECEIVED, AMENDED, WITHDRAWN, other, marker]) == ([other.subject], [])


def test_only_withdrawals_lock() -> None:
    """They may meet a decision; nothing else changes an item before its month is closed."""
    withdrawn = event_of(submissions.withdrawal_requested(), number=2)
    assert subjects_to_find([AMENDED, event_of(submissions.submission_amended(), number=2), withdrawn]) == (
        [SUBJECT],
        [withdrawn.subject],
    )


def a_months_events() -> list[Event[Any]]:
    """Four submissions in each of two partitions: amended, withdrawn, answered in the next month."""
    told: list[Event[Any]] = []
    for number in range(8):
        told.append(event_of(submissions.submission_received(number), number=number))
        if number % 2:
            amended = submissions.submission_amended(proposal=proposal_in_french())
            told.append(event_of(amended, number=number))
        if number % 4 == 3:
            told.append(event_of(submissions.withdrawal_requested(), number=number))
        if number % 4 == 2:
            told.append(event_of(submissions.submission_clarified(month=MONTH), number=number))
    return told


def partition(event: Event[Any]) -> str:
    """Where a subject's events go, in this test."""
    return event.subject[-1]


def manifest_of(events: Sequence[Event[Any]], cuts: Sequence[int]) -> Manifest:
    """Fold events in chunks, as the service does, and list the month's batch."""
    store: dict[Key, Standing] = {}
    edges = [0, *sorted(cuts), len(events)]
    for begin, end in pairwise(edges):
        chunk = events[begin:end]
        to_find = subjects_to_find(chunk)
        wanted = {*to_find.to_read, *to_find.to_lock}
        entered = fold({key: found for key, found in store.items() if key[0] in wanted}, chunk, MOMENT)
        store |= entered.fresh | entered.changed
    items = (found.state.item for found in store.values())
    return make_manifest(Entry(i.submission_id, i.round, i.version) for i in items if i.month == MONTH)


@given(st.data())
def test_the_batch_is_a_pure_function_of_the_log(data: st.DataObject) -> None:
    """However partitions interleave and chunks are cut, the manifest has the same bytes."""
    log: dict[str, list[Event[Any]]] = defaultdict(list)
    for event in a_months_events():
        log[partition(event)].append(event)
    order = data.draw(st.permutations([p for p, events in log.items() for _ in events]))
    queues = {p: list(events) for p, events in log.items()}
    events = [queues[p].pop(0) for p in order]
    cuts = data.draw(st.lists(st.integers(0, len(events)), max_size=6))
    assert manifest_of(events, cuts) == manifest_of(a_months_events(), [])


def test_what_can_still_be_read_of_a_parked_event() -> None:
    """Its month, if its bytes hold one; and whether it counts."""
    assert month_of(b'{"data":{"month":"2026-11","x":1}}') == MONTH
    assert [month_of(raw) for raw in (None, b"", b"\xff", b"[]", b'{"data":{}}')] == [None] * 5
    assert (counts(AMENDED.type), counts(WITHDRAWN.type), counts(None), counts("x")) == (True, False, True, True)


def test_letter_stands_where_it_was_last_told_to_stand() -> None:
    """Sent and come back, in doubt and then surely sent; a receipt is about no decision."""
    back, doubtful, receipt = notices.notice(1), notices.notice(2), notices.notice(3, decision_id=None, kind="receipt")
    told: list[NoticeEvent] = [
        notices.notice_sent(notice=back),
        notices.notice_failed(notice=doubtful, code="outcome-unknown"),
        notices.notice_failed(notice=back, code="bounced"),
        notices.notice_sent(notice=receipt),
        notices.notice_sent(notice=doubtful, repeated=True),
    ]
    assert sorted(read_letters(told), key=lambda it: it.state) == [
        LetterTold(back.delivery_id, back.decision_id or id_of("none"), "outcome", "failed"),
        LetterTold(doubtful.delivery_id, doubtful.decision_id or id_of("none"), "outcome", "sent"),
    ]
