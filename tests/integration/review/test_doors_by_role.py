"""Every door of review from outside: without a token or a session, with an unknown one, and with each role."""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from services.chassis.doors.auth import TokenBook
from services.chassis.doors.ops import make_ops_doors
from services.chassis.settings import Token
from services.review.desk.visitor import CSRF, Visitor
from services.review.domain.staff import ROLES, SCOPES, Role
from tests.conftest import TestDatabase
from tests.integration.review.conftest import Desk, Log, open_desk
from tests.integration.review.doors import DOORS, OPEN, Door, doors_of
from tests.integration.review.staff import begin_session

MONTH = "2026-01"
GIVEN: Mapping[str, str] = {"submission_id": "0" * 8 + "-0000-7000-8000-" + "0" * 12, "round": "1", "month": MONTH}
DOCUMENTATION = frozenset({"/docs", "/docs/oauth2-redirect", "/openapi.json", "/redoc"})
UNKNOWN = "Bearer nobody-knows-this"


@pytest.fixture
async def whole(database: TestDatabase) -> AsyncIterator[Desk]:
    """Review with all its doors, an OpenID provider's among them, and a token for each role."""
    async with open_desk(database, Log(), openid_issuer="http://127.0.0.1:1") as desk:
        desk.app.include_router(make_ops_doors(desk.database, {}, {}))
        desk.app.state.tokens = TokenBook([_token(role) for role in ROLES])
        yield desk


def _token(role: Role) -> Token:
    hashed = hashlib.sha256(f"token-of-{role}".encode()).hexdigest()
    return Token(sha256=hashed, actor_ref=f"{role}:1", scopes=SCOPES[role])


def _path(door: Door) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: GIVEN.get(found[1], "1"), door.path)


async def knock(desk: Desk, door: Door, who: Role | None) -> bool:
    """Go to a door, and say whether one may enter; what is behind it may then say what it likes."""
    if not door.is_page:
        headers = {"Authorization": f"Bearer token-of-{who}"} if who else {}
        answer = await desk.client.request(door.method, _path(door), headers=headers)
        assert answer.status_code != 500, door
        return not (answer.status_code == 401 or (answer.status_code == 403 and answer.json()["code"] == "forbidden"))
    key = (await begin_session(desk, who))[1] if who else "a-key-that-opens-nothing"
    answer = await _open(desk.app, door, key)
    assert answer.status_code != 500, door
    is_led_away = answer.headers.get("location", "").startswith("/desk/sign-in")
    is_refused = answer.status_code in {401, 403} and ("role does not" in answer.text or "signed out" in answer.text)
    return not (is_led_away or is_refused)


async def _open(app: FastAPI, door: Door, key: str) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://review", cookies={"desk": key}) as browser:
        form = {CSRF: Visitor(key).csrf} if door.method != "GET" else None
        return await browser.request(door.method, _path(door), data=form)


async def test_every_door_is_open_to_those_in_the_table_and_to_nobody_else(whole: Desk) -> None:
    """Each with no role, and with each role alone; what an unknown token is told does not depend on the door."""
    wrong = []
    for door in (door for door in doors_of(whole.app) if f"{door.method} {door.path}" in DOORS):
        allowed = DOORS[f"{door.method} {door.path}"]
        wrong += [
            f"{door.method} {door.path} {'lets in' if entered else 'keeps out'} {who or 'nobody in particular'}"
            for who in (None, *ROLES)
            if (entered := await knock(whole, door, who)) is not (who in allowed)
        ]
        if not door.is_page:
            answer = await whole.client.request(door.method, _path(door), headers={"Authorization": UNKNOWN})
            wrong += [f"{door} takes any token"] if answer.status_code != 401 else []
    assert wrong == []


async def test_every_door_stands_in_the_table(whole: Desk) -> None:
    """A new door without a line fails here, and so does a line without a door."""
    found = {f"{door.method} {door.path}" for door in doors_of(whole.app) if door.path not in DOCUMENTATION}
    assert found == {*DOORS, *OPEN}


async def test_the_check_sees_a_door_that_stands_open(whole: Desk) -> None:
    """One that asks for nothing, and one that asks for another scope than the table says."""
    router = APIRouter()

    @router.post("/batches/{month}/forgotten")
    async def forgotten(month: str) -> str:
        return month

    whole.app.include_router(router)
    door = next(door for door in doors_of(whole.app) if door.path.endswith("forgotten"))
    assert await knock(whole, door, None)
    assert f"{door.method} {door.path}" not in DOORS
    assert not await knock(whole, Door("GET", "/staff"), "viewer")


async def test_no_door_reads_what_is_sent_before_it_knows_who_sends(whole: Desk) -> None:
    """A body that is wrong in every way is not looked at: who it is comes first."""
    for door in (door for door in doors_of(whole.app) if door.method == "POST" and not door.is_page):
        answer = await whole.client.request("POST", _path(door), content=b"\xff{")
        assert answer.status_code == 401, door
