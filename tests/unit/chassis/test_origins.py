"""Scripts of any site read what anyone may read, and nothing else."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.chassis.doors.origins import open_to_any_origin
from services.chassis.doors.web import Problem, answer_errors

ELSEWHERE = {"Origin": "https://elsewhere.example"}
ASKING = {**ELSEWHERE, "Access-Control-Request-Method": "GET"}


async def _show() -> dict[str, str]:
    return {}


async def _refuse() -> None:
    raise Problem(503, "busy", headers={"Retry-After": "5"})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Someone at three doors: one shows, one refuses, one takes what is sent."""
    app = FastAPI()
    answer_errors(app)
    open_to_any_origin(app)
    app.add_api_route("/shown", _show)
    app.add_api_route("/refused", _refuse)
    app.add_api_route("/sent", _show, methods=["POST"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
        yield client


async def test_script_may_ask_whether_what_it_has_still_stands(client: httpx.AsyncClient) -> None:
    """The browser asks before it sends If-None-Match; a token, or what changes something, is never let through."""
    told = await client.options("/shown", headers={**ASKING, "Access-Control-Request-Headers": "if-none-match"})
    assert (told.status_code, told.headers["access-control-allow-origin"]) == (200, "*")
    for refused in ({"Access-Control-Request-Headers": "authorization"}, {"Access-Control-Request-Method": "POST"}):
        assert (await client.options("/sent", headers={**ASKING, **refused})).status_code == 400


async def test_script_sees_what_is_wrong_and_when_to_come_again(client: httpx.AsyncClient) -> None:
    """Problems are open as answers are, also where no door is; what says how long an answer stands may be read."""
    for method, path, status in (
        ("GET", "/shown", 200),
        ("GET", "/refused", 503),
        ("GET", "/none", 404),
        ("PUT", "/shown", 405),
        ("GET", "/openapi.json", 200),
    ):
        told = await client.request(method, path, headers=ELSEWHERE)
        assert (told.status_code, told.headers["access-control-allow-origin"]) == (status, "*"), path
        seen = set(told.headers["access-control-expose-headers"].split(", "))
        assert {"ETag", "Last-Modified", "Repr-Digest", "Retry-After", "Content-Disposition"} <= seen
    assert (await client.options("/shown")).status_code == 405
    assert "Origin" in (await client.get("/shown")).headers["vary"]


async def test_slash_behind_an_address_leads_to_the_door_at_no_named_host(client: httpx.AsyncClient) -> None:
    """Whatever host the request names; where there is no door without it either, there is nothing."""
    told = await client.get("/shown/?a=b", headers={"Host": "evil.example"})
    assert (told.status_code, told.headers["location"]) == (308, "/shown?a=b")
    assert (await client.get("http://door//shown//")).headers["location"] == "/shown"
    for path in ("/none/", "//evil.example/", "/sent/", "//"):
        assert (await client.get(f"http://door{path}")).status_code == 404
    assert (await client.post("/sent/")).status_code == 404
