"""Asking who was told what: over HTTP, and by the command line."""

import hashlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from typer.testing import CliRunner

from services.chassis.codec import encode
from services.chassis.doors.auth import TokenBook
from services.chassis.doors.web import answer_errors
from services.chassis.settings import Token
from services.notify.api import make_doors
from services.notify.cli import app as cli
from tests.controls.notify import HOUSE, told_events
from tests.integration.notify.conftest import Desk

TOKEN = "a-token"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'notify' ORDER BY tablename"
SEEN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def doors(desk: Desk) -> FastAPI:
    """Notify's door, as the chassis mounts it."""
    app = FastAPI()
    scopes = {TOKEN: {"notices:read", "operate", "render"}, "reader": {"notices:read"}, "other": {"submit:CR"}}
    app.state.tokens = TokenBook(
        [
            Token(sha256=hashlib.sha256(token.encode()).hexdigest(), actor_ref="operator:1", scopes=frozenset(may))
            for token, may in scopes.items()
        ]
    )
    answer_errors(app)
    app.include_router(make_doors(desk.database, HOUSE))
    return app


@pytest.fixture
async def client(doors: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at the door, with a token."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(doors), base_url="http://notify", headers=SEEN) as made:
        yield made


async def test_one_can_ask_who_was_told_of_a_decision(desk: Desk, client: httpx.AsyncClient) -> None:
    """Who, when, in which language, and what became of it; and never an address."""
    letters = await desk.owe(only="")
    await desk.go_once()
    answer = await client.get("/notices", params={"decision": str(letters[0].decision_id)})
    found = {notice["recipient"]: notice for notice in answer.json()["notices"]}
    assert {name: (it["kind"], it["state"], it["language"]) for name, it in found.items()} == {
        "submitter": ("outcome", "sent", "es"),
        "poc:CR": ("poc-outcome", "held", "en"),
    }
    assert found["submitter"]["reference"] == "OGC-2026-000001"
    assert "@" not in answer.text
    one = await client.get(f"/notices/{letters[0].delivery_id}")
    assert one.json() == found[letters[0].recipient]


async def test_held_letters_are_a_list_of_tasks(desk: Desk, client: httpx.AsyncClient) -> None:
    """What waits for a person can be asked for alone."""
    await desk.owe("received", only="")
    await desk.go_once()
    answer = await client.get("/notices", params={"state": "held"})
    assert [(it["recipient"], it["detail"]) for it in answer.json()["notices"]] == [("poc:CR", "no-contact")]


async def test_held_letter_can_be_tried_again(desk: Desk, client: httpx.AsyncClient) -> None:
    """Once the contact is known; nothing else can."""
    [letter] = await desk.owe("received", only="poc:")
    await desk.go_once()
    desk.vault.pocs = [{"name": "Luis", "address": "luis@example.org", "language": "es"}]
    path = f"/notices/{letter.delivery_id}/retry"
    assert (await client.post(path)).status_code == 202
    assert (await client.post(path)).json()["code"] == "not-held"
    await desk.go_once()
    assert await desk.states() == ["sent"]


async def test_trying_again_is_the_operators(desk: Desk, doors: FastAPI) -> None:
    """Reading is not enough."""
    [letter] = await desk.owe("received", only="poc:")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(doors), base_url="http://notify") as reader:
        headers = {"Authorization": "Bearer reader"}
        answer = await reader.post(f"/notices/{letter.delivery_id}/retry", headers=headers)
    assert answer.status_code == 403


async def test_pages_follow_one_another_without_gap_or_repeat(desk: Desk, client: httpx.AsyncClient) -> None:
    """By a cursor; each letter once."""
    letters = await desk.owe(times=25)
    seen, cursor = [], None
    while True:
        params = {"limit": "10"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/notices", params=params)).json()
        seen += [notice["delivery_id"] for notice in page["notices"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(str(letter.delivery_id) for letter in letters)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/notices?state=lost", 422, "invalid"),
        ("/notices?decision=1", 422, "invalid"),
        ("/notices?limit=0", 422, "invalid"),
        ("/notices?limit=100000", 422, "invalid"),
        ("/notices?cursor=nonsense", 400, "foreign-cursor"),
        ("/notices?cursor=MjAyNi0xMi0xMCB4", 400, "foreign-cursor"),
        ("/notices?cursor=ñ", 400, "foreign-cursor"),
        ("/notices/0b7bd1c5-51c5-5a3c-8f5e-5a3f7b7f5a11", 404, "unknown-notice"),
        ("/notices/none", 422, "invalid"),
    ],
)
async def test_odd_question_gets_a_clear_problem(client: httpx.AsyncClient, path: str, status: int, code: str) -> None:
    """Never a 5xx."""
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("unknown", 401), ("other", 403)])
async def test_door_is_closed_without_its_scope(doors: FastAPI, token: str | None, status: int) -> None:
    """Only who may read notices gets in."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(doors), base_url="http://notify") as client:
        assert (await client.get("/notices", headers=headers)).status_code == status


@pytest.fixture
def url() -> Iterator[str]:
    """A door on loopback that answers as notify does, from a thread of its own."""
    yield from _serve(_canned())


def _canned() -> FastAPI:
    app = FastAPI()
    notice: dict[str, object] = {
        "delivery_id": "0b7bd1c5-51c5-5a3c-8f5e-5a3f7b7f5a11",
        "made_at": "2026-12-10T15:00:00Z",
        "reference": "OGC-2026-000001",
        "kind": "outcome",
        "recipient": "submitter",
        "language": "fr",
        "state": "sent",
        "detail": None,
    }

    @app.get("/notices")
    async def _list(cursor: str | None = None) -> dict[str, object]:
        return {"notices": [notice], "next": None if cursor else "more"}

    @app.post("/notices/{_delivery_id}/retry")
    def _retry(_delivery_id: str) -> dict[str, object]:
        return {**notice, "state": "pending"}

    @app.get("/notices/{_delivery_id}")
    async def _show(_delivery_id: str) -> dict[str, object]:
        return notice

    return app


def _serve(app: FastAPI) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


def test_command_lists_all_pages(url: str) -> None:
    """``challenge notices list --json`` gives what the door gives, all of it."""
    outcome = CliRunner().invoke(cli, ["notices", "list", "--url", url, "--token", TOKEN, "--json"])
    assert outcome.exit_code == 0, outcome.output
    assert [notice["state"] for notice in json.loads(outcome.output)] == ["sent", "sent"]


def test_command_shows_one_letter(url: str) -> None:
    """``challenge notices show`` prints a line for each thing known."""
    outcome = CliRunner().invoke(cli, ["notices", "show", "0b7bd1c5", "--url", url, "--token", TOKEN])
    assert outcome.exit_code == 0, outcome.output
    assert "submitter" in outcome.output


def test_command_tries_again(url: str) -> None:
    """``challenge notices retry`` says where the letter stands now."""
    outcome = CliRunner().invoke(cli, ["notices", "retry", "0b7bd1c5", "--url", url, "--token", TOKEN])
    assert outcome.output == "0b7bd1c5 is pending\n"


def test_command_says_when_notify_does_not_answer() -> None:
    """One sentence, and exit code 2."""
    nobody = ["notices", "list", "--url", "http://127.0.0.1:9", "--token", TOKEN]
    outcome = CliRunner().invoke(cli, nobody)
    assert outcome.exit_code == 2
    assert "does not answer" in outcome.output


async def test_a_letter_that_is_only_shown_leaves_no_trace(desk: Desk, client: httpx.AsyncClient) -> None:
    """Every table holds what it held before, and the vault is not asked."""
    tables = [row["tablename"] for row in await desk.admin.fetch(TABLES)]
    before = [await desk.admin.fetch(f"SELECT * FROM notify.{table}") for table in tables]
    event = told_events()["accepted"]
    answer = await client.post("/render", content=encode({"type": event.type, "data": event.data}))
    assert [letter["recipient"] for letter in answer.json()["letters"]] == ["submitter", "poc:CR"]
    assert [await desk.admin.fetch(f"SELECT * FROM notify.{table}") for table in tables] == before
    assert "letter" in tables
    assert desk.vault.asked == []
