"""A postman that dies anywhere: never two copies outside *unknown*, never a silent gap."""

import asyncio
import os
import signal
import subprocess
import sys
import types
from collections.abc import Coroutine, Generator
from typing import Any

import pytest

from services.chassis.database import Database
from services.notify.domain.delivery import Lost, Result, Taken, TurnedAway, settle
from services.notify.postman.lease import hold_lease, take_over
from services.notify.postman.worker import Postman
from services.notify.store import claims, ledger
from tests.controls.notify import SENDER
from tests.harness.nasty_mail import NastyServer, address_at
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk

MOST_AWAITS = 400


class Killed(BaseException):
    """Nothing after this happens, but for the closing of connections."""


@types.coroutine
def killed_after(awaits: int, coroutine: Coroutine[Any, Any, None]) -> Generator[Any, Any, bool]:
    """Drive a coroutine for so many awaits, then kill it; say whether it had ended before."""
    try:
        for _ in range(awaits):
            yield coroutine.send(None)
        waited = coroutine.throw(Killed())
        while True:  # what open connections still do on their way out
            yield waited
            waited = coroutine.send(None)
    except StopIteration:
        return True
    except Killed:
        return False


async def _claim_and_deliver(postman: Postman, database: Database, lease: int) -> None:
    async with database.transaction() as tx:
        letters = await claims.claim_letters(tx, lease, 1)
    for letter in letters:
        await postman.deliver(database, lease, letter, tx.now)


async def _dies(desk: Desk, awaits: int) -> bool:
    victim, database = desk.postman(), Database(desk.settings, "notify")
    before = _connections()
    await database.open()
    try:
        async with hold_lease(database, desk.settings) as (lease, _):
            return await killed_after(awaits, _claim_and_deliver(victim, database, lease))
    finally:
        await database.close()
        for connection in _connections() - before:  # as the kernel does for a killed process
            connection.abort()


def _connections() -> "set[asyncio.Transport]":
    transports = asyncio.get_running_loop()._transports  # type: ignore[attr-defined]
    return set(transports.values())


@pytest.mark.parametrize("wish", ["ok", "taken-hang-up", "final-451"])
async def test_killed_at_every_await_a_letter_is_sent_once_or_unknown(
    desk: Desk, mail_server: NastyServer, wish: str
) -> None:
    """Each await point of delivering, enumerated: afterwards another postman finishes the work."""
    ends, states = False, set()
    for awaits in range(MOST_AWAITS):
        mail_server.taken.clear()
        await desk.admin.execute("TRUNCATE notify.letter, notify.moved")
        [letter] = await desk.owe()
        desk.vault.submitter = {"name": "Ana", "address": address_at(wish), "language": "es"}
        ends = await _dies(desk, awaits)
        desk.vault.submitter = {"name": "Ana", "address": "ok@example.org", "language": "es"}
        state = await seen(lambda: _finished(desk), what=f"an end after {awaits} awaits")
        copies = mail_server.copies(f"<{letter.delivery_id}@{SENDER.domain}>")
        assert copies <= 1 if state == "unknown" else copies == 1, f"{state} after {awaits} awaits: {copies} copies"
        states.add(state)
        if ends:
            break
    assert ends, "delivering did not end"
    assert awaits > 10, "too few await points were seen"
    assert "unknown" in states, "no kill hit the window after the final dot"


async def test_killed_at_every_await_each_point_of_contact_is_told_once(desk: Desk, mail_server: NastyServer) -> None:
    """Also while a letter to several is made one for each; and when they are listed the other way round afterwards."""
    pocs = [{"name": name, "address": f"{name}@example.org", "language": "es"} for name in ("luis", "eva")]
    ends = False
    for awaits in range(MOST_AWAITS):
        mail_server.recipients.clear()
        await desk.admin.execute("TRUNCATE notify.letter, notify.moved")
        await desk.owe("received", only="poc:")
        desk.vault.pocs = pocs
        ends = await _dies(desk, awaits)
        desk.vault.pocs = pocs[::-1]
        states = await seen(lambda: _all_finished(desk), what=f"an end after {awaits} awaits")
        told = sorted(mail_server.recipients)
        assert len(states) == 2
        everybody = [("eva@example.org",), ("luis@example.org",)]
        assert told == everybody or ("unknown" in states and len(told) == len(set(told))), f"{told} after {awaits}"
        if ends:
            break
    assert ends, "delivering did not end"


async def _finished(desk: Desk) -> str | None:
    states = await _all_finished(desk)
    return states[0] if states else None


async def _all_finished(desk: Desk) -> list[str]:
    await desk.make_due()
    await desk.go_once()
    states = await desk.states()
    return states if set(states) <= {"sent", "unknown"} else []


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
    postman = desk.postman()
    async with hold_lease(desk.database, desk.settings) as (lease, _):
        async with desk.database.transaction() as tx:
            [claimed] = await claims.claim_letters(tx, lease, 1)
        async with desk.database.transaction() as tx:
            await ledger.cancel_letters(tx, [letter.submission_id])
        await postman.deliver(desk.database, lease, claimed, tx.now)
    assert await desk.states() == ["cancelled"]
    assert mail_server.taken == []
    assert await desk.told() == []


async def test_zombie_does_not_send_what_another_took_over(desk: Desk, mail_server: NastyServer) -> None:
    """It wakes up after its lease was lost: the letter it still holds is no longer its own."""
    await desk.owe()
    zombie = desk.postman()
    async with desk.database.transaction() as tx:
        [claimed] = await claims.claim_letters(tx, 4711, 1)
    await desk.go_once()
    await zombie.deliver(desk.database, 4711, claimed, tx.now)
    zombie.server.hang_up()
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
            assert await claims.intend_final_dot(tx, letter, number)
        await take_over(desk.database)
        assert await desk.states() == ["unknown"]
        async with desk.database.transaction() as tx:
            await claims.save_settlements(tx, [settle(letter, Lost(), tx.now)], [number])
            await claims.save_settlements(tx, [settle(letter, result, tx.now)], [number + 100])
        assert await desk.states() == ["unknown"], "only its own postman knows"
        async with desk.database.transaction() as tx:
            await claims.save_settlements(tx, [settle(letter, result, tx.now)], [number])
        assert await desk.states() == [state]
