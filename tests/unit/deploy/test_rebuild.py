"""What `challenge review rebuild` says of what it found, and how it ends."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy import rebuild as command
from deploy.cli import app
from services.chassis.errors import Refusal
from services.chassis.reading.whole import Incomplete
from services.review.rebuilding import Difference, Verdict

EQUAL = Difference("told", 3, 3, "0123456789abcdef", "0123456789abcdef", 0, ())
SHOWN: tuple[dict[str, Any], ...] = (
    {"key": {"round": 1, "submission_id": "one"}, "living": True, "rebuilt": True, "fields": ["state", "title"]},
    {"key": {"round": 1, "submission_id": "two"}, "living": False, "rebuilt": True, "fields": []},
    {"key": {"round": 1, "submission_id": "three"}, "living": True, "rebuilt": False, "fields": []},
)
DIFFERS = Difference("item", 2, 2, "0" * 32, "f" * 32, 3, SHOWN)


def run(monkeypatch: pytest.MonkeyPatch, found: Verdict | Exception, *words: str) -> Result:
    """Run the command where this is found."""

    async def answer(*_: object, **__: object) -> Verdict:
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(command, "_rebuild", answer)
    options = ["--database-url", "postgresql://admin:secret@nowhere/it", "--bootstrap-servers", "nobody:1"]
    return CliRunner().invoke(app, ["review", "rebuild", *options, *words], env={"COLUMNS": "200"})


def test_equal_state_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so."""
    result = run(monkeypatch, Verdict((EQUAL,), taken_over=False))
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (
        0,
        "What is made again equals the living, row by row.",
    )


def test_what_differs_is_named_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """By table, key and columns; it ends with 1, and says where the rows made again are."""
    result = run(monkeypatch, Verdict((EQUAL, DIFFERS), taken_over=False))
    assert result.exit_code == 1
    for line in ("item 1 one: state, title", "item 1 two: is missing", "item 1 three: nothing told of it"):
        assert line in result.stdout
    assert "000000000000 / ffffffffffff" in result.stdout
    assert "review_rebuilt" in result.stdout
    printed = json.loads(run(monkeypatch, Verdict((DIFFERS,), taken_over=False), "--json").stdout)
    assert (printed["taken_over"], printed["tables"][0]["differing"]) == (False, 3)


def test_a_takeover_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """What differed is mended."""
    result = run(monkeypatch, Verdict((DIFFERS,), taken_over=True), "--swap")
    assert (result.exit_code, "have given way" in result.stdout) == (0, True)


@pytest.mark.parametrize("error", [Incomplete("submissions: 3 missing"), Refusal("moved-on", "stop it first")])
def test_what_cannot_be_made_again_is_said(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """In one sentence, without a trace."""
    result = run(monkeypatch, error, "--swap")
    assert (result.exit_code, str(error) in result.stdout) == (1, True)
