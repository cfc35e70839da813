"""The clock's command reads lengths of time and moments, and never a way back."""

from datetime import UTC, datetime, timedelta

import pytest
import typer

from deploy.clock import read_step

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by", "step"),
    [
        ("31d", timedelta(days=31)),
        ("12h", timedelta(hours=12)),
        ("0s", timedelta()),
        ("2026-12-01T00:06:00+00:00", timedelta(days=8, hours=12, minutes=6)),
        ("2026-12-01T01:06:00+01:00", timedelta(days=8, hours=12, minutes=6)),
        ("2026-12-01", timedelta(days=8, hours=12)),
    ],
)
def test_step_is_read(by: str, step: timedelta) -> None:
    """A length, or a moment; one without a zone is in UTC."""
    assert read_step(by, NOW) == step


@pytest.mark.parametrize("by", ["", "31", "d", "-1d", "soon", "2026-11-22T11:59:59+00:00"])
def test_other_steps_are_refused(by: str) -> None:
    """What is neither, or leads back, is refused with its reason."""
    with pytest.raises(typer.BadParameter):
        read_step(by, NOW)
