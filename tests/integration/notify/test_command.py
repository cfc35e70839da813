"""Asking by the command line who was told what."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from typer.testing import CliRunner

from services.notify.cli import app as cli

TOKEN = "a-token"


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
        "submission_id": "1b7bd1c5-51c5-5a3c-8f5e-5a3f7b7f5a11",
        "became": "The receiving mail server took it.",
        "sent_at": "2026-12-10T15:01:00Z",
        "subject": "Résultat",
        "text": "Bonjour [nom],\n\nMerci.\n",
        "verdicts": [{"given_at": "2026-12-11", "verdict": "sent", "given_by": "operator:1", "why": "Seen in a log."}],
    }

    @app.post("/notices/by-address")
    async def _find(whom: dict[str, str]) -> dict[str, object]:
        return {"notices": [notice] if whom == {"address": "ana@example.org"} else [], "next": None}

    @app.get("/notices")
    async def _list(cursor: str | None = None) -> dict[str, object]:
        return {"notices": [notice], "next": None if cursor else "more"}

    @app.post("/campaigns")
    async def _ask(asked: dict[str, object]) -> dict[str, object]:
        reform = {"reference": "OGC-2026-000001", "member": "Costa Rica", "title": "Rezago", "whom": "holder"}
        requests = [{**reform, "reachable": True, "state": "sent"}, {**reform, "reachable": False, "state": None}]
        return {"dry_run": asked["dry_run"], "requests": requests, "undated": ["1b7bd1c5"]}

    @app.post("/notices/{_delivery_id}/retry")
    def _retry(_delivery_id: str) -> dict[str, object]:
        return {**notice, "state": "pending"}

    @app.post("/notices/{delivery_id}/settle")
    def _settle(delivery_id: str, said: dict[str, str]) -> dict[str, object]:
        assert said["why"] == "Seen in a log."
        return {"delivery_ids": [delivery_id, "another"], "state": said["verdict"]}

    @app.get("/notices/{_delivery_id}")
    async def _show(_delivery_id: str) -> dict[str, object]:
        return notice

    _can_stand_between(app)
    _can_mail(app)
    return app


def _can_stand_between(app: FastAPI) -> None:
    @app.post("/page/bounces/message", response_class=HTMLResponse)
    async def _page() -> str:
        return "<p>Please sign in.</p>"

    @app.post("/moved/bounces/message", response_class=RedirectResponse)
    async def _moved() -> str:
        return "/page/bounces/message"


def _can_mail(app: FastAPI) -> None:
    bounce = {
        "heard_at": "2026-12-10T15:00:00Z",
        "outcome": "hard",
        "status": "5.1.1",
        "source": "mx",
        "settled_at": None,
    }
    suppression = {
        "since": "2026-12-10T15:00:00Z",
        "why": "bounced",
        "detail": "5.1.1",
        "kept_back": 2,
        "lifted_at": None,
    }

    @app.get("/mail")
    async def _status() -> dict[str, object]:
        return {"door": "smtp", "letters": {"unknown": 3}}

    @app.get("/bounces")
    async def _bounces(request: Request) -> dict[str, object]:
        assert dict(request.query_params) == {"open": "true", "outcome": "hard"}
        return {"bounces": [{**bounce, "bounce_id": "b1"}], "next": None}

    @app.post("/bounces/message")
    async def _report(request: Request) -> dict[str, object]:
        assert request.headers["Content-Type"] == "message/rfc822"
        body = await request.body()
        if body.isdigit():
            raise HTTPException(int(body))
        return {"outcome": "hard", "letters": len(body)}

    @app.get("/suppressions")
    async def _suppressions(*, in_force: bool) -> dict[str, object]:
        return {"suppressions": [{**suppression, "suppression_id": "s1"}] * in_force, "next": None}

    @app.post("/suppressions/find")
    async def _find(whom: dict[str, str]) -> dict[str, object]:
        assert whom == {"address": "ana@example.org"}
        return {"suppressions": [{**suppression, "suppression_id": "s1"}], "next": None}

    @app.post("/suppressions", status_code=201)
    async def _suppress(whom: dict[str, str]) -> dict[str, object]:
        return {"suppression_id": "s2", "state": "in-force", **whom}

    @app.post("/{_what}/{_id}/{done}")
    async def _do(_what: str, _id: str, done: str, reason: dict[str, str]) -> dict[str, object]:
        return {"state": done, **reason}


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


def test_command_answers_who_was_told_what(url: str) -> None:
    """``challenge notices --decision`` says it in words, those of the letter too."""
    asked = ["notices", "--decision", "0b7bd1c5", "--url", url, "--token", TOKEN]
    outcome = CliRunner().invoke(cli, asked)
    assert outcome.exit_code == 0, outcome.output
    for said in (
        "outcome to submitter, in fr, sent 2026",
        "The receiving mail server took it.",
        "    Bonjour [nom],",
        "operator:1 said sent,",
    ):
        assert said in outcome.output


@pytest.mark.parametrize(("address", "count"), [("ana@example.org", 1), ("eva@example.org", 0)])
def test_command_asks_for_an_address_without_naming_it(url: str, address: str, count: int) -> None:
    """``challenge notices --address`` reads it, so that it stands in no list of commands."""
    asked = ["notices", "--address", "--url", url, "--token", TOKEN, "--json"]
    outcome = CliRunner().invoke(cli, asked, input=f"{address}\n")
    assert outcome.exit_code == 0, outcome.output
    assert len(json.loads(outcome.output)) == count


def test_command_wants_one_question() -> None:
    """Neither none nor two."""
    for asked in (["--token", TOKEN], ["--address", "--decision", "0b7bd1c5"]):
        assert CliRunner().invoke(cli, ["notices", *asked]).exit_code == 2


def test_command_shows_one_letter(url: str) -> None:
    """``challenge notices show`` prints a line for each thing known."""
    outcome = CliRunner().invoke(cli, ["notices", "show", "0b7bd1c5", "--url", url, "--token", TOKEN])
    assert outcome.exit_code == 0, outcome.output
    assert "submitter" in outcome.output


def test_command_tries_again(url: str) -> None:
    """``challenge notices retry`` says where the letter stands now."""
    outcome = CliRunner().invoke(cli, ["notices", "retry", "0b7bd1c5", "--url", url, "--token", TOKEN])
    assert outcome.output == "0b7bd1c5 is pending\n"


def test_command_settles_a_letter_in_doubt(url: str) -> None:
    """``challenge notices settle`` names every letter that it settled; what it does not know it refuses."""
    asked = ["notices", "settle", "0b7bd1c5", "--reason", "Seen in a log.", "--url", url, "--token", TOKEN]
    assert CliRunner().invoke(cli, [*asked, "--as", "sent"]).output == "0b7bd1c5 is sent\nanother is sent\n"
    assert CliRunner().invoke(cli, [*asked, "--as", "perhaps"]).exit_code == 2


def test_command_says_when_notify_does_not_answer() -> None:
    """One sentence, and exit code 2."""
    nobody = ["notices", "list", "--url", "http://127.0.0.1:9", "--token", TOKEN]
    outcome = CliRunner().invoke(cli, nobody)
    assert outcome.exit_code == 2
    assert "does not answer" in outcome.output


WHY = ["--reason", "It was a typing error."]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["status"], ["smtp", "unknown"]),
        (["bounces", "--outcome", "hard"], ["5.1.1", "b1"]),
        (["settle", "b1", *WHY], ["settle", "It was a typing error."]),
        (["suppressions"], ["bounced", "s1"]),
        (["find"], ["bounced", "s1"]),
        (["suppress", *WHY], ["in-force", "s2"]),
        (["lift", "s1", *WHY], ["lift", "It was a typing error."]),
    ],
)
def test_command_speaks_for_the_mail(url: str, command: list[str], says: list[str]) -> None:
    """``challenge mail …`` asks the doors, and shows what they say."""
    asked = ["mail", *command, "--url", url, "--token", TOKEN, "--json"]
    outcome = CliRunner().invoke(cli, asked, input="ana@example.org\n")
    assert outcome.exit_code == 0, outcome.output
    assert [said for said in says if said not in outcome.output] == []


def test_command_hands_in_a_report(url: str, tmp_path: Path) -> None:
    """The whole message, as it came."""
    report = tmp_path / "report.eml"
    report.write_bytes(b"Subject: failure\r\n\r\n")
    outcome = CliRunner().invoke(cli, ["mail", "report", str(report), "--url", url, "--token", TOKEN, "--json"])
    assert json.loads(outcome.output) == {"outcome": "hard", "letters": 20}


@pytest.mark.parametrize(("said", "code"), [("", 0), ("422", 65), ("413", 65), ("503", 75), ("401", 75), ("429", 75)])
def test_report_is_piped_in_as_a_mail_system_does(url: str, said: str, code: int) -> None:
    """What is no report is never brought again; everything else is, so that none is lost, and none goes round."""
    outcome = CliRunner().invoke(cli, ["mail", "report", "--url", url, "--token", TOKEN], input=said)
    assert outcome.exit_code == code, outcome.output


def test_report_waits_while_notify_is_away() -> None:
    """The mail system tries again."""
    outcome = CliRunner().invoke(cli, ["mail", "report", "--url", "http://127.0.0.1:9", "--token", TOKEN], input="x")
    assert outcome.exit_code == 75


@pytest.mark.parametrize(("path", "token"), [("page", TOKEN), ("moved", TOKEN), ("", "jeton-très-secret")])
def test_report_waits_while_something_else_answers(url: str, path: str, token: str) -> None:
    """A page of some proxy is no answer of notify's: the message is brought again, and nobody sees a traceback."""
    outcome = CliRunner().invoke(cli, ["mail", "report", "--url", f"{url}/{path}", "--token", token], input="x")
    assert (outcome.exit_code, type(outcome.exception)) == (75, SystemExit)


def test_report_that_is_not_there_is_said_so() -> None:
    """In a sentence, with the exit code of a mistake in the command."""
    outcome = CliRunner().invoke(cli, ["mail", "report", "no-such.eml", "--url", "http://x", "--token", TOKEN])
    assert (outcome.exit_code, "cannot be read" in outcome.output) == (2, True)


def test_campaign_shows_whom_it_would_ask(url: str) -> None:
    """Each reform, who answers for it, where its letter stands; then those whom nobody can reach."""
    days = ["--stage", "mid-term", "--since", "2027-01-01", "--until", "2027-12-31"]
    asked = ["notices", "campaign", "2027-mid-term", *days, "--url", url, "--token", TOKEN]
    shown = CliRunner().invoke(cli, [*asked, "--dry-run"])
    assert shown.exit_code == 0, shown.output
    assert "OGC-2026-000001 Costa Rica, Rezago: the holder, sent" in shown.output
    assert "2 would be asked, of whom 1 cannot be reached" in shown.output
    assert "2 are asked, of whom 1" in CliRunner().invoke(cli, asked).output
    assert json.loads(CliRunner().invoke(cli, [*asked, "--json"]).output)["undated"] == ["1b7bd1c5"]
