"""What comes back of letters: taken in once, with all that follows; and an operator's tasks."""

import hashlib
import json
import secrets
from base64 import b64encode
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.chassis.doors.auth import TokenBook
from services.chassis.doors.signatures import key_of, sign
from services.chassis.doors.web import answer_errors
from services.chassis.settings import Token
from services.notify.api.mail import make_mail_doors
from tests.controls.bounces import report
from tests.harness.nasty_mail import address_at
from tests.integration.notify.conftest import Desk

TOKEN = "a-token"
SECRET = f"whsec_{b64encode(b'a secret of the mail provider, long').decode()}"
SCOPES = {TOKEN: {"notices:read", "operate", "bounces:write"}, "reader": {"notices:read"}, "pipe": {"bounces:write"}}
AS_MESSAGE = {"Content-Type": "message/rfc822"}


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at the doors, with a token."""
    webhook = {"mail_webhooks": [{"name": "provider", "secrets": [SECRET]}]}
    settings = type(desk.settings).model_validate({**desk.settings.model_dump(), **webhook})
    app = FastAPI()
    app.state.tokens = TokenBook(
        [
            Token(sha256=hashlib.sha256(token.encode()).hexdigest(), actor_ref=f"by:{token}", scopes=frozenset(may))
            for token, may in SCOPES.items()
        ]
    )
    answer_errors(app)
    app.include_router(make_mail_doors(desk.database, settings, dict))
    seen = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notify", headers=seen) as made:
        yield made


async def sent(desk: Desk, told: str = "accepted", times: int = 1) -> list[UUID]:
    """Send letters, and give their ids."""
    letters = await desk.owe(told, times=times)
    await desk.go_once()
    return [letter.delivery_id for letter in letters]


async def pipe(client: httpx.AsyncClient, raw: bytes) -> dict[str, Any]:
    """Bring a report to the door."""
    answer = await client.post("/bounces/message", content=raw, headers=AS_MESSAGE)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def signed(event: dict[str, Any], key: bytes = key_of(SECRET)) -> tuple[bytes, dict[str, str]]:
    """Sign a provider's event, and give its body and headers."""
    body, webhook_id, now = json.dumps(event).encode(), f"evt_{secrets.token_hex(8)}", datetime.now(UTC)
    headers = {"webhook-id": webhook_id, "webhook-timestamp": f"{int(now.timestamp())}"}
    return body, {**headers, "webhook-signature": sign(key, webhook_id, now, body), "Content-Type": "application/json"}


async def test_hard_bounce_is_told_suppresses_and_is_a_task(desk: Desk, client: httpx.AsyncClient) -> None:
    """The letter came back: the topic hears it, nothing more goes to that address, and somebody has to look."""
    [delivery_id] = await sent(desk)
    assert await pipe(client, report(delivery_id)) == {"outcome": "hard", "letters": 1}
    [row] = await desk.rows()
    assert (row["state"], row["detail"]) == ("bounced", "5.1.1")
    told = (await desk.told())[-1]
    assert (told["type"].rpartition(".notice.")[2], told["data"]["code"]) == ("failed.v1", "bounced")
    assert told["data"]["notice"]["delivery_id"] == str(delivery_id)
    [task] = (await client.get("/bounces", params={"open": "true"})).json()["bounces"]
    assert (task["delivery_ids"], task["status"], task["source"]) == ([str(delivery_id)], "5.1.1", f"by:{TOKEN}")
    [held] = (await client.get("/suppressions")).json()["suppressions"]
    assert (held["why"], held["detail"], held["kept_back"]) == ("bounced", "5.1.1", 0)

    await desk.owe("received")
    await desk.go_once()
    assert sorted(await desk.states()) == ["bounced", "suppressed"]
    assert len(desk.server.taken) == 1
    assert (await desk.told())[-1]["data"]["code"] == "suppressed"
    kept = str([tuple(row.values()) for row in await desk.rows()]) + str(await desk.told())
    assert "ok@example.org" not in kept


async def test_suppression_is_lifted_with_a_reason(desk: Desk, client: httpx.AsyncClient) -> None:
    """Then what was kept back goes; who lifted it, and why, stays."""
    await desk.owe()
    made = await client.post("/suppressions", json={"address": "OK@example.org", "why": "asked to be left alone"})
    assert made.status_code == 201
    again = await client.post("/suppressions", json={"address": "ok@Example.org", "why": "once more"})
    assert again.json()["code"] == "suppressed-already"
    await desk.go_once()
    assert (await desk.states(), desk.server.taken) == (["suppressed"], [])
    path = f"/suppressions/{made.json()['suppression_id']}/lift"
    assert (await client.post(path, json={})).status_code == 422
    assert (await client.post(path, json={"why": "wrote that the mailbox works"})).status_code == 200
    assert (await client.post(path, json={"why": "once more"})).json()["code"] == "not-in-force"
    await desk.go_once()
    assert await desk.states() == ["sent"]
    [past] = (await client.post("/suppressions/find", json={"address": "ok@example.org"})).json()["suppressions"]
    assert (past["lifted_by"], past["lifted_why"]) == (f"by:{TOKEN}", "wrote that the mailbox works")
    assert (await client.get("/suppressions")).json()["suppressions"] == []


async def test_task_is_settled_with_a_reason(desk: Desk, client: httpx.AsyncClient) -> None:
    """Once; then it is no task any more, and says who saw to it."""
    await pipe(client, report((await sent(desk))[0]))
    [task] = (await client.get("/bounces", params={"open": "true"})).json()["bounces"]
    path = f"/bounces/{task['bounce_id']}/settle"
    assert (await client.post(path, json={"why": "asked the institution for another address"})).status_code == 200
    assert (await client.post(path, json={"why": "once more"})).json()["code"] == "not-open"
    assert (await client.get("/bounces", params={"open": "true"})).json()["bounces"] == []
    assert (await client.get("/bounces")).json()["bounces"][0]["settled_by"] == f"by:{TOKEN}"


@pytest.mark.parametrize(
    ("action", "status", "outcome", "state"),
    [
        ("delayed", "4.4.1", "soft", "sent"),
        ("delivered", "2.0.0", "delivered", "delivered"),
        ("failed", "4.4.7", "refused", "bounced"),
        ("failed", "5.7.1", "refused", "bounced"),
    ],
)
async def test_what_does_not_speak_of_the_address_suppresses_nothing(
    desk: Desk, client: httpx.AsyncClient, action: str, status: str, outcome: str, state: str
) -> None:
    """A delay is noted, an arrival too; a letter that failed is told, and the next one goes all the same."""
    [delivery_id] = await sent(desk)
    assert (await pipe(client, report(delivery_id, action=action, status=status)))["outcome"] == outcome
    assert await desk.states() == [state]
    assert (await client.get("/suppressions")).json()["suppressions"] == []


async def test_report_heard_twice_is_heard_once(desk: Desk, client: httpx.AsyncClient) -> None:
    """A mail system that pipes it again, or tells of it again, changes nothing."""
    [delivery_id] = await sent(desk)
    await pipe(client, report(delivery_id))
    told = await desk.told()
    assert (await pipe(client, report(delivery_id)))["outcome"] == "heard-before"
    assert (await pipe(client, report(delivery_id, status="5.1.2")))["outcome"] == "hard"
    assert await desk.told() == told


async def test_report_on_no_letter_of_ours_is_kept_as_such(desk: Desk, client: httpx.AsyncClient) -> None:
    """It is no error, so that nobody sends it for ever; and no task."""
    assert (await pipe(client, report(uuid4())))["outcome"] == "unmatched"
    assert (await pipe(client, report(uuid4(), domain="elsewhere.example.org")))["outcome"] == "unmatched"
    assert len((await client.get("/bounces", params={"outcome": "unmatched"})).json()["bounces"]) == 2
    assert (await client.get("/bounces", params={"open": "true"})).json()["bounces"] == []
    assert await desk.told() == []


async def test_report_that_comes_before_its_letters_answer_is_asked_for_again(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """While a letter is on its way nobody knows what a report means: the mail system keeps it for a minute."""
    [letter] = await desk.owe()
    await desk.admin.execute("UPDATE notify.letter SET state = 'claimed', lease = 1, attempts = 1")
    await desk.admin.execute("UPDATE notify.letter SET state = 'final-dot-intended', handed_at = made_at")
    answer = await client.post("/bounces/message", content=report(letter.delivery_id), headers=AS_MESSAGE)
    assert (answer.status_code, answer.json()["code"]) == (503, "under-way")
    assert (await client.get("/bounces")).json()["bounces"] == []


async def test_bounce_settles_what_was_unknown(desk: Desk, client: httpx.AsyncClient) -> None:
    """Whether it arrived, or came back: now it is known, and told."""
    desk.vault.submitter = {"name": "Ana", "address": address_at("taken-hang-up"), "language": "es"}
    one, other = await sent(desk, times=2)
    assert await desk.states() == ["unknown", "unknown"]
    await pipe(client, report(one))
    await pipe(client, report(other, action="delivered", status="2.0.0"))
    assert sorted(await desk.states()) == ["bounced", "delivered"]
    told = Counter(told["data"].get("code") for told in await desk.told())
    assert told == {"outcome-unknown": 2, "bounced": 1, None: 1}


async def test_provider_tells_by_a_signed_event(desk: Desk, client: httpx.AsyncClient) -> None:
    """As it signs by Standard Webhooks; what is not for us is ignored, so that it does not ask again."""
    [delivery_id] = await sent(desk)
    data = {"message_id": f"<{delivery_id}@{desk.settings.mail_domain}>"}
    for kind, outcome in (
        ("mail.opened", "ignored"),
        ("mail.delivered", "delivered"),
        ("mail.complained", "complaint"),
    ):
        body, headers = signed({"type": kind, "data": data})
        answer = await client.post("/bounces/events/provider", content=body, headers=headers)
        assert (answer.status_code, answer.json()["outcome"]) == (200, outcome)
    assert await desk.states() == ["delivered"]
    [held] = (await client.get("/suppressions")).json()["suppressions"]
    assert (held["why"], held["suppressed_by"]) == ("complained", "provider")


@pytest.mark.parametrize("fault", ["unsigned", "another key", "another source", "changed", "no JSON", "no event"])
async def test_event_that_is_not_right_is_refused(client: httpx.AsyncClient, fault: str) -> None:
    """With what is wrong, and nothing of it is kept."""
    event: dict[str, Any] = {} if fault == "no event" else {"type": "mail.bounced", "data": {"message_id": "<x@y>"}}
    body, headers = signed(event, b"0" * 32) if fault == "another key" else signed(event)
    if fault == "unsigned":
        headers = {}
    if fault == "no JSON":
        body, headers = b"{", signed(event)[1]
    sent_body = body + b" " if fault == "changed" else body
    source = "nobody" if fault == "another source" else "provider"
    answer = await client.post(f"/bounces/events/{source}", content=sent_body, headers=headers)
    codes = {"unsigned": "webhook-unsigned", "no event": "invalid"}
    assert answer.json()["code"] == codes.get(fault, "webhook-signature")
    assert answer.status_code == (422 if fault == "no event" else 401)
    assert (await client.get("/bounces")).json()["bounces"] == []


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("POST", "/bounces/message", b"Subject: I am on holiday\r\n\r\n", 422, "not-a-report"),
        ("POST", "/bounces/message", b"x" * 1_100_000, 413, "too-large"),
        ("POST", f"/bounces/{uuid4()}/settle", b'{"why": "seen to it"}', 409, "not-open"),
        ("POST", f"/bounces/{uuid4()}/settle", b'{"why": "\\n\\n\\n\\n"}', 422, "invalid"),
        ("POST", "/suppressions", b'{"address": "a, b@example.org", "why": "no reason"}', 422, "invalid"),
        ("POST", "/suppressions", b'{"address": "b@example.org"}', 422, "invalid"),
        ("POST", "/suppressions", b"[", 400, "json-syntax"),
        ("POST", "/suppressions/find", b'{"address": "nobody"}', 422, "invalid"),
        ("GET", "/suppressions?cursor=nonsense", b"", 400, "foreign-cursor"),
        ("GET", "/bounces?cursor=MjAyNi0xMi0xMCB4", b"", 400, "foreign-cursor"),
        ("GET", "/bounces?outcome=lost", b"", 422, "invalid"),
        ("GET", "/bounces?limit=0", b"", 422, "invalid"),
    ],
)
async def test_odd_request_gets_a_clear_problem(
    client: httpx.AsyncClient, method: str, path: str, content: bytes, status: int, code: str
) -> None:
    """Never a 5xx, and never what was sent."""
    answer = await client.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "b@example.org" not in answer.text


@pytest.mark.parametrize(
    ("token", "method", "path", "status"),
    [
        (None, "POST", "/bounces/message", 401),
        ("reader", "POST", "/bounces/message", 403),
        ("pipe", "GET", "/bounces", 403),
        ("reader", "POST", f"/bounces/{uuid4()}/settle", 403),
        ("reader", "POST", "/suppressions", 403),
        ("pipe", "POST", "/suppressions/find", 403),
        ("reader", "POST", f"/suppressions/{uuid4()}/lift", 403),
        ("pipe", "GET", "/mail", 403),
    ],
)
async def test_doors_are_closed_without_their_scope(
    client: httpx.AsyncClient, token: str | None, method: str, path: str, status: int
) -> None:
    """Who pipes reports in sees nothing, and who reads changes nothing."""
    headers = {"Authorization": f"Bearer {token}" if token else ""}
    answer = await client.request(method, path, json={"why": "a reason", "address": "a@example.org"}, headers=headers)
    assert answer.status_code == status


async def test_lists_are_paged(desk: Desk, client: httpx.AsyncClient) -> None:
    """Each once, by a cursor."""
    for delivery_id in await sent(desk, times=5):
        await pipe(client, report(delivery_id, action="delayed", status="4.4.1"))
    seen, cursor = [], None
    while True:
        page = (await client.get("/bounces", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [bounce["bounce_id"] for bounce in page["bounces"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert (len(seen), len(set(seen))) == (5, 5)


async def test_mail_says_how_it_stands(desk: Desk, client: httpx.AsyncClient) -> None:
    """What waits, what somebody must look at, and who rests."""
    await pipe(client, report((await sent(desk))[0]))
    await desk.owe("received")
    assert (await client.get("/mail")).json() == {
        "door": "smtp",
        "letters": {"bounced": 1, "pending": 1},
        "open_bounces": 1,
        "suppressions": 1,
        "resting": {},
    }
