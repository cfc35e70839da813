"""A postman that dies anywhere: never two copies outside *unknown*, never a silent gap."""

import os
import signal
import subprocess
import sys

import pytest

from services.notify.domain.delivery import Lost, Result, Taken, TurnedAway, settle
from services.notify.domain.mail import Mail
from services.notify.postman.lease import hold_lease, take_over
from services.notify.store import claims, ledger
from tests.controls.envelope import id_of
from tests.harness.mortal import lives_to_its_end
from tests.harness.nasty_mail import NastyServer
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk
from tests.integration.notify.killing import LOADS, End, Load, carrying, ends_of, faults, finish

MOST_SUSPENSIONS = 600


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
async def test_killed_at_every_await_everything_is_told_once_or_unknown(desk: Desk, load: Load) -> None:
    """Each point at which any task of a postman waits, enumerated: afterwards another postman finishes the work."""
    ends: set[End] = set()
    for ends_at in range(1, MOST_SUSPENSIONS):
        await load.lay(desk)
        untouched = await lives_to_its_end(ends_at, carrying(desk, load))
        await finish(desk, what=f"suspension {ends_at}")
        found = await faults(desk)
        assert not found, f"killed at suspension {ends_at}: {found}"
        ends.update(await ends_of(desk))
        if untouched:
            break
    assert untouched, "delivering did not end"
    assert ends_at > 20, "too few suspensions were seen"
    assert ends == {End("sent", 1), End("unknown", 0), End("unknown", 1)}, "no kill hit the window around the dot"


@pytest.mark.parametrize(
    ("failpoint", "state", "copies", "finally_"),
    [
        ("letters_claimed", "claimed", 0, "sent"),
        ("final_dot_intended", "final-dot-intended", 0, "unknown"),
        ("final_dot_answered", "final-dot-intended", 1, "unknown"),
    ],
)
async def test_killed_by_sigkill_in_a_state_the_next_postman_knows_what_to_do(
    desk: Desk, mail_server: NastyServer, failpoint: str, state: str, copies: int, finally_: str
) -> None:
    """A real process, a real SIGKILL, once in each state in which a postman has a letter in hand."""
    await desk.owe()
    _kill_a_postman(desk, failpoint)
    assert await desk.states() == [state]
    assert len(mail_server.taken) == copies
    await seen(lambda: _went_to(desk, finally_), what=f"the letter {finally_}")
    assert len(mail_server.taken) == (1 if finally_ == "sent" else copies)
    told = [event["type"].rpartition(".notice.")[2] for event in await desk.told()]
    assert told == (["sent.v1"] if finally_ == "sent" else ["failed.v1"])


async def _went_to(desk: Desk, state: str) -> bool:
    await desk.go_once()
    return await desk.states() == [state]


def _kill_a_postman(desk: Desk, failpoint: str) -> None:
    settings = desk.settings
    env = {
        "PATH": os.environ["PATH"],
        "FAILPOINT": failpoint,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "KAFKA_BOOTSTRAP_SERVERS": "unused",
        "SMTP_PORT": str(settings.smtp_port),
        "PUBLIC_URL": str(settings.public_url),
    }
    lonely = [sys.executable, "-m", "tests.integration.notify.lonely_postman"]
    died = subprocess.run(lonely, env=env, check=False, capture_output=True, timeout=60)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()


async def test_letter_cancelled_in_hand_is_not_sent(desk: Desk, mail_server: NastyServer) -> None:
    """Between the claim and the final dot there is still time to turn back."""
    [letter] = await desk.owe()
    async with hold_lease(desk.database, desk.settings) as (lease, _):
        [errand] = await desk.claim(lease)
        async with desk.database.transaction() as tx:
            await ledger.cancel_letters(tx, {letter.submission_id: id_of("a correction")})
        await desk.deliver(errand)
    assert await desk.states() == ["cancelled"]
    assert mail_server.taken == []
    assert await desk.told() == []


async def test_zombie_does_not_send_what_another_took_over(desk: Desk, mail_server: NastyServer) -> None:
    """It wakes up after its lease was lost: the letter it still holds is no longer its own."""
    await desk.owe()
    [errand] = await desk.claim(4711)
    await desk.go_once()
    await desk.deliver(errand)
    assert await desk.states() == ["sent"]
    assert len(mail_server.taken) == 1


async def test_late_answer_settles_an_unknown_letter(desk: Desk) -> None:
    """The postman that handed it over was slow, not dead: what it knows is better than not knowing."""
    learnt: list[tuple[Result, str]] = [(Taken("<id>"), "sent"), (TurnedAway("554"), "failed")]
    for number, (result, state) in enumerate(learnt):
        await desk.admin.execute("TRUNCATE notify.letter")
        await desk.owe()
        async with desk.database.transaction() as tx:
            [letter] = await claims.claim_letters(tx, number, 1)
            assert await claims.intend_final_dots(tx, [(number, Mail((letter,)))])
        await take_over(desk.database)
        assert await desk.states() == ["unknown"]
        async with desk.database.transaction() as tx:
            await claims.save_settlements(tx, [settle(letter, Lost(), tx.now)], [number])
            await claims.save_settlements(tx, [settle(letter, result, tx.now)], [number + 100])
        assert await desk.states() == ["unknown"], "only its own postman knows"
        async with desk.database.transaction() as tx:
            await claims.save_settlements(tx, [settle(letter, result, tx.now)], [number])
        assert await desk.states() == [state]
