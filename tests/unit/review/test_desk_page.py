"""The page for someone new at the desk: its pictures are there, its searches read, its commands exist."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.review.cli import app
from services.review.domain.searching.language import read_query

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "desk.md").read_text(encoding="utf-8")
SEARCHES = [
    found for line in PAGE.splitlines() if line.startswith("| ") for found in re.findall(r"`(-?\w+:[^`]+)`", line)
]
COMMANDS = re.findall(r"^challenge (\w+)(?: ([a-z]\w+))?", PAGE, re.MULTILINE)


def test_every_picture_is_there_and_none_is_left_over() -> None:
    """Each is shown once, on this page or another, and says what it shows."""
    pages = "".join(page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("*.md")))
    shown = re.findall(r"!\[([^\]]+)\]\((pictures/[^)]+)\)", pages)
    assert sorted(path for _, path in shown) == sorted(f"pictures/{one.name}" for one in (DOCS / "pictures").iterdir())
    assert all(len(words) > 20 for words, _ in shown)


@pytest.mark.parametrize("search", SEARCHES)
def test_every_search_reads(search: str) -> None:
    """What the page tells to write can be written."""
    read_query(search)


@pytest.mark.parametrize(("group", "command"), COMMANDS)
def test_every_command_exists(group: str, command: str) -> None:
    """What the page tells to run can be run."""
    assert CliRunner().invoke(app, [*filter(None, (group, command)), "--help"]).exit_code == 0
