"""Letters in doubt that go once more: with a server that deduplicates everybody has one copy, whatever was killed."""

import pytest

from contracts.event import Event
from services.notify.domain.planning import Told
from services.notify.postman.doubts import settle_doubts
from tests.controls import decisions
from tests.controls.envelope import event_of
from tests.controls.notify import on_decisions
from tests.harness.mortal import lives_to_its_end
from tests.harness.nasty_mail import address_at
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk
from tests.integration.notify.killing import End, Load, carrying, faults, person

MOST_SUSPENSIONS = 300
ONE = Load(name="one", told="accepted", people=("ana@example.org",))
ONCE = {End("sent", 1): (["sent"], ["failed", "sent"])}
"""Told as in doubt, then as sent, or as sent at once."""

AT_ONCE = {"unknown_resend": frozenset({"outcome"}), "unknown_pause_minutes": 0}


async def _go_again(desk: Desk) -> bool:
    await desk.make_due()
    await desk.go_once()
    await settle_doubts(desk.database, desk.settings.model_copy(update=AT_ONCE))
    return set(await desk.states()) == {"sent"}


async def test_killed_at_every_await_everybody_has_exactly_one_copy(desk: Desk) -> None:
    """Where the server knows a Message-ID again, and what is unknown goes once more: one, always."""
    desk.server.deduplicates = True
    heard_twice = False
    for ends_at in range(1, MOST_SUSPENSIONS):
        await ONE.lay(desk)
        untouched = await lives_to_its_end(ends_at, carrying(desk.settings, desk.postman))
        await seen(lambda: _go_again(desk), what=f"it sent after suspension {ends_at}")
        found = await faults(desk, ONCE)
        assert not found, f"killed at suspension {ends_at}: {found}"
        heard_twice |= any(count > 1 for count in desk.server.heard.values())
        if untouched:
            break
    assert untouched, "delivering did not end"
    assert heard_twice, "no kill made the server hear a letter twice"


@pytest.mark.parametrize("wish", ["taken-hang-up", "taken-reset", "final-hang-up", "body-reset", "final-354"])
async def test_lost_answer_is_asked_for_once_more(desk: Desk, wish: str) -> None:
    """Whether the server had taken it or not: it has one in the end."""
    desk.server.deduplicates = True
    await Load(name=wish, told="accepted", people=(address_at(wish),)).lay(desk)
    await desk.go_once()
    assert await desk.states() == ["unknown"]
    desk.server.heeds = False
    await seen(lambda: _go_again(desk), what="it sent")
    assert not await faults(desk, ONCE)


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
        await _go_again(desk)
    told = {row["kind"]: row["state"] for row in await desk.rows() if row["recipient"] == "submitter"}
    assert told == {"outcome": "unknown", "correction": "sent"}
