"""A SIGKILL before a postman may have a letter, and after it had it: while it waits, and when something comes back."""

import signal
from dataclasses import dataclass

import pytest

from services.notify.api.returns import Returns
from services.notify.domain.bounces import read_report
from tests.controls import stories
from tests.controls.bounces import report
from tests.controls.envelope import event_of, id_of
from tests.controls.notify import on_submissions
from tests.integration.notify.conftest import Desk
from tests.integration.notify.killing import Load, kill, kill_a_postman

WAITS = Load(name="waits", told="received", people=("luis@example.org",), to_pocs=True, waits=True)


async def test_killed_while_a_letter_waits_for_confirmation_it_goes_on_waiting_and_then_goes(desk: Desk) -> None:
    """Neither who died nor who takes over has touched it; the confirmation lets it go, once."""
    await WAITS.lay(desk)
    assert kill_a_postman(desk.settings, FAILPOINT="letters_claimed") == -signal.SIGKILL
    assert await desk.go_once() == 0
    assert (await desk.states(), desk.server.taken) == (["waiting-for-confirmation"], [])
    confirmed = event_of(stories.contact_confirmed(), subject=str(id_of("subject 0")))
    await desk.hear(on_submissions, [confirmed])
    await desk.go_once()
    assert (await desk.states(), len(desk.server.taken)) == (["sent"], 1)


@dataclass(frozen=True, kw_only=True)
class CameBack:
    """A SIGKILL while something that came back is taken in: at which point, and where the letter stands then."""

    action: str
    at: str
    leaves: str
    finally_: str
    told: list[str]


CAME_BACK = (
    CameBack(action="failed", at="return_taking", leaves="sent", finally_="bounced", told=["sent", "failed"]),
    CameBack(action="failed", at="return_taken", leaves="bounced", finally_="bounced", told=["sent", "failed"]),
    CameBack(action="delivered", at="return_taken", leaves="delivered", finally_="delivered", told=["sent"]),
)


@pytest.mark.parametrize("back", CAME_BACK, ids=lambda it: f"{it.leaves}-{it.action}")
async def test_killed_while_something_comes_back_it_is_taken_in_once(desk: Desk, back: CameBack) -> None:
    """Whoever brought it got no answer, and brings it again: all that follows has happened once, and all of it."""
    [letter] = await desk.owe()
    await desk.go_once()
    raw = report(letter.delivery_id, action=back.action)
    died = kill("tests.integration.notify.lonely_taker", desk.settings, FAILPOINT=back.at, REPORT=raw.decode())
    assert died == -signal.SIGKILL
    assert await desk.states() == [back.leaves]
    again = await Returns(desk.database, desk.settings).take(
        read_report(raw, desk.settings.mail_domain), raw, "by:pipe"
    )
    assert (again.outcome == "heard-before") == (back.leaves != "sent")
    assert await desk.states() == [back.finally_]
    assert [event["type"].split(".")[-2] for event in await desk.told()] == back.told
    suppressions = await desk.admin.fetchval("SELECT count(*) FROM notify.suppression")
    assert suppressions == (1 if back.action == "failed" else 0)
    assert len(desk.server.taken) == 1
