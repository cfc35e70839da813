"""What `challenge rebuild --public` says of what it found, and how it ends."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from typer.testing import CliRunner, Result

from deploy import rebuild_public as command
from deploy.cli import app
from services.chassis.database import Database
from services.chassis.errors import Refusal
from services.publish.domain.differences import Example, Field
from services.publish.rebuilding import BEFORE, BESIDE, Verdict
from services.publish.rebuilding.exchanging import Exchanged, Why
from services.publish.store.rebuilding import Compared

EQUAL = Verdict((Compared("award", 3, 3, "0123456789abcdef", "0123456789abcdef"),), {})
WRONG = Example("OGC-2026-000002 1", '"Americas"', '"Atlantis"')
DIFFERS = Verdict(
    (Compared("reform_entry", 3, 3, "0" * 32, "f" * 32),), {"reform_entry.region": Field(rows=1, examples=[WRONG])}
)


class Around:
    """All that is around the command."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, found: Verdict | Exception, *, alone: bool = True) -> None:
        self.found, self.alone = found, alone
        self.done: list[tuple[Why, str]] = []
        self.shares: list[float] = []
        for name in ("make_beside", "drop_beside", "settle"):
            monkeypatch.setattr(command, name, self._nothing)
        monkeypatch.setattr(Database, "open", self._nothing)
        monkeypatch.setattr(command, "rebuild", self._rebuild)
        monkeypatch.setattr(command, "paced", self._paced)
        monkeypatch.setattr(command, "put_in_place", self._put_in_place)
        monkeypatch.setattr(command, "connected", self._connected)

    def run(self, *words: str) -> Result:
        """Run the command."""
        options = ["--database-url", "postgresql://admin:secret@nowhere/it", "--bootstrap-servers", "nobody:1"]
        return CliRunner().invoke(app, ["rebuild", *options, *words], env={"COLUMNS": "200"})

    async def _nothing(self, *_: object) -> None:
        return

    @asynccontextmanager
    async def _connected(self, _url: str) -> "AsyncIterator[Around]":
        yield self

    async def fetchval(self, _sql: str) -> bool:
        """Say whether nobody else does the same."""
        return self.alone

    def _paced(self, _read: object, share: float) -> None:
        self.shares.append(share)

    async def _rebuild(self, *_: object) -> Verdict:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    async def _put_in_place(self, _url: str, _db: object, _read: object, why: Why, beside: str = BESIDE) -> Exchanged:
        if isinstance(self.found, Exception):
            raise self.found
        self.done.append((why, beside))
        return Exchanged(2, 12.3)


def test_equal_record_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """To compare is what it does unless it is told more; it says so and ends well."""
    around = Around(monkeypatch, EQUAL)
    for words in (["--public"], ["--public", "--dry-run"]):
        result = around.run(*words)
        assert (result.exit_code, "equals the living, row by row." in result.stdout) == (0, True)
    assert not around.done


def test_half_of_the_time_is_left_to_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it is asked for more or less; never is it asked to stand still."""
    around = Around(monkeypatch, EQUAL)
    for words in ([], ["--share", "1"]):
        assert around.run("--public", *words).exit_code == 0
    assert around.run("--public", "--share", "0").exit_code == 2
    assert around.shares == [0.5, 1]


def test_difference_without_a_reason_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Field by field, with the reform, before and after; also when an exchange was wanted."""
    around = Around(monkeypatch, DIFFERS)
    for words in ([], ["--swap"], ["--swap", "--explain", "area=It was told otherwise."]):
        result = around.run("--public", *words)
        assert result.exit_code == 1
        assert 'OGC-2026-000002 1: "Americas" → "Atlantis"' in result.stdout
        assert "no reason is given for reform_entry.region" in result.stdout
    assert not around.done
    printed = json.loads(around.run("--public", "--json").stdout)
    assert printed["fields"]["reform_entry.region"]["rows"] == 1


def test_explained_difference_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason goes with it."""
    around = Around(monkeypatch, DIFFERS)
    result = around.run("--public", "--swap", "--explain", "region=The map was wrong.")
    assert (result.exit_code, "waited 12 ms at most, at each of 2 tries" in result.stdout) == (0, True)
    assert around.done == [(Why("rebuilt", {"reform_entry.region": 1}, {"region": "The map was wrong."}), BESIDE)]


def test_what_was_replaced_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """If there is anything."""
    around = Around(monkeypatch, EQUAL)
    assert around.run("--public", "--rollback").exit_code == 0
    assert around.done == [(Why("rolled-back", {}, {}), BEFORE)]
    result = Around(monkeypatch, Refusal("nothing-there", "there is no record")).run("--public", "--rollback")
    assert (result.exit_code, "there is no record" in result.stdout) == (1, True)


def test_two_do_not_make_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one would drop what the other makes."""
    around = Around(monkeypatch, EQUAL, alone=False)
    for words in ("--swap", "--rollback", "--dry-run"):
        result = around.run("--public", words)
        assert (result.exit_code, "under-way" in result.stdout) == (1, True)
    assert not around.done


@pytest.mark.parametrize(
    "words", [[], ["--swap"], ["--public", "--swap", "--rollback"], ["--public", "--explain", "x"]]
)
def test_what_is_asked_wrongly_is_said(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    """And nothing is done."""
    around = Around(monkeypatch, EQUAL)
    assert around.run(*words).exit_code == 2
    assert not around.done


def test_what_cannot_be_made_again_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, without a trace."""
    result = Around(monkeypatch, Refusal("busy", "someone was reading")).run("--public")
    assert (result.exit_code, "busy: someone was reading" in result.stdout) == (1, True)
