"""Trouble that passes: the postman goes on, and what it knows of a letter is written down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest

from services.notify.domain.delivery import PutOff, Taken, settle
from services.notify.domain.mail import Mail
from services.notify.postman.worker import Postman
from services.notify.store import claims, leases
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk, run_until

TROUBLE = """
CREATE SEQUENCE notify.times;
CREATE FUNCTION notify.trouble() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF nextval('notify.times') <= 2 THEN
        RAISE EXCEPTION 'trouble' USING ERRCODE = '{sqlstate}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trouble BEFORE UPDATE ON notify.letter
FOR EACH ROW WHEN (NEW.state = '{state}') EXECUTE FUNCTION notify.trouble();
"""
"""Twice, whatever would bring a letter into this state fails; a sequence counts on when a transaction does not."""

NO_TROUBLE = "DROP FUNCTION IF EXISTS notify.trouble CASCADE; DROP SEQUENCE IF EXISTS notify.times"

HANG_UP = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'notify'"
)

HANG_UP_LEASES = """
SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database
WHERE locktype = 'advisory' AND classid = $1 AND datname = current_database()
"""

Plant = Callable[[str, str], Awaitable[None]]


@pytest.fixture
async def plant(desk: Desk) -> AsyncIterator[Plant]:
    """Plants trouble in the ledger, for a state and with an SQLSTATE."""

    async def planted(state: str, sqlstate: str) -> None:
        await desk.admin.execute(TROUBLE.format(state=state, sqlstate=sqlstate))

    yield planted
    await desk.admin.execute(NO_TROUBLE)


@pytest.mark.parametrize("state", ["claimed", "final-dot-intended", "sent"])
@pytest.mark.parametrize("sqlstate", ["40P01", "55P03", "57P01", "OGC01"])
async def test_trouble_that_passes_ends_nothing(desk: Desk, plant: Plant, state: str, sqlstate: str) -> None:
    """A deadlock, a lock timeout, a shutdown, a halted relay: every letter is sent once, and told as sent."""
    await desk.owe(times=3)
    await plant(state, sqlstate)
    await _work_until(desk, desk.postman(), ["sent"] * 3)
    assert len(desk.server.taken) == 3
    assert [event["type"].rpartition(".notice.")[2] for event in await desk.told()] == ["sent.v1"] * 3


async def test_trouble_in_taking_over_ends_nothing(desk: Desk, plant: Plant) -> None:
    """The letters of a postman that is gone are looked after at the next try."""
    await desk.owe(times=2)
    async with desk.database.transaction() as tx:
        await claims.claim_letters(tx, 4711, 1)
    await plant("pending", "40P01")
    await _work_until(desk, desk.postman(), ["sent"] * 2)
    assert len(desk.server.taken) == 2


async def test_answer_that_came_is_kept_though_the_database_was_away(desk: Desk) -> None:
    """All connections are lost while the mail server makes up its mind: the letter is sent, and never sent again.

    Its lease has ended, so that meanwhile another postman calls it unknown; who knows better says so.
    """
    desk.vault.submitter = {"name": "Ana", "address": "ana@taken-stall.example", "language": "es"}
    await desk.owe()
    work = asyncio.ensure_future(desk.postman(smtp_final_reply_seconds=30).work(desk.database))
    try:
        await seen(desk.states, lambda states: states == ["final-dot-intended"], what="the letter handed over")
        await desk.admin.execute(HANG_UP)
        await seen(lambda: _taken_over(desk), what="the letter called unknown")
        await seen(desk.states, lambda states: states == ["sent"], what="the answer kept")
        desk.vault.submitter = {"name": "Ana", "address": "ok@example.org", "language": "es"}
        await desk.owe("declined")
        await seen(desk.states, lambda states: states == ["sent"] * 2, what="another letter sent")
    finally:
        await _stop(work)
    assert [event["type"].rpartition(".notice.")[2] for event in await desk.told()] == [
        "failed.v1",
        "sent.v1",
        "sent.v1",
    ]
    assert len(desk.server.taken) == 2


async def test_attempt_is_settled_once(desk: Desk) -> None:
    """Said again, after an answer of the ledger that was lost, it tells nothing, and touches no later attempt."""
    await desk.owe()
    async with desk.database.transaction() as tx:
        [letter] = await claims.claim_letters(tx, 7, 1)
        assert await claims.intend_final_dots(tx, [(7, Mail((letter,)))])
        assert await claims.intend_final_dots(tx, [(7, Mail((letter,)))])
        late = settle(letter, PutOff("450"), tx.now)
        assert await claims.save_settlements(tx, [late], [7]) == {(letter.delivery_id, 1)}
        assert await claims.save_settlements(tx, [late], [7]) == set()
    await desk.make_due()
    async with desk.database.transaction() as tx:
        [again] = await claims.claim_letters(tx, 7, 1)
        assert await claims.save_settlements(tx, [late], [7]) == set()
        assert not await claims.intend_final_dots(tx, [(7, Mail((letter,)))])
        assert await claims.intend_final_dots(tx, [(7, Mail((again,)))])
        taken = settle(again, Taken("<id>"), tx.now)
        assert await claims.save_settlements(tx, [taken], [7]) == {(letter.delivery_id, 2)}
        assert await claims.save_settlements(tx, [taken], [7]) == set()
    assert len(await desk.told()) == 1


async def test_letter_that_was_surely_not_handed_over_is_not_unknown(desk: Desk) -> None:
    """The intention was written, its answer lost, the lease too: whoever knows that nothing was sent says so."""
    await desk.owe()
    [errand] = await desk.claim(7)
    async with desk.database.transaction() as tx:
        assert await claims.intend_final_dots(tx, [(7, errand.mail)])
    await _taken_over(desk)
    assert await desk.states() == ["unknown"]
    await desk.deliver(errand)
    assert await desk.states() == ["failed-temporarily"]
    assert desk.server.taken == []


async def test_lease_that_is_lost_is_followed_by_another(desk: Desk) -> None:
    """A postman whose connection is gone gives up its claims, and goes on with a new lease."""
    await desk.owe()
    work = asyncio.ensure_future(desk.postman().work(desk.database))
    try:
        await seen(desk.states, lambda states: states == ["sent"], what="the letter sent")
        lost = await desk.admin.fetch(HANG_UP_LEASES, leases.POSTMEN)
        assert len(lost) == 1
        await desk.owe("declined")
        await seen(desk.states, lambda states: states == ["sent"] * 2, what="another letter sent")
    finally:
        await _stop(work)


async def test_stop_is_heard_though_the_database_is_away(desk: Desk) -> None:
    """What a lost connection says on the way out does not make a postman go on that was told to stop."""
    await desk.owe()
    work = asyncio.ensure_future(desk.postman(postman_beat_seconds=60, postman_silence_seconds=90).work(desk.database))
    await seen(desk.states, lambda states: states == ["sent"], what="the letter sent")
    assert await desk.admin.fetch(HANG_UP_LEASES, leases.POSTMEN)
    work.cancel()
    _, pending = await asyncio.wait([work], timeout=10)
    work.cancel()
    assert not pending
    assert work.cancelled()


async def test_what_is_no_passing_trouble_ends_the_process(desk: Desk, plant: Plant) -> None:
    """A mistake in the code or the ledger is not tried for ever."""
    await desk.owe()
    await plant("sent", "23514")
    with pytest.raises(Exception, match="trouble"):
        await asyncio.wait_for(desk.postman().work(desk.database), 30)


async def _work_until(desk: Desk, postman: Postman, states: list[str]) -> None:
    done = asyncio.ensure_future(seen(desk.states, lambda found: found == states, what=f"{states}", within_seconds=30))
    try:
        await run_until(postman, desk.database, done)
        await done
    finally:
        done.cancel()


async def _taken_over(desk: Desk) -> bool:
    await desk.go_once()
    return await desk.states() == ["unknown"]


async def _stop(work: "asyncio.Future[None]") -> None:
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
