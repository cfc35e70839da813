"""Letters shown before anything is told: by the same planning and templates, or with a clear problem."""

import hashlib
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.chassis.codec import decode, encode
from services.chassis.doors.auth import TokenBook
from services.chassis.doors.web import answer_errors
from services.chassis.settings import Token
from services.notify.api.rendering import LINKS, NAMES, make_render_door
from services.notify.api.would_be import ABOUT_NEEDED, HEARD, About
from services.notify.domain.letters import LANGUAGES, SUBMITTER, SUBSCRIBED
from services.notify.domain.planning import plan
from services.notify.words import write
from services.notify.words.updates import update_link_in
from tests.controls.batches import batch_reported
from tests.controls.notify import HOUSE, standing_of, told_events
from tests.letters import as_stored

SCOPES = {"previewer": {"render"}, "reader": {"notices:read"}}
EVENTS = {name: event for name, event in told_events().items() if event.type in HEARD}
ABOUT = {name: standing_of(told_events()["received"]).about[name] for name in About.model_fields}
Ask = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def ask() -> Ask:
    """Somebody at the door, with a token unless told otherwise."""
    app = FastAPI()
    app.state.tokens = TokenBook(
        [
            Token(sha256=hashlib.sha256(who.encode()).hexdigest(), actor_ref="service:review", scopes=frozenset(may))
            for who, may in SCOPES.items()
        ]
    )
    answer_errors(app)
    app.include_router(make_render_door(HOUSE))
    client = TestClient(app)

    def post(body: object, who: str = "previewer") -> httpx2.Response:
        content = body if isinstance(body, bytes) else encode(body)
        return client.post("/render", content=content, headers={"Authorization": f"Bearer {who}"})

    return post


def as_sent(name: str) -> dict[str, Any]:
    """One of the example events as its previewer sends it."""
    event = EVENTS[name]
    about = {"about": ABOUT} if isinstance(event.data, ABOUT_NEEDED) else {}
    return {"type": event.type, "subject": event.subject, "data": event.data, **about}


@pytest.mark.parametrize("name", EVENTS)
def test_rendered_letters_are_those_that_would_be_sent(ask: Ask, name: str) -> None:
    """Each recipient, in the language of the letter or, where that is known only later, in all of them."""
    planned = plan([EVENTS[name]], {EVENTS[name].subject: standing_of(EVENTS[name])}).letters
    found = ask(as_sent(name)).raise_for_status().json()["letters"]
    assert [(it["recipient"], it["kind"], it["language"]) for it in found] == [
        (it.recipient, it.kind, it.language) for it in planned
    ]
    for letter, shown in zip(planned, found, strict=True):
        assert shown["problem"] is None
        is_known = letter.recipient == SUBMITTER or letter.kind in SUBSCRIBED
        assert set(shown["others"]) == (set() if is_known else set(LANGUAGES) - {letter.language})
        if not is_known:
            hidden = update_link_in(letter, HOUSE.public_url, HOUSE.updates_key, shown=LINKS[letter.language])
            text = write(as_stored(letter), NAMES[letter.language], HOUSE, hidden)
            assert (shown["subject"], shown["text"], shown["html"]) == (text.subject, text.body, text.html)


def test_a_letter_stands_in_the_language_of_the_submission(ask: Ask) -> None:
    """With a word in the place of the name and of the link, which only the moment of sending knows."""
    shown, _ = ask(as_sent("declined-in-plan")).json()["letters"]
    assert (shown["language"], NAMES["fr"] in shown["text"], LINKS["fr"] in shown["text"]) == ("fr", True, True)
    assert "@" not in shown["text"]
    assert (shown["html"].startswith("<!doctype html>"), NAMES["fr"] in shown["html"]) == (True, True)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("amended", "amendment"),
        ("answered", "answer"),
        ("withdrawn", "withdrawal"),
        ("withdrawal-refused", "withdrawal-refused"),
        ("holder-asked", "update-request"),
    ],
)
def test_what_tells_too_little_of_its_submission_is_shown_once_it_is_said(ask: Ask, name: str, kind: str) -> None:
    """A change, an answer, a withdrawal: by what whoever asks knows of it; else that is asked for."""
    [shown] = ask(as_sent(name)).raise_for_status().json()["letters"]
    assert shown["kind"] == kind
    assert str(ABOUT["reference"]) in shown["text"]
    asked = as_sent(name)
    del asked["about"]
    assert (ask(asked).status_code, ask(asked).json()["code"]) == (422, "about-needed")
    assert ask({**asked, "about": {**ABOUT, "reference": "x"}}).json()["errors"][0]["field"] == "/about/reference"


def test_a_months_report_is_shown_in_every_language(ask: Ask) -> None:
    """Its subscribers have each their own."""
    [shown] = ask({"type": "batch.reported.v1", "data": batch_reported()}).raise_for_status().json()["letters"]
    assert (shown["kind"], shown["problem"]) == ("batch-report", None)
    assert {shown["language"], *shown["others"]} == set(LANGUAGES)
    assert LINKS["fr"] in shown["others"]["fr"]["html"]


def test_a_question_and_a_correction_are_shown(ask: Ask) -> None:
    """Not only outcomes; and what is silent is told to nobody."""
    assert ask(as_sent("clarification")).json()["letters"][0]["kind"] == "clarification"
    assert ask(as_sent("corrected-to-declined")).json()["letters"][0]["kind"] == "correction"
    silent = as_sent("corrected-to-accepted") | {
        "data": decode(dict[str, Any], encode(EVENTS["corrected-to-accepted"].data)) | {"effect": "silent"}
    }
    assert ask(silent).json() == {"letters": []}


def test_the_short_type_will_do(ask: Ask) -> None:
    """As the documentation names events."""
    assert ask({**as_sent("accepted"), "type": "submission.accepted.v1"}).json() == ask(as_sent("accepted")).json()


def test_what_cannot_be_written_is_said(ask: Ask) -> None:
    """It would be held for a person; the others are shown all the same."""
    data = decode(dict[str, Any], encode(EVENTS["accepted"].data))
    data["decision"]["criteria_version"] = "1999-01"
    found = ask({"type": "submission.accepted.v1", "data": data}).json()["letters"]
    assert {(it["problem"], it["text"]) for it in found} == {("unwritable", None)}


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"{", 400, "json-syntax", None),
        (b"[]", 400, "type", None),
        ({"type": "submission.accepted.v1"}, 422, "invalid", "/data"),
        ({"type": "submission.accepted.v1", "data": {}, "more": 1}, 422, "invalid", "/more"),
        ({"type": "batch.released.v1", "data": {}}, 422, "unknown-type", "/type"),
        ({"type": "nonsense", "data": {}}, 422, "unknown-type", "/type"),
        ({"type": "submission.declined.v1", "data": {"reason_codes": []}}, 422, "invalid", "/data/decision"),
        ({"type": "submission.accepted.v1", "subject": "1", "data": {}}, 422, "invalid", "/subject"),
    ],
)
def test_a_bad_event_gets_a_clear_problem(ask: Ask, body: object, status: int, code: str, field: str | None) -> None:
    """Never a 5xx, and every field that is wrong."""
    answer = ask(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field is None or field in {error["field"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("reader", 403)])
def test_the_door_is_closed_without_its_scope(ask: Ask, who: str, status: int) -> None:
    """Who may read the ledger may not have letters written."""
    assert ask(as_sent("accepted"), who).status_code == status
