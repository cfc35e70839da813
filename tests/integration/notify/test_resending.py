"""Letters in doubt that go once more: a server that deduplicates has one copy in the end, whatever it had answered."""

import pytest

from contracts.event import Event
from services.notify.domain.planning import Told
from services.notify.lateness import Lateness
from services.notify.postman.doubts import settle_doubts
from tests.controls import batches, decisions, submissions
from tests.controls.envelope import event_of
from tests.controls.notify import handler_of, on_decisions, on_submissions
from tests.harness.nasty_mail import address_at
from tests.integration.notify.conftest import Desk
from tests.integration.notify.killing import AT_ONCE, Load, go_again, person


@pytest.mark.parametrize("wish", ["taken-hang-up", "taken-reset", "final-hang-up", "body-reset", "final-354"])
async def test_lost_answer_is_asked_for_once_more(desk: Desk, wish: str) -> None:
    """Whether the server had taken it or not: it has one in the end."""
    desk.server.deduplicates = True
    await Load(name=wish, told="accepted", people=(address_at(wish),)).lay(desk)
    await desk.go_once()
    assert await desk.states() == ["unknown"]
    desk.server.heeds = False
    assert not await go_again(desk)


async def test_superseded_letter_in_doubt_does_not_go_again(desk: Desk) -> None:
    """The correction is told; what it overtook is not sent after it."""
    corrected: Event[Told] = event_of(decisions.decision_corrected_to_declined())
    await desk.hear(on_decisions, [event_of(decisions.submission_accepted())])
    await desk.admin.execute("DELETE FROM notify.letter WHERE recipient <> 'submitter'")
    desk.vault.submitter = person(address_at("final-hang-up"))
    await desk.go_once()
    assert await desk.states() == ["unknown"]
    await desk.hear(on_decisions, [corrected])
    desk.server.heeds = False
    for _ in range(2):
        await settle_doubts(desk.database, desk.settings.model_copy(update=AT_ONCE))
        await desk.go_once()
    told = {row["kind"]: row["state"] for row in await desk.rows() if row["recipient"] == "submitter"}
    assert told == {"outcome": "unknown", "correction": "sent"}


async def test_earlier_outcome_in_doubt_does_not_go_again_to_one_of_several(desk: Desk) -> None:
    """The correction is owed to all points of contact of the member, before it is known how many they are."""
    await desk.hear(on_submissions, [event_of(submissions.submission_received())])
    await desk.hear(on_decisions, [event_of(decisions.submission_accepted())])
    await desk.admin.execute("DELETE FROM notify.letter WHERE kind <> 'poc-outcome'")
    desk.vault.pocs = [person("luis@example.org"), person(address_at("final-hang-up"))]
    for _ in range(2):
        await desk.go_once()
    in_doubt = [row["recipient"] for row in await desk.rows() if row["state"] == "unknown"]
    assert in_doubt == ["poc:CR/2"]
    await desk.hear(on_decisions, [event_of(decisions.decision_corrected_to_declined())])
    policy = {"unknown_resend": frozenset({"poc-outcome"}), "unknown_pause_minutes": 0}
    await settle_doubts(desk.database, desk.settings.model_copy(update=policy))
    assert [row["recipient"] for row in await desk.rows() if row["state"] == "unknown"] == in_doubt


OVERTAKEN = {"unknown_resend": frozenset({"reminder", "delay"}), "unknown_pause_minutes": 0}


@pytest.mark.parametrize("kind", ["reminder", "delay"])
@pytest.mark.parametrize("is_resent", [True, False])
async def test_letter_in_doubt_that_was_overtaken_stays_in_doubt(desk: Desk, kind: str, *, is_resent: bool) -> None:
    """Nobody is reminded of what is answered, or told that what is released is late; nor is it said it never went."""
    overtaking = await _hear_of(desk, kind)
    await Lateness(desk.settings.model_copy(update={"delay_days": 20})).tell_all(desk.database)
    await desk.admin.execute("DELETE FROM notify.letter WHERE kind <> $1", kind)
    await desk.make_due()
    desk.vault.submitter = person(address_at("taken-hang-up"))
    await desk.go_once()
    assert await desk.states() == ["unknown"]
    settings = desk.settings.model_copy(update=OVERTAKEN)
    if is_resent:
        await settle_doubts(desk.database, settings)
        assert await desk.states() == ["pending"]
    await desk.hear(handler_of(overtaking), [overtaking])
    await settle_doubts(desk.database, settings)
    assert [row["state"] for row in await desk.rows() if row["kind"] == kind] == ["unknown"]


async def _hear_of(desk: Desk, kind: str) -> Event[Told]:
    """Hear what such a letter is owed for; give what overtakes it."""
    received: Event[Told] = event_of(submissions.submission_received(month="2026-08"))
    asked: Event[Told] = event_of(decisions.clarification_requested())
    answered: Event[Told] = event_of(submissions.submission_clarified())
    sealed: Event[Told] = event_of(batches.batch_sealed(month="2026-08"))
    released: Event[Told] = event_of(batches.batch_released(month="2026-08"))
    before, overtaking = (asked, answered) if kind == "reminder" else (sealed, released)
    for event in (received, before):
        await desk.hear(handler_of(event), [event])
    return overtaking
