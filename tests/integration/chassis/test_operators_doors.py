"""The operator's doors let in operators only, and read nothing from anybody else."""

from collections.abc import AsyncIterator
from hashlib import sha256

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from services.chassis.doors.auth import TokenBook
from services.chassis.doors.ops import make_ops_doors
from services.chassis.doors.web import answer_errors
from services.chassis.settings import Token
from tests.integration.chassis.conftest import Desk, record, with_headers

OPERATOR, VIEWER = "the operator's", "the viewer's"
DOORS = [
    ("GET", "/ops/parked"),
    ("GET", "/ops/parked/submissions/0/1"),
    ("POST", "/ops/parked/replay"),
    ("POST", "/ops/parked/discard"),
    ("POST", "/ops/parked/dismiss"),
    ("GET", "/ops/halted"),
    ("POST", "/ops/halted/submissions/resume"),
    ("GET", "/ops/relay"),
    ("POST", "/ops/relay/repair"),
    ("GET", "/ops/streams"),
    ("POST", "/ops/foreign/forms/skip"),
]


def _token(secret: str, *scopes: str) -> Token:
    return Token(sha256=sha256(secret.encode()).hexdigest(), actor_ref="someone", scopes=frozenset(scopes))


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[AsyncClient]:
    """The doors of a service, over HTTP."""
    app = FastAPI()
    app.state.tokens = TokenBook([_token(OPERATOR, "operate"), _token(VIEWER, "review:read")])
    answer_errors(app)
    app.include_router(make_ops_doors(desk.database, {"submissions": desk.settler}, {}))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://ops") as opened:
        yield opened


def _as(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(("method", "path"), DOORS)
async def test_no_door_opens_without_the_operators_token(client: AsyncClient, method: str, path: str) -> None:
    """No token, an unknown one, one of another scope: 401, 401, 403; and the body is not even read."""

    async def endless() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read before anybody was let in")
        yield b""

    for headers, status in (({}, 401), (_as("guessed"), 401), (_as(VIEWER), 403)):
        answer = await client.request(method, path, headers=headers, content=endless() if method == "POST" else None)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"topic": "submissions", "topic": "reviews", "subject": "x"}', 400, "duplicate-key"),
        (b'{"topic": "submissions", "subject": "x", "why": 1}', 422, "invalid"),
        (b"{" + b" " * 300_000 + b"}", 413, "too-large"),
        (b'{"topic": "submissions", "subject": "nobody"}', 404, "nothing-parked"),
        (b'{"topic": "weather", "subject": "x"}', 404, "unknown-topic"),
    ],
)
async def test_a_bad_order_is_answered_by_its_name(client: AsyncClient, body: bytes, status: int, code: str) -> None:
    """Operators' bodies go through the same strict parser as everybody's."""
    answer = await client.post("/ops/parked/replay", headers=_as(OPERATOR), content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def _resume(client: AsyncClient, reader: str) -> Response:
    return await client.post(f"/ops/halted/{reader}/resume", headers=_as(OPERATOR), content=b'{"park": true}')


async def test_an_operator_sees_and_settles_what_is_parked(desk: Desk, client: AsyncClient) -> None:
    """List, look, try, replay."""
    desk.scribe.refuses = {"bad"}
    await desk.reader.apply([record(1, "bad")])
    listed = (await client.get("/ops/parked", headers=_as(OPERATOR))).json()
    assert [(one["subject"], one["reason"]) for one in listed] == [("bad", "refused")]
    shown = (await client.get("/ops/parked/submissions/0/1", headers=_as(OPERATOR))).json()
    assert '"subject":"bad"' in shown["raw"]
    desk.scribe.refuses = set()
    order = {"topic": "submissions", "subject": "bad"}
    answer = await client.post("/ops/parked/replay", headers=_as(OPERATOR), json=order)
    assert (answer.status_code, answer.json()["events"]) == (200, 1)


async def test_a_halted_reader_is_resumed_but_not_at_a_fork(desk: Desk, client: AsyncClient) -> None:
    """A breaker may be let go; a fork, and the relay, may not be talked away."""
    await desk.rows("INSERT INTO halted_reader VALUES ('submissions', 'breaker', '', now()) RETURNING reader")
    assert (await _resume(client, "submissions")).json()["state"] == "parking-allowed"
    await desk.rows("UPDATE halted_reader SET why = 'fork' RETURNING reader")
    assert (await _resume(client, "submissions")).json()["code"] == "forked"
    await desk.rows("INSERT INTO halted_reader VALUES ('relay', 'log-lost', '', now()) RETURNING reader")
    assert (await _resume(client, "relay")).status_code == 404


async def test_a_record_without_a_number_is_dismissed_by_its_place(desk: Desk, client: AsyncClient) -> None:
    """It goes by its own door, once."""
    await desk.reader.apply([with_headers(record(1, "x"), seq=b"one")])
    [(_, place, _, _)] = await desk.parked()
    order = {"topic": "submissions", "partition": 0, "seq": place, "reason": "somebody tried the console producer"}
    answers = [await client.post("/ops/parked/dismiss", headers=_as(OPERATOR), json=order) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert await desk.parked() == []
