"""Where the command line finds the services, and what it says when it does not."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from deploy import defaults
from deploy.advice import advise, describe
from deploy.cli import app
from deploy.doors import find_urls
from deploy.services import find_runnable_services
from tests.unit.deploy.test_system import SYSTEM


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable, and no system was started here; the place where its description would be."""
    known = [*SYSTEM.command_line_settings(), *(f"{name.upper()}_URL" for name in find_runnable_services())]
    for name in known:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(defaults, "CURRENT", tmp_path / "system.json")
    return tmp_path / "system.json"


def test_option_goes_before_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each service by its name."""
    monkeypatch.setenv("REVIEW_URL", "http://review.example.org")
    monkeypatch.setenv("NOTIFY_URL", "http://notify.example.org")
    found = find_urls(["review=http://127.0.0.1:1?a=b"])
    assert found == {"review": "http://127.0.0.1:1?a=b", "notify": "http://notify.example.org"}


def test_address_needs_no_name_where_one_service_is_meant() -> None:
    """But elsewhere it does."""
    assert find_urls(["http://127.0.0.1:1/?a=b"], "review") == {"review": "http://127.0.0.1:1/?a=b"}
    for wrong in ("http://127.0.0.1:1", "reveiw=http://127.0.0.1:1"):
        with pytest.raises(typer.BadParameter):
            find_urls([wrong])


@pytest.mark.parametrize(
    "words",
    [
        ["parked", "list"],
        ["relay", "repair", "review"],
        ["clock", "show"],
        ["batch", "list"],
        ["notices", "list"],
    ],
)
def test_command_says_what_it_wants_to_be_told(words: list[str]) -> None:
    """Without a system here and without addresses it ends with 2, and no trace."""
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


def test_doctor_without_anything_says_that_it_saw_nothing() -> None:
    """Which is not the same as all being well."""
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 2
    assert "Nothing was looked at" in result.stderr


def test_silence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that does not answer is named with its address."""
    monkeypatch.setenv("REVIEW_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("CHALLENGE_TOKEN", "any")
    result = CliRunner().invoke(app, ["relay", "repair", "review"])
    assert (result.exit_code, result.stderr) == (2, "review does not answer at http://127.0.0.1:1: ConnectError\n")


def test_system_that_was_started_last_is_the_default(nothing_known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers for every option that nobody gives; a token of one's own goes before its."""
    SYSTEM.write(nothing_known)
    result = CliRunner().invoke(app, ["parked", "list", "--service", "review"])
    assert result.stderr.startswith(f"review does not answer at {SYSTEM.urls['review']}")
    monkeypatch.setenv("REVIEW_URL", "http://review.example.org")
    assert "Missing option" in CliRunner().invoke(app, ["parked", "list"]).stderr


def test_defaults_reach_every_command_that_knocks() -> None:
    """Whoever adds a command gets them by naming the variable."""
    found = defaults.find_defaults(get_command(app), SYSTEM.command_line_settings())
    assert found["parked"]["list"] == {
        "token": SYSTEM.token("desk"),
        "urls": [f"{name}={url}" for name, url in SYSTEM.urls.items()],
    }
    assert found["batch"]["list"]["url"] == SYSTEM.urls["review"]
    assert found["clock"]["show"] == {"url": SYSTEM.operator_url}
    assert found["up"] == found["setup"] == {}


def test_every_command_that_tells_can_tell_it_in_json() -> None:
    """A person reads, and so does a program; but a table that is exported is CSV."""
    assert set(_commands_without_json(get_command(app))) == {"up", "setup", "demo", "sweep", "clean", "export"}


def _commands_without_json(command: Any) -> list[str]:
    found = []
    for name, each in command.commands.items():
        if hasattr(each, "commands"):
            found += _commands_without_json(each)
        elif not any("--json" in option.opts for option in each.params):
            found.append(name)
    return found


@pytest.mark.parametrize(
    ("reader", "why", "advice"),
    [
        ("relay", "log-lost", "challenge relay repair review"),
        ("relay", "fork", "newer copy"),
        ("submissions", "breaker", "challenge parked resume review submissions"),
        ("forms", "unreadable", "challenge forms skip"),
        ("submissions", "something new", "challenge parked resume review submissions"),
    ],
)
def test_who_stands_still_is_told_what_to_do(reader: str, why: str, advice: str) -> None:
    """Each reason has its remedy, or that there is none."""
    halt = {"reader": reader, "why": why, "detail": "so", "since": "2026-11-22T13:00:00Z"}
    assert advice in advise("review", halt)
    assert why in describe("review", halt)
    assert json.dumps(halt)
