"""The operator's commands, tried on a whole system that they know by its addresses alone."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.database import connected
from deploy.doctor import examine_system
from deploy.examination import database as database_examination
from tests.integration.deploy.conftest import Running, wait_for

PARK = """
INSERT INTO review.parked_event (source_topic, partition, seq, event_id, type, subject, reason, raw, error, parked_at)
VALUES ('submissions', 3, $1, $2, $3, $4, $5, $6, $7, clock_timestamp())
"""
TYPE = "org.opengovpartnership.challenge.submission.received.v1"
POISON = b'{"broken": "\xc3\xa9"}'
UNNUMBERED = -17_638_000_000_000_000


@pytest.fixture(autouse=True)
def elsewhere(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an operator on another machine sets."""
    for name, url in running.system.urls.items():
        monkeypatch.setenv(f"{name.upper()}_URL", url)
    monkeypatch.setenv("CHALLENGE_TOKEN", running.system.token("desk"))
    monkeypatch.setenv("OPERATOR_DATABASE_URL", running.system.operator_url)


def challenge(*words: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(app, [str(word) for word in words])


def answer_to(*words: object) -> Any:
    """Run a command that goes well, and read its JSON."""
    result = challenge(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def sql(running: Running, statement: str, *values: object) -> None:
    """Change the database behind everybody's back."""

    async def run() -> None:
        async with connected(running.system.database_url) as admin:
            await admin.execute(statement, *values)

    asyncio.run(run())


@pytest.fixture
def subject(running: Running) -> Iterator[str]:
    """A submission of which one event is parked, and one waits behind it."""
    subject = str(uuid4())
    sql(running, PARK, 900_001, uuid4(), TYPE, subject, "data", POISON, "CheckViolationError: title_not_empty")
    sql(running, PARK, 900_002, uuid4(), TYPE, subject, "behind", POISON, "")
    yield subject
    sql(running, "DELETE FROM review.parked_event")


def test_parked_events_are_listed_with_what_to_do(subject: str) -> None:
    """One block for each queue; the commands can be copied."""
    told = challenge("parked", "list").stdout
    assert f"review cannot apply, on submissions, of {subject}:" in told
    assert "data: CheckViolationError: title_not_empty" in told
    assert "waits behind it" in told
    assert f"challenge parked replay review submissions {subject} --dry-run" in told
    assert [row["seq"] for row in answer_to("parked", "list", "--service", "review")] == [900_001, 900_002]


@pytest.mark.usefixtures("subject")
def test_parked_event_is_shown_whole() -> None:
    """With what it holds, in characters that a person reads."""
    words = ("parked", "show", "review", "submissions", 3, 900_001)
    assert '"broken": "é"' in challenge(*words).stdout
    assert answer_to(*words)["raw"] == POISON.decode()


def test_replay_of_what_still_fails_changes_nothing(subject: str) -> None:
    """The service refuses, and the command says so."""
    result = challenge("parked", "replay", "review", "submissions", subject, "--dry-run")
    assert result.exit_code == 1
    assert "review refuses" in result.stderr
    assert len(answer_to("parked", "list")) == 2


def test_queue_is_discarded_for_a_reason(subject: str) -> None:
    """Then nothing is parked."""
    words = ("parked", "discard", "review", "submissions", subject, "--reason", "a test", "--whole-queue")
    assert answer_to(*words) == {"subject": subject, "events": 2}
    assert "Nothing is parked" in challenge("parked", "list").stdout


def test_what_was_done_is_said(subject: str) -> None:
    """In a sentence, where nobody asks for JSON."""
    words = ("parked", "discard", "review", "submissions", subject, "--reason", "a test", "--whole-queue")
    assert challenge(*words).stdout == f"2 events of {subject} on submissions: given up.\n"


def test_record_without_a_number_is_dismissed(running: Running) -> None:
    """Its place is below zero, which is no option."""
    sql(running, PARK, UNNUMBERED, None, None, "", "unnumbered", b"\xff", "no relay wrote this record")
    place = ("review", "submissions", 3, UNNUMBERED)
    assert f"challenge parked dismiss review submissions 3 {UNNUMBERED}" in challenge("parked", "list").stdout
    assert answer_to("parked", "show", *place)["reason"] == "unnumbered"
    assert answer_to("parked", "dismiss", *place, "--reason", "not ours")["settlement"] == "discarded"
    assert answer_to("parked", "list") == []
    sql(running, "DELETE FROM review.parked_event")


def test_reader_that_stands_still_is_resumed(running: Running) -> None:
    """Who, why, what to do; and then it goes on."""
    sql(running, "INSERT INTO notify.halted_reader VALUES ('decisions', 'breaker', 'too many', clock_timestamp())")
    assert "`challenge parked resume notify decisions`" in challenge("parked", "list").stdout
    assert [halt["reader"] for halt in answer_to("parked", "halted")] == ["decisions"]
    assert answer_to("parked", "resume", "notify", "decisions")["state"] == "resumed"
    assert answer_to("parked", "halted") == []


def test_relay_that_stands_still_is_shown_and_repaired(running: Running) -> None:
    """The status holds the reason and the remedy; the remedy works."""
    sql(running, "INSERT INTO publish.halted_reader VALUES ('relay', 'log-lost', 'reforms/3 ends', clock_timestamp())")
    told = challenge("relay", "status").stdout
    assert "publish's relay stands still" in told
    assert "(log-lost): reforms/3 ends" in told
    assert "`challenge relay repair publish`" in told
    assert challenge("parked", "resume", "publish", "relay").exit_code == 1
    assert answer_to("relay", "repair", "publish")["state"] == "repair-ordered"
    wait_for(lambda: answer_to("relay", "status", "--service", "publish")[0]["halted"] is None, "it is repaired")


def test_fork_has_no_command(running: Running) -> None:
    """What to do about a fork is said, and no command does it."""
    sql(running, "INSERT INTO publish.halted_reader VALUES ('relay', 'fork', 'another event', clock_timestamp())")
    try:
        assert "Bring back a newer copy" in challenge("relay", "status").stdout.replace("\n", " ")
        result = challenge("relay", "repair", "publish")
        assert (result.exit_code, "forked" in result.stderr) == (1, True)
    finally:
        sql(running, "DELETE FROM publish.halted_reader")


def test_one_address_is_enough_for_one_service(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name where the command is about one service; with its name elsewhere."""
    url = running.system.urls["review"]
    for name in running.system.urls:
        monkeypatch.delenv(f"{name.upper()}_URL")
    assert answer_to("parked", "list", "--service", "review", "--url", url) == []
    assert [relay["service"] for relay in answer_to("relay", "status", "--url", f"review={url}")] == ["review"]
    assert challenge("parked", "list", "--url", url).exit_code == 2


def test_wrong_token_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of the service that refuses."""
    monkeypatch.setenv("CHALLENGE_TOKEN", "nobody's")
    result = challenge("relay", "status", "--service", "review")
    assert (result.exit_code, "review refuses: token-unknown" in result.stderr) == (1, True)


def test_clock_is_shown_to_the_operator() -> None:
    """By the database alone."""
    assert answer_to("clock", "show")["offset_seconds"] >= 0


def test_doctor_sees_what_waits(running: Running, subject: str) -> None:
    """Parked events and who stands still, with what to do; the rest is as it should be."""
    sql(running, "INSERT INTO notify.halted_reader VALUES ('decisions', 'breaker', 'too many', clock_timestamp())")
    found = {finding.what: finding for finding in asyncio.run(examine_system(running.patient)) if finding.trouble}
    challenge("parked", "resume", "notify", "decisions")
    assert found.keys() == {"review has parked nothing", "nothing of notify stands still"}, subject
    assert "challenge parked resume notify decisions" in found["nothing of notify stands still"].remedy


def test_doctor_sees_a_role_that_does_not_wait_for_the_disk(running: Running) -> None:
    """A setting of one role's is as bad as the server's: its service would not start again."""
    sql(running, "ALTER ROLE review SET synchronous_commit = off")
    try:
        findings = asyncio.run(database_examination.examine_database(running.system.database_url, "embedded"))
    finally:
        sql(running, "ALTER ROLE review RESET synchronous_commit")
    assert [finding.trouble for finding in findings if finding.trouble] == [
        "synchronous_commit is off for review: wanted is on"
    ]


def test_doctor_lets_production_have_no_other_time(running: Running) -> None:
    """Elsewhere the clock may be ahead."""
    assert challenge("clock", "advance", "1s").exit_code == 0
    troubles = {
        profile: [
            finding.trouble
            for finding in asyncio.run(database_examination.examine_database(running.system.database_url, profile))
            if finding.trouble
        ]
        for profile in ("embedded", "production")
    }
    assert troubles == {"embedded": [], "production": ["production refuses to run on moved time"]}


def test_doctor_says_what_it_did_not_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows one address and no token sees what anyone may see."""
    monkeypatch.delenv("CHALLENGE_TOKEN")
    monkeypatch.delenv("INTAKE_URL")
    found = json.loads(challenge("doctor", "--json").stdout)
    passed_over = {finding["what"] for finding in found if finding["passed_over"]}
    assert {"intake", "database", "topics", "review's settings"} <= passed_over
    assert "review answers" in {finding["what"] for finding in found} - passed_over
