"""Before the submitter's address is confirmed nobody else is written to; then everybody is, once."""

import asyncio

import pytest

from contracts.event import Event
from deploy.stack.mailbox import text_of
from services.notify.domain.planning import Told
from tests.controls import decisions, stories, submissions
from tests.controls.envelope import event_of
from tests.controls.notify import handler_of
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk

RECEIVED: Event[Told] = event_of(submissions.submission_received(contact_confirmed=False))
VOUCHED: Event[Told] = event_of(submissions.submission_received())
CONFIRMED: Event[Told] = event_of(stories.contact_confirmed())
ACCEPTED: Event[Told] = event_of(decisions.submission_accepted())
CORRECTED: Event[Told] = event_of(decisions.decision_corrected_to_declined())
LUIS = {"name": "Luis", "address": "luis@example.org", "language": "es"}


async def test_nobody_else_is_told_before(desk: Desk) -> None:
    """Receipt and outcome go to the submitter; what the point of contact is owed waits, and is no task of anybody's."""
    desk.vault.pocs = [LUIS]
    await _hear(desk, RECEIVED, ACCEPTED)
    await _go_until_idle(desk)
    assert await _ledger(desk) == {
        ("receipt", "submitter"): "sent",
        ("poc-informed", "poc:CR"): "waiting-for-confirmation",
        ("outcome", "submitter"): "sent",
        ("poc-outcome", "poc:CR"): "waiting-for-confirmation",
    }
    assert not [path for path in desk.vault.asked if path.startswith("/members/")]


async def test_then_everybody_hears_what_they_missed_once(desk: Desk) -> None:
    """In one piece of mail, and in the order in which it happened; following the link again changes nothing."""
    desk.vault.pocs = [LUIS]
    await _hear(desk, RECEIVED, ACCEPTED)
    await _go_until_idle(desk)
    for _ in range(2):
        await _hear(desk, CONFIRMED)
        await _go_until_idle(desk)
    assert set((await _ledger(desk)).values()) == {"sent"}
    [to_luis] = [mail for mail in desk.server.taken if "luis" in str(mail["To"])]
    assert str(to_luis["Subject"]) == "Open Gov Challenge: para su información, envíos recibidos y decisiones tomadas"
    text = text_of(to_luis)
    assert text.index("Envíos recibidos") < text.index("Decisiones tomadas")
    assert text.count("Referencia OGC-2026-000001") == 2


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_any_order_of_the_topics_ends_the_same(desk: Desk, place: int) -> None:
    """Decisions may be heard before the receipt, or between it and the confirming; also when all is told again."""
    order = [RECEIVED, CONFIRMED]
    order.insert(place, ACCEPTED)
    await _hear(desk, *order)
    once = await desk.rows("delivery_id, state")
    await _hear(desk, *order)
    assert await desk.rows("delivery_id, state") == once
    assert [row["state"] for row in once] == ["pending"] * 4


async def test_outcome_heard_before_a_vouched_receipt_waits_for_it(desk: Desk) -> None:
    """Nothing is known of the submission yet; the receipt, once heard, says that a token vouched for the address."""
    await _hear(desk, ACCEPTED)
    assert (await _ledger(desk))["poc-outcome", "poc:CR"] == "waiting-for-confirmation"
    await _hear(desk, VOUCHED)
    assert set((await _ledger(desk)).values()) == {"pending"}


@pytest.mark.parametrize("first", [ACCEPTED, CONFIRMED])
async def test_two_topics_heard_at_once_leave_nothing_waiting(desk: Desk, first: Event[Told]) -> None:
    """Whichever commits first, the other sees it: the confirmation the letter, or the letter the confirmation."""
    await _hear(desk, RECEIVED)
    second = CONFIRMED if first is ACCEPTED else ACCEPTED
    async with desk.database.transaction() as tx:
        await handler_of(first).handler([first], tx)
        hearing = asyncio.ensure_future(_hear(desk, second))
        await seen(lambda: _someone_waits(desk), what="the other handler waiting")
    await hearing
    assert (await _ledger(desk))["poc-outcome", "poc:CR"] == "pending"


async def test_correction_cancels_what_still_waits(desk: Desk) -> None:
    """Confirmed later, the point of contact hears only how it stands."""
    await _hear(desk, RECEIVED, ACCEPTED, CORRECTED, CONFIRMED)
    states = sorted((row["kind"], row["recipient"], row["state"]) for row in await desk.rows() if row["submitter_ref"])
    assert states == [
        ("poc-informed", "poc:CR", "pending"),
        ("poc-outcome", "poc:CR", "cancelled"),
        ("poc-outcome", "poc:CR", "pending"),
        ("poc-outcome", "poc:CRSJO", "pending"),
    ]


async def test_confirming_one_releases_no_other(desk: Desk) -> None:
    """Every submission has its own."""
    other = event_of(submissions.submission_received(2, contact_confirmed=False), number=2)
    await _hear(desk, RECEIVED, other, CONFIRMED)
    waiting = [row["submission_id"] for row in await desk.rows() if row["state"] == "waiting-for-confirmation"]
    assert waiting == [other.subject]


@pytest.mark.parametrize("confirmed", [True, False])
async def test_story_and_nomination_tell_their_sender_alone(desk: Desk, confirmed: bool) -> None:
    """Nothing waits, whether the address is confirmed or not."""
    shared = event_of(stories.story_shared(contact_confirmed=confirmed), number=4)
    named = event_of(stories.nomination_received(contact_confirmed=confirmed), number=6)
    released = event_of(stories.story_released(), number=4)
    await _hear(desk, shared, named, released)
    await _go_until_idle(desk)
    assert await _ledger(desk) == {
        ("story-receipt", "submitter"): "sent",
        ("nomination-receipt", "submitter"): "sent",
        ("story-released", "submitter"): "sent",
    }


async def test_receipt_holds_the_link_until_it_was_followed(desk: Desk) -> None:
    """It is asked for when the letter goes; one that is sent late, after the confirming, asks for nothing any more."""
    await desk.owe("received-unconfirmed", times=2)
    for to_confirm in (True, False):
        desk.vault.to_confirm = to_confirm
        await desk.go_once(desk.postman(postman_claim_letters=1))
    assert ["/confirm/" in text_of(mail) for mail in desk.server.taken] == [True, False]
    assert ["/es/status/" in text_of(mail) for mail in desk.server.taken] == [True, True]


async def test_letter_waits_while_its_links_cannot_be_had(desk: Desk) -> None:
    """It would lead nowhere: it is tried again."""
    desk.vault.knows_links = False
    await desk.owe("received")
    await desk.go_once()
    [row] = await desk.rows()
    assert (row["state"], row["detail"]) == ("failed-temporarily", "links-unknown")
    desk.vault.knows_links = True
    await desk.make_due()
    await desk.go_once()
    assert await desk.states() == ["sent"]


async def test_point_of_contact_who_sent_it_in_is_told_once(desk: Desk) -> None:
    """As the submitter; whoever else is a point of contact is informed."""
    sender = {"name": "Ana Rojas", "address": "OK@example.org", "language": "es"}
    desk.vault.pocs = [sender, LUIS]
    await _hear(desk, event_of(submissions.submission_received_as_recognition()))
    await _go_until_idle(desk)
    rows = {row["recipient"]: (row["state"], row["detail"]) for row in await desk.rows()}
    assert rows == {
        "submitter": ("sent", None),
        "poc:UA": ("cancelled", "same-as-submitter"),
        "poc:UA/2": ("sent", None),
    }
    assert sorted(desk.server.recipients) == [("luis@example.org",), ("ok@example.org",)]
    assert [event["type"].rpartition(".notice.")[2] for event in await desk.told()] == ["sent.v1"] * 2


async def _hear(desk: Desk, *events: Event[Told]) -> None:
    for event in events:
        await desk.hear(handler_of(event), [event])


async def _go_until_idle(desk: Desk) -> None:
    while await desk.go_once():
        pass


async def _ledger(desk: Desk) -> dict[tuple[str, str], str]:
    return {(row["kind"], row["recipient"]): row["state"] for row in await desk.rows()}


async def _someone_waits(desk: Desk) -> bool:
    waits = "SELECT true FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return bool(await desk.admin.fetchval(waits))
