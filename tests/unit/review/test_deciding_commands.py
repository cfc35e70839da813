"""The commands about one item send what was said, to the door that takes it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.chassis.codec import decode
from services.review.cli import app
from services.review.domain.commands import Assess, Withdraw
from services.review.domain.transitions import TABLE

BY_HAND = {
    "Assess": "batch assess",
    "Decide": "decide accept",
    "HoldBack": "batch hold",
    "Unhold": "batch unhold",
    "Release": "item release",
    "Correct": "decide correct",
    "Retract": "decide retract",
    "Reinstate": "decide reinstate",
    "Encourage": "decide encourage",
}
"""The command of the command line for each command of an item, but for those that only submitters give."""

NOTHING: dict[str, Any] = {"eligibility": {"overrules": []}, "relevance": {"overrules": []}}
UNTAGGED = {"tagging": {"area": None, "reason": None}}
SENT: dict[str, tuple[str, object]] = {
    "batch hold one Monday": ("hold", {"reason": "Monday"}),
    "batch unhold one Called": ("unhold", {"reason": "Called"}),
    "decide accept one": ("decision", {"outcome": "accepted", **NOTHING, **UNTAGGED}),
    "decide accept one --title Courts --note Thanks --area justice --area-reason So": (
        "decision",
        {
            "outcome": "accepted",
            "published_title": "Courts",
            "note": "Thanks",
            **NOTHING,
            "tagging": {"area": "justice", "reason": "So"},
        },
    ),
    "decide accept one --overrule member:met:Sure --overrule timing:met:2027:05": (
        "decision",
        {
            "outcome": "accepted",
            "eligibility": {"overrules": [{"code": "member", "verdict": "met", "reason": "Sure"}]},
            "relevance": {"overrules": [{"code": "timing", "verdict": "met", "reason": "2027:05"}]},
            **UNTAGGED,
        },
    ),
    "decide accept one --locality CO-CALI": (
        "decision",
        {"outcome": "accepted", "attribution": {"locality": "CO-CALI"}, **NOTHING, **UNTAGGED},
    ),
    "decide decline one late finished": (
        "decision",
        {"outcome": "declined", "reason_codes": ["late", "finished"], **NOTHING, **UNTAGGED},
    ),
    "decide ask one": ("decision", {"outcome": "clarification", **NOTHING, **UNTAGGED}),
    "decide ask one When?": ("decision", {"outcome": "clarification", "question": "When?", **NOTHING, **UNTAGGED}),
    "decide retract one --why Twice": ("retraction", {"effect": "correction", "why": "Twice"}),
    "decide reinstate one --why Wrong --silent": ("reinstatement", {"effect": "silent", "why": "Wrong"}),
    "decide encourage one --promising --support Peers": (
        "encouragement",
        {"promising": True, "support": ["Peers"]},
    ),
    "decide encourage one --no-promising": ("encouragement", {"promising": False, "support": []}),
}


class Given(NamedTuple):
    """What a door was given."""

    path: str
    body: object
    seen: str | None


Run = Callable[..., tuple[Result, list[Given]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against doors that take everything, and give what they were given."""
    given: list[Given] = []

    def answer(method: str, url: str, **sent: Any) -> httpx.Response:
        body = sent["json"] if "json" in sent else decode(dict[str, Any], sent.get("content", b"{}"))
        given.append(Given(url.removeprefix("http://review"), body, sent["headers"].get("If-Match")))
        return httpx.Response(200, json={"state": "decided"}, request=httpx.Request(method, url))

    def invoke(*words: str) -> tuple[Result, list[Given]]:
        given.clear()
        return CliRunner().invoke(app, [*words, "--url", "http://review", "--token", "t"]), given

    monkeypatch.setattr(httpx, "request", answer)
    return invoke


@pytest.mark.parametrize("words", sorted(SENT))
def test_what_was_said_is_sent(run: Run, words: str) -> None:
    """To the item's own door; what was not said is not sent."""
    done, given = run(*words.split())
    path, body = SENT[words]
    assert done.exit_code == 0, done.output
    assert given == [Given(f"/items/one/1/{path}", body, None)]


def test_a_file_is_sent_as_it_is(run: Run, tmp_path: Path) -> None:
    """An assessment and a correction are written elsewhere."""
    file = tmp_path / "said.json"
    file.write_text('{"area": "justice"}')
    for words, path in {("batch", "assess"): "assessment", ("decide", "correct"): "correction"}.items():
        _, given = run(*words, "one", str(file), "--round", "2", "--revision", "7")
        assert given == [Given(f"/items/one/2/{path}", {"area": "justice"}, '"7"')]


def test_an_overrule_without_a_reason_is_not_sent(run: Run) -> None:
    """It says how to write it."""
    done, given = run("decide", "accept", "one", "--overrule", "timing:met")
    assert (done.exit_code, given) == (2, [])
    assert "code:verdict:reason" in done.output


def test_every_command_of_an_item_can_be_typed() -> None:
    """What an item can be asked, the command line can ask."""
    commands = {command.__name__ for command in TABLE[next(iter(TABLE))]} - {Withdraw.__name__}
    assert Assess.__name__ in commands
    assert set(BY_HAND) == commands
    for words in BY_HAND.values():
        assert CliRunner().invoke(app, [*words.split(), "--help"]).exit_code == 0, words
