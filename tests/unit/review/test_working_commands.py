"""The commands of working together send what the doors take, and print what they answer so that one can read it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter
from typer.testing import CliRunner

from services.review.api.assigning import AssessorsBody, HandOverBody
from services.review.api.bulk import ApplyBody, PlanBody
from services.review.api.coordinating import CaseBody
from services.review.cli import app
from tests.controls.envelope import MONTH, submission_id

ITEM = str(submission_id())
HASH = "0" * 64
OUTLINE: dict[str, Any] = {"outcome": None, "area": "justice", "reason_codes": [], "held": None, "assessor": None}
PLAN: dict[str, Any] = {
    "plan_id": ITEM,
    "hash": HASH,
    "applied_at": None,
    "going_on": 1,
    "refused": 1,
    "lines": [
        {
            "reference": "OGC-2026-000007",
            "title": "Courts [bold]",
            "before": OUTLINE | {"state": "in-review"},
            "after": OUTLINE | {"state": "in-review", "held": "Wait.", "assessor": "data-team:2"},
            "refusal": None,
            "detail": "",
        },
        {"reference": "", "title": "", "before": None, "after": None, "refusal": "unknown-item", "detail": ""},
    ],
}
CASE: dict[str, Any] = {"state": "contacted"}
THOUGHT: dict[str, Any] = {
    "month": MONTH,
    "applied": "2025-11",
    "draft": "2027-proposal",
    "changes": [{"code": "collaboration", "kind": "added"}],
    "same": 3,
    "differs": 1,
    "look_again": 0,
    "undecided": 0,
    "items": [
        {
            "reference": "OGC-2026-000007",
            "title": "Courts",
            "decided": "accepted",
            "would_be": "declined",
            "comparison": "differs",
            "why": [{"code": "collaboration", "kind": "added", "found": None, "now": "not-met"}],
        }
    ],
}
ASSIGNED = {"submission_id": ITEM, "round": 1, "assessor": "data-team:2", "code": "fewest", "why": "Had the fewest."}
ANSWERS: dict[str, Any] = {
    f"POST /batches/{MONTH}/assignment": {"applied": False, "assignments": [ASSIGNED]},
    f"GET /batches/{MONTH}/assignment": {"shares": [{"assessor": "data-team:2", "items": 3, "waiting": 1}]},
    f"POST /items/{ITEM}/1/assignment": ASSIGNED,
    "GET /drafts": {"criteria": ["2027-proposal"]},
    f"GET /batches/{MONTH}/what-if": THOUGHT,
    "GET /coordination": {
        "cases": [
            {**CASE, "month": MONTH, "member": "CR", "area": "justice", "items": 2, "outcome": None}
            | {"institutions": ["Corte", "Contraloría"]}
        ]
    },
    f"GET /coordination/{MONTH}/CR/justice": CASE,
    f"POST /coordination/{MONTH}/CR/justice": CASE,
    "GET /items": {"items": [{"submission_id": ITEM, "round": 1}], "next": None},
    "POST /plans": PLAN,
    f"GET /plans/{ITEM}": PLAN,
    f"POST /plans/{ITEM}/application": PLAN | {"applied_at": "2026-12-03T10:00:00Z"},
}

Run = Callable[..., tuple[str, list[Any]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against doors that answer as above; give what it prints and the bodies that it sent."""
    sent: list[Any] = []

    def answer(method: str, url: str, **content: Any) -> httpx.Response:
        if "json" in content:
            sent.append(content["json"])
        path = url.removeprefix("http://review")
        return httpx.Response(200, json=ANSWERS[f"{method} {path}"], request=httpx.Request(method, url))

    def invoke(*words: str) -> tuple[str, list[Any]]:
        sent.clear()
        done = CliRunner().invoke(app, [*words, "--url", "http://review", "--token", "t"], env={"COLUMNS": "240"})
        assert done.exit_code == 0, done.output
        return done.output, list(sent)

    monkeypatch.setattr(httpx, "request", answer)
    return invoke


def _fits(body: Any, shape: Any) -> bool:
    TypeAdapter[Any](shape).validate_json(json.dumps(body), strict=True)
    return True


def test_assigning_says_what_would_be_and_why(run: Run) -> None:
    """For a batch, for one item, and who has how much."""
    shown, [body] = run("batch", "assign", MONTH, "--assessor", "data-team:2", "--dry-run")
    assert _fits(body, AssessorsBody)
    assert "Had the fewest." in shown
    assert "this is what would be" in shown
    assert "data-team:2" in run("batch", "shares", MONTH)[0]
    _, [body] = run("item", "assign", ITEM, "data-team:2", "--why", "She is back.")
    assert _fits(body, HandOverBody)
    assert json.loads(run("batch", "assign", MONTH, "--json")[0])["applied"] is False


def test_a_case_is_listed_and_worked_on(run: Run) -> None:
    """By role, institution and day; without a day, today."""
    assert "Corte; Contraloría" in run("coordination", "list")[0]
    assert "contacted" in run("coordination", "show", MONTH, "CR", "justice")[0]
    _, [body] = run("coordination", "contact", MONTH, "CR", "justice", "holder", "Corte", "--on", "2026-11-20")
    assert _fits(body, CaseBody)
    assert body["contacted_on"] == "2026-11-20"
    for words in (("contact", "holder", "Corte"), ("conclude", "One dashboard."), ("reopen",)):
        _, [body] = run("coordination", words[0], MONTH, "CR", "justice", *words[1:])
        assert _fits(body, CaseBody)


def test_a_plan_is_shown_with_the_command_that_applies_it(run: Run, tmp_path: Path) -> None:
    """Every line before and after, and what is refused."""
    action = tmp_path / "hold.json"
    action.write_text(json.dumps({"do": "hold", "reason": "Wait."}))
    shown, [body] = run("bulk", "plan", str(action), "flagged:timing")
    assert _fits(body, PlanBody)
    for part in ("1 go on, 1 refused; not applied", "Courts [bold]", "in-review, justice, held back, data-team:2"):
        assert part in shown
    assert "unknown-item" in shown
    assert f"challenge bulk apply {ITEM} {HASH}" in shown
    assert run("bulk", "show", ITEM)[0] == shown
    done, [body] = run("bulk", "apply", ITEM, HASH)
    assert _fits(body, ApplyBody)
    assert "applied 2026-12-03" in done
    assert "to do this" not in done


def test_a_thought_is_told_with_its_reasons(run: Run) -> None:
    """What the draft changes, the counts, and each decision that would be another."""
    assert "2027-proposal" in run("batch", "drafts")[0]
    shown, _ = run("batch", "what-if", MONTH, "2027-proposal", "--assume", "collaboration:not-met")
    for part in ("added: collaboration", "same 3, differs 1", "collaboration added (never asked → not-met)"):
        assert part in shown
    assert json.loads(run("batch", "what-if", MONTH, "2027-proposal", "--json")[0]) == THOUGHT
