"""What `challenge provenance check` says, and how it ends."""

import json

import pytest
from typer.testing import CliRunner, Result

from deploy import provenance
from deploy.cli import app
from services.publish.store.gaps import Gap

GAPS = [Gap("version", 1, ("OGC-2026-000002",)), Gap("batch-report", 7, ("2026-11", "2026-12"))]


def run(monkeypatch: pytest.MonkeyPatch, gaps: list[Gap], *words: str) -> Result:
    """Run the command where these are found."""

    async def find(*_: object) -> list[Gap]:
        return gaps

    monkeypatch.setattr(provenance, "find", find)
    return CliRunner().invoke(app, ["provenance", "check", "--database-url", "postgresql://a:b@nowhere/c", *words])


def test_whole_chain_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so, for people and for programs."""
    result = run(monkeypatch, [])
    assert (result.exit_code, "can be followed back" in result.stdout) == (0, True)
    assert json.loads(run(monkeypatch, [], "--json").stdout) == []


def test_gap_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names what is missing, how often, and where first."""
    result = run(monkeypatch, GAPS)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "✗ version: 1, in OGC-2026-000002",
        "✗ batch-report: 7, in 2026-11, 2026-12 and more",
    ]
    result = run(monkeypatch, GAPS, "--json")
    assert (result.exit_code, json.loads(result.stdout)[1]["total"]) == (1, 7)
