"""Settling by hand a letter of which nobody knows whether it arrived: who said what, why, and what follows."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.chassis.doors.auth import TokenBook
from services.chassis.doors.web import answer_errors
from services.chassis.settings import Token
from services.notify.api import make_doors
from services.notify.postman.doubts import settle_doubts
from tests.controls import decisions
from tests.controls.envelope import event_of
from tests.controls.notify import HOUSE, on_decisions
from tests.harness.nasty_mail import address_at
from tests.integration.notify.conftest import Desk
from tests.integration.notify.killing import Load, person

TOKENS = {"a-token": {"notices:read", "operate"}, "reader": {"notices:read"}}
LOST = address_at("final-hang-up")
WHY = "looked into the log of the mail server"


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """An operator at notify's doors."""
    app = FastAPI()
    app.state.tokens = TokenBook(
        [
            Token(sha256=hashlib.sha256(token.encode()).hexdigest(), actor_ref="operator:1", scopes=frozenset(may))
            for token, may in TOKENS.items()
        ]
    )
    answer_errors(app)
    app.include_router(make_doors(desk.database, HOUSE, desk.settings, dict))
    headers = {"Authorization": "Bearer a-token"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notify", headers=headers) as made:
        yield made


async def in_doubt(desk: Desk) -> str:
    """Send a letter whose answer is lost, and give its id."""
    await Load(name="lost", told="accepted", people=(LOST,)).lay(desk)
    await desk.go_once()
    assert await desk.states() == ["unknown"]
    return str((await desk.rows("delivery_id"))[0]["delivery_id"])


async def say(client: httpx.AsyncClient, delivery_id: str, verdict: str, **headers: str) -> tuple[int, dict[str, Any]]:
    """Settle it, and give the answer."""
    body = {"verdict": verdict, "why": WHY}
    answer = await client.post(f"/notices/{delivery_id}/settle", json=body, headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(("verdict", "told"), [("sent", "sent"), ("failed", "failed")])
async def test_what_somebody_found_out_is_told_and_stays_on_record(
    desk: Desk, client: httpx.AsyncClient, verdict: str, told: str
) -> None:
    """Once; the topic hears it after the doubt, the proof names who said so and why, and nothing is sent."""
    delivery_id = await in_doubt(desk)
    assert await say(client, delivery_id, verdict) == (200, {"delivery_ids": [delivery_id], "state": verdict})
    assert (await say(client, delivery_id, verdict))[1]["code"] == "not-in-doubt"
    shown = (await client.get(f"/notices/{delivery_id}")).json()
    assert [(it["verdict"], it["given_by"], it["why"]) for it in shown["verdicts"]] == [(verdict, "operator:1", WHY)]
    assert shown["became"].endswith("so says somebody who has looked.")
    assert (shown["sent_at"] is not None) == (verdict == "sent")
    assert [event["type"].split(".")[-2] for event in await desk.told()] == ["failed", told]
    assert (await desk.told())[-1]["data"].get("message_id") in {None, f"<{delivery_id}@challenge.example.org>"}
    desk.server.heeds = False
    await desk.make_due()
    assert (await desk.go_once(), desk.server.taken) == (0, [])


async def test_sent_again_by_hand_it_goes_once_with_the_same_message_id(desk: Desk, client: httpx.AsyncClient) -> None:
    """Whatever the policy of its kind and its door; it may be in doubt again, and be settled again."""
    delivery_id = await in_doubt(desk)
    await desk.admin.execute("UPDATE notify.letter SET door = 'http'")
    assert await say(client, delivery_id, "resend") == (200, {"delivery_ids": [delivery_id], "state": "pending"})
    await settle_doubts(desk.database, desk.settings)
    await desk.go_once()
    assert await desk.states() == ["unknown"]
    assert (await say(client, delivery_id, "resend"))[0] == 200
    desk.server.heeds = False
    await desk.go_once()
    assert await desk.states() == ["sent"]
    assert [mail["Message-ID"] for mail in desk.server.taken] == [f"<{delivery_id}@challenge.example.org>"]
    assert (await desk.told())[-1]["data"]["repeated"]
    assert len((await client.get(f"/notices/{delivery_id}")).json()["verdicts"]) == 2


async def test_whole_digest_is_settled_as_one(desk: Desk, client: httpx.AsyncClient) -> None:
    """It was one piece of mail: who names one of its deliveries speaks of all of them, and of nobody else's."""
    await Load(name="digest", told="received", people=(LOST, LOST.upper()), times=2, to_pocs=True).lay(desk)
    await desk.go_once()
    await desk.owe()
    ids = [str(row["delivery_id"]) for row in await desk.rows() if row["state"] == "unknown"]
    assert len(ids) == 2
    assert await say(client, ids[1], "sent") == (200, {"delivery_ids": ids, "state": "sent"})
    assert sorted(await desk.states()) == ["pending", "sent", "sent"]


async def test_what_is_overtaken_is_not_sent_again_by_hand(desk: Desk, client: httpx.AsyncClient) -> None:
    """Its correction is told; the first outcome does not follow it. It stays in doubt, and nothing is recorded."""
    await desk.hear(on_decisions, [event_of(decisions.submission_accepted())])
    await desk.admin.execute("DELETE FROM notify.letter WHERE recipient <> 'submitter'")
    desk.vault.submitter = person(LOST)
    await desk.go_once()
    [row] = await desk.rows()
    await desk.hear(on_decisions, [event_of(decisions.decision_corrected_to_declined())])
    status, answer = await say(client, str(row["delivery_id"]), "resend")
    assert (status, answer["code"]) == (409, "overtaken")
    assert await desk.admin.fetchval("SELECT count(*) FROM notify.verdict") == 0
    assert "unknown" in await desk.states()


async def test_only_operators_settle_and_only_what_is_in_doubt(desk: Desk, client: httpx.AsyncClient) -> None:
    """A reader is refused; so is a letter that waits, or one that nobody knows."""
    [letter] = await desk.owe()
    assert (await say(client, str(letter.delivery_id), "sent", Authorization="Bearer reader"))[0] == 403
    assert (await say(client, str(letter.delivery_id), "sent"))[1]["code"] == "not-in-doubt"
    assert (await say(client, str(letter.submission_id), "failed"))[1]["code"] == "not-in-doubt"
    assert (await say(client, str(letter.delivery_id), "held"))[0] == 422
