"""A postman that dies anywhere: never two copies outside *unknown*, never a silent gap."""

import json
import signal
from dataclasses import dataclass

import pytest

from services.notify.domain.addresses import hash_address
from services.notify.domain.delivery import Lost, Result, Taken, TurnedAway, settle
from services.notify.domain.mail import Mail
from services.notify.postman.lease import hold_lease, take_over
from services.notify.store import claims, ledger
from services.notify.store.suppressions import Suppression, insert_suppression
from tests.controls.envelope import id_of
from tests.harness.mortal import lives_to_its_end
from tests.harness.nasty_mail import NastyServer, address_at
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk
from tests.integration.notify.killing import (
    LOADS,
    End,
    Load,
    carrying,
    ends_of,
    faults,
    finish,
    go_again,
    kill_a_postman,
)

MOST_SUSPENSIONS = 600


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
async def test_killed_at_every_await_everything_is_told_once_or_unknown(desk: Desk, load: Load) -> None:
    """Each point at which any task of a postman waits, enumerated: afterwards another postman finishes the work.

    What is unknown then goes once more; the server knows it again, so that it has exactly one copy of everything.
    """
    desk.server.deduplicates = True
    ends: set[End] = set()
    for ends_at in range(1, MOST_SUSPENSIONS):
        await load.lay(desk)
        untouched = await lives_to_its_end(ends_at, carrying(desk.settings, desk.postman))
        await finish(desk, what=f"suspension {ends_at}")
        found = await faults(desk)
        assert not found, f"killed at suspension {ends_at}: {found}"
        ends.update(await ends_of(desk))
        assert not await go_again(desk), f"killed at suspension {ends_at}"
        if untouched:
            break
    assert untouched, "delivering did not end"
    assert ends_at > 20, "too few suspensions were seen"
    assert ends == {End("sent", 1), End("unknown", 0), End("unknown", 1)}, "no kill hit the window around the dot"


@dataclass(frozen=True, kw_only=True)
class Killed:
    """A SIGKILL while a letter is in this state: where, what the server has then, and what becomes of the letter."""

    state: str
    at: dict[str, str]
    to: str = "ana@example.org"
    copies: int = 0
    finally_: str
    told: list[str]
    about: str = "accepted"
    is_suppressed: bool = False


SETTLED = {"FAILPOINT": "letters_settled"}

KILLED = (
    Killed(state="pending", at={"DIES_AT": "1"}, finally_="sent", told=["sent"]),
    Killed(state="claimed", at={"FAILPOINT": "letters_claimed"}, finally_="sent", told=["sent"]),
    Killed(state="final-dot-intended", at={"FAILPOINT": "final_dot_intended"}, finally_="unknown", told=["failed"]),
    Killed(
        state="final-dot-intended",
        at={"FAILPOINT": "final_dot_answered"},
        copies=1,
        finally_="unknown",
        told=["failed"],
    ),
    Killed(state="sent", at=SETTLED, copies=1, finally_="sent", told=["sent"]),
    Killed(state="failed-temporarily", at=SETTLED, to=address_at("rcpt-450"), finally_="sent", told=["sent"]),
    Killed(state="failed", at=SETTLED, to=address_at("rcpt-550"), finally_="failed", told=["failed"]),
    Killed(state="unknown", at=SETTLED, to=address_at("taken-hang-up"), copies=1, finally_="unknown", told=["failed"]),
    Killed(state="held", at=SETTLED, to="not an address", finally_="held", told=["held"]),
    Killed(state="suppressed", at=SETTLED, is_suppressed=True, finally_="suppressed", told=["held"]),
    # a point of contact that is who sent it in
    Killed(state="cancelled", at=SETTLED, to="ok@example.org", about="received", finally_="cancelled", told=[]),
)


@pytest.mark.parametrize("killed", KILLED, ids=lambda killed: f"{killed.state}-{killed.copies}")
async def test_killed_by_sigkill_in_a_state_the_next_postman_knows_what_to_do(desk: Desk, killed: Killed) -> None:
    """A real process, a real SIGKILL, once in each state that a postman brings a letter to."""
    if killed.is_suppressed:
        await _suppress(desk, killed.to)
    to_pocs = killed.about == "received"
    await Load(name=killed.state, told=killed.about, people=(killed.to,), to_pocs=to_pocs).lay(desk)
    assert kill_a_postman(desk.settings, PEOPLE=json.dumps([killed.to]), **killed.at) == -signal.SIGKILL
    assert await desk.states() == [killed.state]
    assert len(desk.server.taken) == killed.copies
    desk.server.heeds = False
    await seen(lambda: _went_to(desk, killed.finally_), what=f"the letter {killed.finally_}")
    if killed.finally_ == "sent":
        assert len(desk.server.taken) == 1
    else:
        assert len(desk.server.taken) == killed.copies
    assert [event["type"].split(".")[-2] for event in await desk.told()] == killed.told


async def _suppress(desk: Desk, address: str) -> None:
    made = Suppression(id_of("suppressed"), hash_address(desk.settings.address_key, address), "operator", "-", "by:me")
    async with desk.database.transaction() as tx:
        assert await insert_suppression(tx, made)


async def _went_to(desk: Desk, state: str) -> bool:
    await desk.make_due()
    await desk.go_once()
    return await desk.states() == [state]


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
