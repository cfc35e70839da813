"""Webhooks of form systems: signed, each bound to its members, each of one content; and how often anyone may knock."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.chassis.doors.signatures import MEMORY, key_of, sign
from services.intake.reception.forgetting import Forgetting
from tests.conftest import TestDatabase
from tests.controls.intake import action_plan_form, amendment_form, as_body, standalone_form
from tests.integration.intake.acting import ask, send_in
from tests.integration.intake.conftest import WEBHOOK_SECRET, Intake, bearer, opened

SENEGAL = "form-system:senegal"


async def deliver(
    intake: Intake,
    form: dict[str, Any],
    webhook_id: str = "msg_1",
    *,
    later: timedelta = timedelta(0),
    at: datetime | None = None,
) -> Any:
    """Send a form as its system does, signed at this moment or later."""
    body, signed_at = as_body(form), (at or datetime.now(UTC)) + later
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": f"{int(signed_at.timestamp())}",
        "webhook-signature": sign(key_of(WEBHOOK_SECRET), webhook_id, signed_at, body),
    }
    return await intake.client.post(f"/webhooks/{SENEGAL}", content=body, headers=headers)


async def test_a_webhook_gets_a_receipt_in_the_name_of_its_source(intake: Intake) -> None:
    """For a plan too, whose member it is bound to; its contact needs no confirmation."""
    answer = await deliver(intake, action_plan_form())
    assert answer.status_code == 201
    [event] = await intake.told()
    data = event["event"]["data"]
    assert (data["source"], data["entered_by"], data["contact_confirmed"]) == (SENEGAL, SENEGAL, True)
    assert event["key"] == answer.json()["id"]


async def test_what_is_delivered_again_gets_the_same_receipt(intake: Intake) -> None:
    """When it is signed anew; nothing is told twice."""
    answers = [await deliver(intake, standalone_form(), later=timedelta(seconds=second)) for second in (0, 5, 10)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert len(await intake.told()) == 1


async def test_a_replay_is_refused(intake: Intake) -> None:
    """Whoever shows what somebody else signed gets no receipt, for the latest signature nor for an earlier one."""
    now = datetime.now(UTC)
    answers = [
        await deliver(intake, standalone_form(), at=now + timedelta(seconds=second)) for second in (0, 0, 5, 0, 5)
    ]
    assert [answer.status_code for answer in answers] == [201, 409, 200, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.is_error} == {"webhook-replayed"}
    assert len(await intake.told()) == 1


async def test_a_replay_of_what_did_not_get_through_enters(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reception was busy when it came first: nothing stands, and the same bytes may come again."""
    form, now = standalone_form(), datetime.now(UTC)
    with monkeypatch.context() as busy:
        busy.setattr(intake.reception._queue, "put_nowait", _full)
        first = await deliver(intake, form, at=now)
    again = await deliver(intake, form, at=now)
    assert [first.status_code, again.status_code] == [503, 201]


def _full(_: object) -> None:
    raise asyncio.QueueFull


async def test_an_id_stands_for_one_content(intake: Intake) -> None:
    """What comes under the id of another delivery is refused, though the form has an id of its own."""
    await deliver(intake, standalone_form(1))
    answer = await deliver(intake, standalone_form(2))
    assert (answer.status_code, answer.json()["code"]) == (409, "id-reused")
    assert len(await intake.told()) == 1


async def test_a_form_that_does_not_read_leaves_its_id_free(intake: Intake) -> None:
    """So that it can be mended and sent again."""
    wrong = await deliver(intake, standalone_form(proposal__title=None))
    mended = await deliver(intake, standalone_form())
    assert [wrong.status_code, mended.status_code] == [400, 201]


async def test_the_time_is_the_platforms(intake: Intake) -> None:
    """Where that is ahead, what is signed by another clock is old; and the same delivery is forgotten."""
    await deliver(intake, standalone_form())
    await intake.move_clock(MEMORY + timedelta(minutes=1))
    old = await deliver(intake, standalone_form())
    assert (old.status_code, old.json()["code"]) == (401, "webhook-timestamp")
    await Forgetting(intake.settings).forget_old(intake.database)
    assert await intake.rows("SELECT FROM intake.webhook_delivery") == []
    again = await deliver(intake, standalone_form(), later=MEMORY + timedelta(minutes=1))
    assert again.status_code == 200


async def test_nothing_of_a_content_is_remembered(intake: Intake) -> None:
    """But its keyed hash."""
    await deliver(intake, standalone_form())
    [row] = await intake.rows("SELECT d::text AS row FROM intake.webhook_delivery d")
    assert "Nogal" not in row["row"]
    assert "form-000001" not in row["row"]


async def test_each_source_has_a_pace_of_its_own(database: TestDatabase) -> None:
    """429 with the seconds to wait, in the reader's language; who has another name goes on."""
    paced = {"address_requests_per_minute": 3, "token_requests_per_minute": 2, "webhook_requests_per_minute": 1}
    async with opened(database, **paced) as intake:
        given = await send_in(intake, 1)
        await ask(intake, given, "amendments", amendment_form())
        await send_in(intake, 2)
        refused = [
            await intake.client.post("/submissions", content=b"{}", headers={"Accept-Language": "es"}),
            await ask(intake, given, "amendments", amendment_form()),
            await intake.client.post("/channels/story/submissions", content=b"{}"),
            await intake.client.post("/submissions", content=b"{}", headers={"Authorization": "Bearer nobody's"}),
        ]
        for answer in refused:
            assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests")
            assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert refused[0].headers["content-language"] == "es"
        assert "Inténtelo" not in refused[0].text
        assert "inténtelo" in refused[0].text
        with_token = [
            await intake.client.post("/submissions", content=as_body(action_plan_form(7)), headers=bearer("senegal"))
            for _ in range(3)
        ]
        assert [answer.status_code for answer in with_token] == [201, 200, 429]
        signed = [await deliver(intake, standalone_form(8)) for _ in range(2)]
        assert [answer.status_code for answer in signed] == [201, 429]
        assert len(await intake.told()) == 5


async def test_who_signs_wrongly_is_counted_by_address(database: TestDatabase) -> None:
    """And takes nothing from the source in whose name it comes."""
    async with opened(database, address_requests_per_minute=2, webhook_requests_per_minute=1) as intake:
        wrong = [await intake.client.post(f"/webhooks/{SENEGAL}", content=b"{}") for _ in range(3)]
        assert [answer.status_code for answer in wrong] == [401, 401, 429]
        assert (await deliver(intake, standalone_form())).status_code == 201


@pytest.mark.parametrize("channel", ["standalone", "story"])
async def test_each_channel_has_its_door(intake: Intake, channel: str) -> None:
    """It takes its own forms; another channel's has another address."""
    answer = await intake.client.post(f"/channels/{channel}/submissions", content=as_body(standalone_form()))
    if channel == "standalone":
        assert answer.status_code == 201
        return
    codes = {error["field"]: error["code"] for error in answer.json()["errors"]}
    assert (answer.status_code, codes["/channel"], codes["/proposal"]) == (400, "unknown-channel", "unknown-field")


async def test_all_that_is_wrong_is_told_at_once(intake: Intake) -> None:
    """Each with its field, its code and its sentence, in the reader's language."""
    form = standalone_form(member="Colombia", proposal__title="", proposal__ends_on="2019-01-01", contact__address="x")
    headers = {"Accept-Language": "fr"}
    answer = await intake.client.post("/submissions", content=as_body(form), headers=headers)
    problem = answer.json()
    assert {error["field"]: error["code"] for error in problem["errors"]} == {
        "/member": "format",
        "/proposal/title": "length",
        "/proposal/ends_on": "dates",
        "/contact/address": "address",
    }
    assert "La fin précède le début." in {error["detail"] for error in problem["errors"]}
    assert (problem["title"], answer.headers["vary"]) == ("Requête incorrecte", "Accept-Language")
