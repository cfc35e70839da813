"""The tables of the commands show what people wrote as they wrote it, and cut nothing."""

import pytest

from services.review.cli.asking import show
from tests.controls.envelope import reference_of, submission_id

LINE = {
    "reference": reference_of(4),
    "title": "[/red] [bold]Un título bastante largo que no cabe en una sola línea de la tabla",
    "state": None,
    "submission_id": str(submission_id(4)),
}


def test_text_in_brackets_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    """A title can neither colour the table nor end the command."""
    show([LINE], ("reference", "title"), as_json=False)
    assert "[/red] [bold]Un" in capsys.readouterr().out


def test_nothing_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """References and ids stand on one line, to be copied; the rest takes as many as it needs."""
    show([LINE], ("reference", "title", "state", "submission_id"), as_json=False)
    shown = capsys.readouterr().out
    assert {reference_of(4), str(submission_id(4))} <= set(shown.split())
    assert "…" not in shown
    assert "tabla" in shown
