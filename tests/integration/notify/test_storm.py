"""Everything at once: a database that hangs up, a mail server and a vault that come and go, corrections in between."""

import asyncio
import random
from collections.abc import Mapping
from uuid import UUID

import pytest

from services.notify.postman.patience import patiently
from services.notify.store import ledger
from tests.controls.envelope import id_of
from tests.harness.nasty_mail import address_at
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk, run_until
from tests.integration.notify.killing import RIGHT, End, Load, faults
from tests.integration.notify.test_trouble import HANG_UP

NASTY = ("taken-hang-up", "final-451", "data-hang-up", "rcpt-421", "taken-said-reset", "body-reset")
LETTERS = 60
BLOWS = 12
AT_REST = {"sent", "unknown", "cancelled"}

STORM = Load(
    name="storm",
    told="accepted",
    people=tuple(
        f"p{n}@example.org" if n % 2 else f"p{n}{address_at(NASTY[n // 2 % len(NASTY)])}" for n in range(LETTERS)
    ),
    times=LETTERS,
)

RIGHT_IN_A_STORM = {
    **RIGHT,
    End("sent", 1): (["sent"], ["failed", "sent"]),
    End("cancelled", 0): ([], ["failed"]),
}
"""A postman whose lease was lost may still learn that what is called unknown was sent, or surely not."""

UNHINDERED = {"breaker_in_a_row": 0}
"""No domain is left alone: what is tried here is what comes of trying."""

MAKE_DUE = "UPDATE notify.letter SET due_at = made_at WHERE state = 'failed-temporarily'"


@pytest.mark.parametrize("seed", [1, 2])
async def test_in_a_storm_everybody_is_told_once_or_unknown(desk: Desk, seed: int) -> None:
    """Two postmen at work, and one blow after the other; when it is over, the rest goes out."""
    await STORM.lay(desk)
    over = asyncio.ensure_future(_blow(desk, random.Random(seed)))
    try:
        await asyncio.gather(*(run_until(desk.postman(**UNHINDERED), desk.database, over) for _ in range(2)))
        await over
    finally:
        over.cancel()
    states = await desk.states()
    assert set(states) <= AT_REST
    assert states.count("sent") > LETTERS / 3
    assert not await faults(desk, RIGHT_IN_A_STORM)


async def _blow(desk: Desk, chance: random.Random) -> None:
    for number in range(BLOWS):
        await seen(lambda least=number: _moved(desk, least), what="something moved")  # type: ignore[misc]
        await chance.choice([_hang_up_database, _restart_mail_server, _lose_vault, _correct])(desk, chance)
        await desk.admin.execute(MAKE_DUE)
    desk.server.heeds = False
    await seen(lambda: _is_over(desk), what="all at rest")


async def _moved(desk: Desk, least: int) -> bool:
    await desk.admin.execute(MAKE_DUE)
    moved = await desk.admin.fetchval("SELECT count(*) FROM notify.moved")
    return moved > 12 * least or await _is_over(desk)


async def _is_over(desk: Desk) -> bool:
    await desk.admin.execute(MAKE_DUE)
    return set(await desk.states()) <= AT_REST


async def _hang_up_database(desk: Desk, _: random.Random) -> None:
    await desk.admin.execute(HANG_UP)


async def _restart_mail_server(desk: Desk, _: random.Random) -> None:
    desk.server.stop()
    desk.server.start()


async def _lose_vault(desk: Desk, chance: random.Random) -> None:
    desk.vault.status, asked = chance.choice([401, 500, 503]), len(desk.vault.asked)
    await seen(lambda: _was_asked(desk, asked), what="the vault asked while it is away")
    desk.vault.status = 200


async def _was_asked(desk: Desk, before: int) -> bool:
    return len(desk.vault.asked) > before or await _is_over(desk)


async def _correct(desk: Desk, chance: random.Random) -> None:
    superseded = {str(id_of(f"subject {n}")): id_of(f"correction {n}") for n in chance.sample(range(LETTERS), 3)}
    await patiently(_cancel, desk, superseded)


async def _cancel(desk: Desk, superseded: Mapping[str, UUID]) -> None:
    async with desk.database.transaction() as tx:
        await ledger.cancel_letters(tx, superseded)
