"""Asking over HTTP who was told what."""

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from deploy.stack.mailbox import text_of
from services.chassis.codec import encode
from services.chassis.doors.auth import TokenBook
from services.chassis.doors.web import answer_errors
from services.chassis.settings import Token
from services.notify.api import make_doors
from services.notify.store.ledger import cancel_letters
from services.notify.store.wordings import keep_wording
from services.notify.words.wording import current_wording, make_wording
from tests.controls.envelope import id_of
from tests.controls.notify import HOUSE, on_decisions, on_submissions, told_events
from tests.harness.nasty_mail import address_at
from tests.integration.notify.conftest import Desk

TOKEN = "a-token"
ADDRESS = "ok@example.org"
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
    app.include_router(make_doors(desk.database, HOUSE, desk.settings, dict))
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
    assert found["submitter"]["became"] == "The receiving mail server took it."
    assert found["poc:CR"]["became"] == "It waits for a person. Nobody is known whom it could go to."
    assert found["submitter"]["sent_at"] == found["submitter"]["changed_at"]
    one = await client.get(f"/notices/{letters[0].delivery_id}")
    assert one.json() == found[letters[0].recipient]


async def test_words_are_read_again_as_they_were_sent(desk: Desk, client: httpx.AsyncClient) -> None:
    """All of them but the name and the links; by the templates of then, whatever they are today."""
    [letter] = await desk.owe()
    await desk.go_once()
    [mail] = desk.server.taken
    shown = (await client.get(f"/notices/{letter.delivery_id}")).json()
    assert _retold(shown["text"], "[nombre]", "[enlace personal]").fullmatch(text_of(mail))
    assert shown["subject"] == mail["Subject"]
    old = make_wording({**current_wording().sources, "outcome.es.txt.jinja": "Antes\n\nHola, {{ name }}: {{ title }}"})
    async with desk.database.transaction() as tx:
        await keep_wording(tx, old.version, old.sources)
    await desk.admin.execute("UPDATE notify.letter SET wording = $1", old.version)
    shown = (await client.get(f"/notices/{letter.delivery_id}")).json()
    assert (shown["wording"], shown["subject"]) == (old.version, "Antes")
    assert shown["text"] == f"Hola, [nombre]: {letter.words['title']}\n"


def _retold(text: str, *unknown: str) -> "re.Pattern[str]":
    parts = re.split("|".join(map(re.escape, unknown)), text.replace("\n", "\r\n"))
    return re.compile("[^\r\n]+".join(map(re.escape, parts)).replace("\r\n", "\r?\n"))


async def test_digest_is_told_with_all_its_deliveries(desk: Desk, client: httpx.AsyncClient) -> None:
    """Each delivery of it is a row of its own; their words are those of the whole, and one mail carries them."""
    letters = await desk.owe("received", times=3, only="poc:")
    desk.vault.pocs = [{"name": "Luis", "address": "luis@example.org", "language": "fr"}]
    await desk.go_once()
    [mail] = desk.server.taken
    for letter in letters:
        [shown] = (await client.get("/notices", params={"submission": letter.submission_id})).json()["notices"]
        assert _retold(shown["text"], "[nom]").fullmatch(text_of(mail))
        assert f"<{shown['mail_id']}@" in mail["Message-ID"]
        assert (shown["state"], shown["language"], shown["subject"]) == ("sent", "fr", mail["Subject"])


async def test_delivery_that_left_its_digest_is_not_among_its_words(desk: Desk, client: httpx.AsyncClient) -> None:
    """What was cancelled while the whole was put off was never told: the others' words are those that went."""
    desk.vault.pocs = [{"name": "Luis", "address": address_at("final-451"), "language": "fr"}]
    cancelled, sent = await desk.owe("accepted", times=2, only="poc:")
    await desk.go_once()
    async with desk.database.transaction() as tx:
        await cancel_letters(tx, {cancelled.submission_id: id_of("correction")})
    desk.vault.pocs = [{"name": "Luis", "address": "luis@example.org", "language": "fr"}]
    await desk.make_due()
    await desk.go_once()
    [mail] = desk.server.taken
    shown = (await client.get(f"/notices/{sent.delivery_id}")).json()
    assert shown["subject"] == mail["Subject"]
    assert _retold(shown["text"], "[nom]").fullmatch(text_of(mail))


async def test_answer_holds_what_never_left_and_why(desk: Desk, client: httpx.AsyncClient) -> None:
    """Cancelled by a correction, told already, waiting: nothing is left out."""
    events = [told_events()[name] for name in ("received", "accepted", "corrected-to-declined")]
    events = [replace(event, subject=events[0].subject) for event in events]
    for handler, event in zip((on_submissions, on_decisions, on_decisions), events, strict=True):
        await desk.hear(handler, [event])
    desk.vault.pocs = [{"name": "Ana", "address": ADDRESS, "language": "es"}]
    await desk.go_once()
    found = (await client.get("/notices", params={"submission": events[0].subject})).json()["notices"]
    became = {(it["kind"], it["recipient"]): it["became"].partition(". ")[2] for it in found}
    assert became["outcome", "submitter"] == "A later decision took its place."
    assert became["poc-outcome", "poc:CR"] == "The recipient is who sent it in, and was told as such."
    assert all(it["text"] for it in found)


async def test_whoever_knows_an_address_can_ask_what_was_sent_to_it(desk: Desk, doors: FastAPI) -> None:
    """By its keyed hash alone, whatever its case; who may only read may not ask."""
    [letter] = await desk.owe()
    await desk.go_once()
    at_the_door = httpx.AsyncClient(transport=httpx.ASGITransport(doors), base_url="http://notify", headers=SEEN)
    async with at_the_door as asking:
        known = await asking.post("/notices/by-address", json={"address": ADDRESS.upper()})
        unknown = await asking.post("/notices/by-address", json={"address": "nobody@example.org"})
        odd = await asking.post("/notices/by-address", json={"address": "two@example.org one"})
        reader = {"Authorization": "Bearer reader"}
        refused = await asking.post("/notices/by-address", json={"address": "nobody@example.org"}, headers=reader)
    assert [it["delivery_id"] for it in known.json()["notices"]] == [str(letter.delivery_id)]
    assert unknown.json() == {"notices": [], "next": None}
    assert (odd.status_code, "example.org" in odd.text) == (422, False)
    assert refused.status_code == 403


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


async def test_review_asks_who_is_still_to_be_told_of_a_month(desk: Desk, client: httpx.AsyncClient) -> None:
    """Points of contact whose digest is still to go, of that month alone; not who was told as the submitter."""
    month = (await desk.owe("accepted", only="poc:", times=2))[0].words["month"]
    assert (await client.get(f"/outstanding/{month}")).json() == {"letters": 2}
    assert (await client.get("/outstanding/2020-01")).json() == {"letters": 0}
    desk.vault.pocs = [{"name": "Ana", "address": ADDRESS, "language": "es"}]
    await desk.go_once()
    assert set(await desk.states()) == {"cancelled"}
    assert (await client.get(f"/outstanding/{month}")).json() == {"letters": 0}
    assert (await client.get("/outstanding/november")).status_code == 422
    reader = {"Authorization": "Bearer reader"}
    assert (await client.get(f"/outstanding/{month}", headers=reader)).status_code == 403
