"""The commands that look closely print what the doors answer so that a person can read it."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from services.review.cli import app

ITEM = "/items/one/1"
LONG = "palabra " * 40
ANSWERS: dict[str, Any] = {
    f"{ITEM}/similar": {
        "compared": True,
        "candidates": [
            {
                "reference": "OGC-2026-000007",
                "score": 0.91,
                "state": "in-review",
                "member": "CR",
                "title": "Menos rezago [bold]",
                "institution": "Corte",
                "why": [{"code": "same-commitment", "likeness": None}, {"code": "title", "likeness": 0.44}],
            }
        ],
    },
    "/items/two/1/similar": {"compared": False, "candidates": []},
    "/items/three/1/similar": {"compared": True, "candidates": []},
    "/batches/2026-11/items": {
        "items": [{"submission_id": name, "round": 1} for name in ("one", "two")],
        "next": None,
    },
    f"{ITEM}/versions": {
        "versions": [
            {
                "version": 3,
                "round": 1,
                "kind": "amended",
                "told_at": "2026-11-20",
                "stands": True,
                "frozen": True,
                "changes": [
                    {
                        "field": "title",
                        "stretches": [
                            {"kind": "kept", "text": LONG},
                            {"kind": "removed", "text": "rezago"},
                            {"kind": "added", "text": "atraso"},
                        ],
                    }
                ],
            }
        ]
    },
    f"{ITEM}/difference": {"before": 1, "after": 3, "changes": []},
}

Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against doors that answer as above, and give what it prints."""

    def answer(method: str, url: str, **_: Any) -> httpx.Response:
        path = url.removeprefix("http://review")
        return httpx.Response(200, json=ANSWERS[path], request=httpx.Request(method, url))

    def invoke(*words: str) -> str:
        options = ["--url", "http://review", "--token", "t"]
        done = CliRunner().invoke(app, ["batch", *words, *options], env={"COLUMNS": "240"})
        assert done.exit_code == 0, done.output
        return done.output

    monkeypatch.setattr(httpx, "request", answer)
    return invoke


def test_similar_shows_why(run: Run) -> None:
    """Of one item, or of every item of a batch; what was not compared yet is said."""
    one = run("similar", "one")
    assert "OGC-2026-000007" in one
    assert "same-commitment, title 0.44" in one
    assert "Menos rezago [bold]" in one
    whole = run("similar", "2026-11")
    assert "OGC-2026-000007" in whole
    assert "not compared yet" in whole
    assert run("similar", "three") == "nothing looks like it\n"
    assert json.loads(run("similar", "one", "--json")) == {"one": ANSWERS[f"{ITEM}/similar"]}


def test_difference_marks_what_changed(run: Run) -> None:
    """Removed and added are marked without colours too; a long stretch that stayed is cut."""
    shown = run("versions", "one")
    assert "version 3, round 1, amended 2026-11-20  FROZEN" in shown
    assert "[-rezago-]{+atraso+}" in shown
    assert " … " in shown
    assert run("difference", "one") == "version 3, beside version 1\n"
