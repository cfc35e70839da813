"""Making the environment says one line, and all that pip said when it fails."""

import sys
from pathlib import Path

import pytest

from deploy.environment import LOCK, count_locked, run_quietly

TALKATIVE = "for n in range(300): print('Collecting package', n)"


def test_installation_says_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Hundreds of lines of pip's are not what a newcomer wants to see."""
    run_quietly([sys.executable, "-c", TALKATIVE], tmp_path / "log", 300)
    assert capfd.readouterr().out.splitlines() == ["Installing 300 locked packages …"]
    assert not (tmp_path / "log").exists()


def test_failed_installation_keeps_what_was_said(tmp_path: Path) -> None:
    """The end of it is shown, the rest is in a file."""
    with pytest.raises(SystemExit, match="no such package") as failed:
        run_quietly([sys.executable, "-c", f"{TALKATIVE}\nraise SystemExit('no such package')"], tmp_path / "log", 300)
    assert str(tmp_path / "log") in str(failed.value)
    assert len((tmp_path / "log").read_text().splitlines()) == 301


def test_every_locked_package_is_counted() -> None:
    """One for each name, whatever the number of hashes."""
    assert count_locked("a==1 \\\n    --hash=sha256:1\nb-c.d==2.0 ; x\n# e==3\n") == 2
    assert count_locked(LOCK.read_text()) > 100
