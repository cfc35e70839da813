"""Months of the declared zone."""

from datetime import UTC, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from services.intake.domain.calendar import end_of, hash_of
from tests.controls.envelope import id_of
from tests.controls.intake import moment


@pytest.mark.parametrize(
    ("month", "zone", "end"),
    [
        ("2026-11", "UTC", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12", "UTC", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-03", "Europe/Madrid", datetime(2026, 3, 31, 22, tzinfo=UTC)),
        ("2026-11", "America/Bogota", datetime(2026, 12, 1, 5, tzinfo=UTC)),
    ],
)
def test_a_month_ends_by_its_zone(month: str, zone: str, end: datetime) -> None:
    """Summer time included."""
    assert end_of(month, ZoneInfo(zone)) == end


def test_the_hash_is_over_sorted_ids() -> None:
    """In whatever order they came."""
    ids = [id_of(name) for name in "abc"]
    assert hash_of(ids) == hash_of(reversed(ids)) == sha256(b"".join(sorted(one.bytes for one in ids))).hexdigest()
    assert hash_of([]) == sha256(b"").hexdigest()


def test_a_month_is_closed_with_all_before_it() -> None:
    """Months close in order."""
    seen = moment(last_closed="2026-10")
    assert [seen.is_closed(month) for month in ("2025-12", "2026-10", "2026-11")] == [True, True, False]
    assert not moment(last_closed=None, closed_until=None).is_closed("2020-01")
