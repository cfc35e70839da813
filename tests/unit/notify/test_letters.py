"""Who is told what about which event."""

from uuid import uuid5

import pytest
from msgspec import structs

from contracts.event import Event
from contracts.vocabulary import Channel, Effect
from services.notify.domain.letters import NAMESPACE, language_of, letters_to_each, pocs_of
from services.notify.domain.planning import Told, letters_for, plan
from services.notify.domain.standing import Standing, merge, note
from tests.controls import decisions, reviews, submissions
from tests.controls.envelope import event_of
from tests.controls.notify import letters_about, told_events
from tests.controls.proposals import costa_rica

OWED = {
    "received": [("receipt", "submitter"), ("poc-informed", "poc:CR")],
    "received-in-plan": [("receipt", "submitter")],
    "received-unconfirmed": [("receipt", "submitter"), ("poc-informed", "poc:CR")],
    "received-as-amendment": [("receipt", "submitter")],
    "received-as-recognition": [("receipt", "submitter"), ("poc-informed", "poc:UA")],
    "amended": [("amendment", "submitter")],
    "answered": [("answer", "submitter")],
    "holder-asked": [("update-request", "holder")],
    "withdrawn": [("withdrawal", "submitter")],
    "withdrawal-refused": [("withdrawal-refused", "submitter")],
    "contact-confirmed": [],
    "story-shared": [("story-receipt", "submitter")],
    "story-shared-by-staff": [("story-receipt", "submitter")],
    "story-released": [("story-released", "submitter")],
    "draft-saved": [("draft-link", "submitter")],
    "subscription-asked": [("subscription-confirm", f"subscriber:{told_events()['subscription-asked'].subject}")],
    "nominated": [("nomination-receipt", "submitter")],
    "accepted": [("outcome", "submitter"), ("poc-outcome", "poc:CR")],
    "accepted-as-declared": [("outcome", "submitter"), ("poc-outcome", "poc:CR")],
    "accepted-in-plan": [("outcome", "submitter"), ("poc-outcome", "poc:SN")],
    "declined": [("outcome", "submitter"), ("poc-outcome", "poc:CR")],
    "declined-in-plan": [("outcome", "submitter"), ("poc-outcome", "poc:SN")],
    "declined-no-answer": [("outcome", "submitter"), ("poc-outcome", "poc:CR")],
    "clarification": [("clarification", "submitter"), ("reminder", "submitter")],
    "corrected-to-accepted": [("correction", "submitter"), ("poc-outcome", "poc:CRSJO"), ("poc-outcome", "poc:CR")],
    "corrected-to-declined": [("correction", "submitter"), ("poc-outcome", "poc:CRSJO"), ("poc-outcome", "poc:CR")],
    "recognised": [("outcome", "submitter"), ("poc-outcome", "poc:CR")],
    "not-recognised": [("outcome", "submitter"), ("poc-outcome", "poc:CR")],
    "recognition-corrected": [("correction", "submitter"), ("poc-outcome", "poc:CR")],
    "retracted": [("retraction", "submitter"), ("poc-outcome", "poc:CR")],
    "retracted-in-plan": [("retraction", "submitter"), ("poc-outcome", "poc:CR")],
    "reinstated": [("correction", "submitter"), ("poc-outcome", "poc:CR")],
}


@pytest.mark.parametrize("told", OWED)
def test_letters_go_to_whom_they_are_owed(told: str) -> None:
    """The submitter always; points of contact, at receipt and of every outcome, where they are not party to it."""
    letters = letters_about(told)
    assert [(letter.kind, letter.recipient) for letter in letters] == OWED[told]


@pytest.mark.parametrize(
    "silent",
    [
        decisions.decision_corrected(effect=Effect.SILENT),
        decisions.submission_retracted(effect=Effect.SILENT),
        decisions.submission_reinstated(effect=Effect.SILENT),
    ],
)
def test_silent_correction_tells_nobody(silent: Told) -> None:
    """A typo is mended without a letter, and cancels none."""
    before = event_of(decisions.submission_accepted())
    planned = plan([before, event_of(silent)], {})
    assert planned.superseded == {}
    assert planned.letters == plan([before], {}).letters


def test_delivery_id_is_derived_from_event_recipient_and_kind() -> None:
    """The id can be made again from what is told, by anyone."""
    event = event_of(submissions.submission_received())
    receipt, informed = letters_for(event)
    assert receipt.delivery_id == uuid5(NAMESPACE, f"{event.id}:submitter:receipt")
    assert informed.delivery_id == uuid5(NAMESPACE, f"{event.id}:poc:CR:poc-informed")


def test_delivery_ids_never_change() -> None:
    """A letter written by an earlier release keeps its id; else it would be sent again."""
    ids = {str(letter.delivery_id) for letter in letters_for(told_events()["received"])}
    assert ids == {"89df4721-a614-504d-b1cc-c5857716ac9d", "10a437f6-7a81-56ef-ae2a-7b42d4290c0c"}


def test_letters_to_each_have_ids_that_can_be_made_again() -> None:
    """The first keeps its own; the others' follow from the role that they are given."""
    event = event_of(submissions.submission_received())
    _, informed = letters_for(event)
    first, second = letters_to_each(informed, ["ref-1", "ref-2"])
    assert first == structs.replace(informed, contact_ref="ref-1")
    second_id = uuid5(NAMESPACE, f"{event.id}:poc:CR/2:poc-informed")
    assert second == structs.replace(informed, delivery_id=second_id, recipient="poc:CR/2", contact_ref="ref-2")


def test_locality_that_is_a_member_has_two_points_of_contact() -> None:
    """The local one and the country's."""
    assert pocs_of(costa_rica(code="PHQZT", name="Quezon City", kind="local")) == ["poc:PHQZT", "poc:PH"]
    assert pocs_of(costa_rica()) == ["poc:CR"]


@pytest.mark.parametrize(
    ("tag", "language"), [("fr", "fr"), ("fr-CA", "fr"), ("es-CR", "es"), ("uk", "en"), ("en", "en")]
)
def test_language_without_letters_is_english(tag: str, language: str) -> None:
    """We write in English, French and Spanish; everybody else is told in English."""
    assert language_of(tag) == language


def test_correction_cancels_what_was_not_sent_of_the_decision_before() -> None:
    """In the same chunk: the outcome falls, the receipt stays, the correction is owed."""
    events: list[Event[Told]] = [
        event_of(submissions.submission_received()),
        event_of(decisions.submission_accepted()),
        event_of(decisions.decision_corrected_to_declined()),
    ]
    planned = plan(events, {})
    assert planned.superseded == {events[0].subject: events[-1].id}
    assert [(letter.kind, letter.cancelled) for letter in planned.letters] == [
        ("receipt", False),
        ("poc-informed", False),
        ("outcome", True),
        ("poc-outcome", True),
        ("correction", False),
        ("poc-outcome", False),
        ("poc-outcome", False),
    ]


def test_correction_leaves_other_submissions_alone() -> None:
    """Only the letters of its own submission fall."""
    other = event_of(decisions.submission_accepted(2), number=2)
    planned = plan([other, event_of(decisions.decision_corrected_to_declined())], {})
    assert [letter.cancelled for letter in planned.letters if letter.submission_id == other.subject] == [False, False]


def test_words_hold_no_contact() -> None:
    """What the ledger keeps of an event names nobody, and leads to nobody."""
    for told in told_events():
        for letter in letters_about(told):
            assert "contact_ref" not in letter.words
            assert "holder_ref" not in letter.words
            named = letter.recipient.partition(":")[0] in {"submitter", "holder", "subscriber"}
            assert letter.contact_ref is None or named
            assert letter.submitter_ref is None or letter.recipient != "submitter"


def test_nobody_else_is_told_before_the_address_is_confirmed() -> None:
    """The submitter is; what others are owed waits, of whichever topic it is."""
    received = told_events()["received-unconfirmed"]
    outcome = event_of(decisions.submission_accepted())
    for event in (received, outcome):
        planned = plan([event], {event.subject: Standing()})
        assert [(it.recipient, it.waits) for it in planned.letters] == [("submitter", False), ("poc:CR", True)]
        assert planned.confirmed == ()
    assert [it.waits for it in plan([outcome], {outcome.subject: Standing(confirmed=True)}).letters] == [False, False]


def test_outcome_of_what_was_not_heard_yet_waits() -> None:
    """Two topics have no order between them: the receipt, still to come, says whether the address is confirmed."""
    outcome = event_of(decisions.submission_accepted())
    assert note([outcome]) == {outcome.subject: Standing(outcome="accepted")}
    assert [it.waits for it in plan([outcome], {}).letters] == [False, True]


@pytest.mark.parametrize(
    ("told", "confirmed"),
    [
        ("received", [True]),
        ("received-unconfirmed", [False]),
        ("received-in-plan", [True]),
        ("contact-confirmed", [True]),
        ("amended", [False]),
        ("clarification", [False]),
        ("withdrawn", [False]),
        ("story-shared", []),
        ("nominated", []),
        ("draft-saved", []),
    ],
)
def test_standing_is_kept_of_what_others_may_be_told_of(told: str, confirmed: list[bool]) -> None:
    """Of stories, nominations and drafts nobody but who sent them gets a letter: nothing about them can wait."""
    assert [it.confirmed for it in note([told_events()[told]]).values()] == confirmed


def test_plan_channel_is_informed_of_the_outcome_alone() -> None:
    """Points of contact are party to a plan: they know what comes in, and hear what becomes of it."""
    quezon = costa_rica(code="PHQZT", name="Quezon City", kind="local")
    received = submissions.submission_received(channel=Channel.ACTION_PLAN)
    decision = decisions.decision(channel=Channel.PLAN_AMENDMENT, member=quezon)
    assert [it.recipient for it in letters_for(event_of(received))] == ["submitter"]
    assert [it.recipient for it in letters_for(event_of(decisions.submission_accepted(decision=decision)))] == [
        "submitter",
        "poc:PHQZT",
        "poc:PH",
    ]


def test_nothing_is_said_of_what_is_not_known() -> None:
    """What was heard before the receipt is told with it; a letter without its reference would say nothing."""
    withdrawn = event_of(reviews.withdrawal_accepted())
    early = note([withdrawn])[withdrawn.subject]
    assert letters_for(withdrawn, early) == []
    received = event_of(submissions.submission_received())
    known = merge(early, note([received])[received.subject])
    assert [it.kind for it in letters_for(received, known)] == ["receipt", "poc-informed", "withdrawal"]
    assert letters_for(received, known)[-1] == structs.replace(letters_for(withdrawn, known)[0])
