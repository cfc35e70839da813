"""Bodies are read with bounds, and every error is answered as a problem."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, Request

from services.chassis.doors.web import BODY_LIMIT_BYTES, answer_errors, read_body


async def _take(request: Request) -> dict[str, int]:
    return {"bytes": len(await read_body(request, limit_seconds=0.2))}


async def _fail(what: str) -> None:
    raise {
        "unfit": asyncpg.exceptions.CharacterNotInRepertoireError("a NUL"),
        "too-great": asyncpg.exceptions.DataError("value out of int32 range"),
        "away": asyncpg.exceptions.CannotConnectNowError("starting"),
        "ours": KeyError("x"),
    }[what]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Someone at two doors: one reads, the other fails."""
    app = FastAPI()
    answer_errors(app)
    app.add_api_route("/body", _take, methods=["POST"])
    app.add_api_route("/fail/{what}", _fail)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield client


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 65_536


async def _slow() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


async def test_a_body_within_the_bounds_is_read(client: httpx.AsyncClient) -> None:
    """To its last byte."""
    assert (await client.post("/body", content=b" " * BODY_LIMIT_BYTES)).json() == {"bytes": BODY_LIMIT_BYTES}


async def test_an_endless_body_is_given_up(client: httpx.AsyncClient) -> None:
    """At the first byte too many."""
    answer = await client.post("/body", content=_endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


async def test_a_slow_body_is_given_up(client: httpx.AsyncClient) -> None:
    """After its seconds."""
    answer = await client.post("/body", content=_slow(), headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.json()["code"]) == (408, "too-slow")
    assert answer.headers["content-language"] == "fr"


async def test_a_compressed_body_is_not_read(client: httpx.AsyncClient) -> None:
    """It could be anything once it is unpacked."""
    answer = await client.post("/body", content=_endless(), headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "content-encoding")


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [("unfit", 422, "invalid"), ("too-great", 422, "invalid"), ("away", 503, "unavailable"), ("ours", 500, "internal")],
)
async def test_an_error_is_told_as_what_it_is(client: httpx.AsyncClient, what: str, status: int, code: str) -> None:
    """The sender's, passing, or ours."""
    answer = await client.get(f"/fail/{what}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_is_not_there_is_told_in_the_readers_language(client: httpx.AsyncClient) -> None:
    """And what an address does not take, with what it takes."""
    missing = await client.get("/nowhere", headers={"Accept-Language": "es"})
    assert (missing.status_code, missing.json()["detail"]) == (404, "No hay nada en esta dirección.")
    wrong = await client.get("/body", headers={"Accept-Language": "fr"})
    assert (wrong.status_code, wrong.json()["title"], wrong.headers["allow"]) == (405, "Méthode non admise", "POST")
