"""Letters in doubt that go once more: a server that deduplicates has one copy in the end, whatever it had answered."""

import pytest

from contracts.event import Event
from services.notify.domain.planning import Told
from services.notify.postman.doubts import settle_doubts
from tests.controls import decisions
from tests.controls.envelope import event_of
from tests.controls.notify import on_decisions
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
