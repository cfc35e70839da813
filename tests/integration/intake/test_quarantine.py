"""What could not be taken in can be looked at and erased by an operator, and is forgotten after thirty days."""

import asyncio
import base64
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.intake.reception.forgetting import Forgetting
from tests.conftest import TestDatabase
from tests.controls.intake import as_body, standalone_form
from tests.harness.waiting import seen
from tests.integration.intake.conftest import Intake, bearer, opened
from tests.integration.intake.test_bad_input import FormsRecord

BAD = as_body(standalone_form(1, source="kafka:upstream", member="Colombia"))
OPERATOR = bearer("operator")


async def put_aside(intake: Intake, value: bytes = BAD, offset: int = 5) -> None:
    """Let a record come that cannot be taken in."""
    async with intake.database.transaction() as tx:
        await intake.on_forms([FormsRecord("forms", 3, offset, 0, None, value, ())], tx)


async def test_the_old_is_forgotten_though_nothing_comes(intake: Intake) -> None:
    """After thirty days, on a system on which nothing else happens; and not before."""
    forgetting = Forgetting(intake.settings)
    await put_aside(intake)
    await intake.move_clock(timedelta(days=29, hours=23))
    assert await forgetting.forget_old(intake.database) == 0
    await intake.move_clock(timedelta(hours=2))
    assert await forgetting.forget_old(intake.database) == 1
    assert await intake.rows("SELECT FROM intake.quarantine") == []


async def test_forgetting_goes_on_after_trouble_that_passes(database: TestDatabase) -> None:
    """A lock that is not given in time costs no more than the time."""
    async with opened(database, lock_timeout_seconds=1, quarantine_poll_seconds=3600) as intake:
        await put_aside(intake)
        await intake.move_clock(timedelta(days=31))
        locking = intake.admin.transaction()
        await locking.start()
        await intake.admin.execute("LOCK TABLE intake.quarantine")
        forgetting = asyncio.create_task(Forgetting(intake.settings).run(intake.database))
        await seen(partial(backends_that_wait, intake), what="the worker waits")
        await seen(partial(backends_that_wait, intake), lambda waiting: not waiting, what="it waited long enough")
        await locking.commit()
        await seen(partial(intake.rows, "SELECT FROM intake.quarantine"), lambda rows: not rows, what="forgotten")
        assert not forgetting.done()
        forgetting.cancel()


async def backends_that_wait(intake: Intake) -> object:
    """Say who waits for a lock in this database."""
    return await intake.rows(
        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )


async def test_a_list_has_places_and_reasons_and_no_content(intake: Intake) -> None:
    """The latest first; and how many there are."""
    for offset in (5, 6):
        await put_aside(intake, offset=offset)
        await intake.move_clock(timedelta(seconds=1))
    answer = await intake.client.get("/quarantine", headers=OPERATOR)
    listed = answer.json()
    assert listed["total"] == 2
    assert [(row["partition"], row["offset"], row["codes"]) for row in listed["records"]] == [
        (3, 6, ["format"]),
        (3, 5, ["format"]),
    ]
    assert "Nogal" not in answer.text


@pytest.mark.parametrize("value", [BAD, b"\xff\x00 not UTF-8", b""])
async def test_a_record_is_opened_as_it_came(intake: Intake, value: bytes) -> None:
    """Byte for byte, and as text as far as it is one."""
    await put_aside(intake, value)
    answer = await intake.client.get("/quarantine/3/5", headers=OPERATOR)
    [record] = answer.json()["records"]
    assert base64.b64decode(record["base64"]) == value
    assert record["text"] == value.decode(errors="backslashreplace")


async def test_a_place_that_stood_for_two_records_shows_both(intake: Intake) -> None:
    """The topic was made anew meanwhile: its offsets stand for other records."""
    for value in (b"first", b"second"):
        await put_aside(intake, value)
    answer = await intake.client.get("/quarantine/3/5", headers=OPERATOR)
    assert sorted(record["text"] for record in answer.json()["records"]) == ["first", "second"]


async def test_what_is_erased_is_gone_and_does_not_come_back(intake: Intake) -> None:
    """Neither by reading the topic again: the place is known, and nothing is told twice."""
    await put_aside(intake)
    erased, again = [await intake.client.delete("/quarantine/3/5", headers=OPERATOR) for _ in range(2)]
    assert (erased.json(), again.json()) == ({"erased": 1}, {"erased": 0})
    await put_aside(intake)
    [row] = await intake.rows("SELECT sealed, wrapped_key, erased_at FROM intake.quarantine")
    assert (row["sealed"], row["wrapped_key"]) == (None, None)
    [record] = (await intake.client.get("/quarantine/3/5", headers=OPERATOR)).json()["records"]
    assert (record["text"], record["base64"]) == (None, None)
    assert record["erased_at"]
    assert len(await intake.told()) == 1


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/3/5"), ("DELETE", "/3/5")])
async def test_only_an_operator_opens_the_quarantine(intake: Intake, method: str, path: str) -> None:
    """401 without a token, 403 with another's, and 404 where nothing is."""
    await put_aside(intake)

    async def ask(headers: dict[str, str], place: str = path) -> Any:
        return await intake.client.request(method, f"/quarantine{place}", headers=headers)

    assert [(await ask(headers)).status_code for headers in ({}, bearer("notify"), OPERATOR)] == [401, 403, 200]
    if path:
        assert [(await ask(OPERATOR, place)).status_code for place in ("/3/6", "/3/x", "/3/-1")] == [404, 422, 422]
