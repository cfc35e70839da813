"""How a reform's way is told, and the days of each step."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.publish.domain.reforms import Document, fold
from services.publish.domain.way import Step, end_of, way_of
from tests.controls.publish import at, story

PUBLISHED = Step(step="published", at=at(0))


def document() -> Document:
    """Give what the example reform was when it first appeared."""
    entries, _ = fold({}, story("accepted"))
    found = entries[0].document
    assert found is not None
    return found


def test_steps_stand_in_the_order_of_time_with_the_days_between() -> None:
    """From receipt to the last change, whatever order the later ones are given in."""
    corrected = Step(step="corrected", at=at(0) + timedelta(days=3), about="The locality's own.")
    letter = Step(step="letter", at=at(0) + timedelta(minutes=1), about="outcome")
    steps = way_of(document(), [corrected, letter, PUBLISHED], ZoneInfo("UTC"))
    told = [(step.step, step.days) for step in steps]
    first, closed, decided = document().received_at, datetime(2026, 12, 1, tzinfo=UTC), document().decided_at
    assert told == [
        ("received", None),
        ("closed", (closed.date() - first.date()).days),
        ("decided", (decided.date() - closed.date()).days),
        ("published", (at(0).date() - decided.date()).days),
        ("letter", 0),
        ("corrected", 3),
    ]
    assert steps[-1].about == "The locality's own."


def test_days_are_those_of_the_zone() -> None:
    """Two moments of one day in UTC are of two days where midnight is between them."""
    late = Step(step="corrected", at=at(0).replace(hour=23))
    early = Step(step="published", at=at(0).replace(hour=1))
    assert way_of(document(), [early, late], ZoneInfo("UTC"))[-1].days == 0
    assert way_of(document(), [early, late], ZoneInfo("Asia/Tokyo"))[-1].days == 1


def test_steps_of_one_moment_keep_their_order() -> None:
    """A decision that is released at once is decided first."""
    same = Step(step="published", at=document().decided_at)
    assert [step.step for step in way_of(document(), [same], ZoneInfo("UTC"))][-2:] == ["decided", "published"]


@pytest.mark.parametrize(
    ("month", "zone", "expected"),
    [
        ("2026-11", "UTC", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12", "UTC", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-11", "Asia/Tokyo", datetime(2026, 11, 30, 15, tzinfo=UTC)),
    ],
)
def test_a_month_ends_where_the_next_begins(month: str, zone: str, expected: datetime) -> None:
    """Also at the year's end, by the zone's own midnight."""
    assert end_of(month, ZoneInfo(zone)) == expected
