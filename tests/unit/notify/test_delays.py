"""When the review of a month is late, and what shows that its release has not merely not been heard yet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.delays import Heard, Hearing, last_late_month, late_from

DUE = datetime(2026, 9, 20, tzinfo=UTC)
BEFORE = Heard(7, DUE - timedelta(hours=1), stands_still=False)
AFTER = Heard(9, DUE, stands_still=False)


@given(st.datetimes(datetime(2025, 1, 2), datetime(2030, 1, 1)), st.integers(0, 60))  # noqa: DTZ001
def test_month_is_late_from_the_moment_that_is_named(now: datetime, days: int) -> None:
    """The newest late month is late by now, and the one after it is not yet."""
    zone, after, at = ZoneInfo("America/Bogota"), timedelta(days=days), now.replace(tzinfo=UTC)
    month = last_late_month(at, zone, after)
    year, number = map(int, month.split("-"))
    following = f"{year + number // 12:04d}-{number % 12 + 1:02d}"
    assert late_from(month, zone, after) <= at < late_from(following, zone, after)


def test_who_catches_up_waits_until_events_are_as_new_as_the_day() -> None:
    """In all partitions: the release may be in any of them. How fast they are heard plays no part."""
    hearing = Hearing(600)
    assert not hearing.is_heard_until(DUE, {0: BEFORE, 1: AFTER}, 0)
    assert not hearing.is_heard_until(DUE, {0: replace(BEFORE, seq=8), 1: AFTER}, 10_000)
    assert hearing.is_heard_until(DUE, {0: AFTER, 1: AFTER}, 10_001)


def test_silence_shows_after_a_while_that_nothing_is_to_be_heard() -> None:
    """Seen by the same process: what it has not watched for so long says nothing."""
    hearing = Hearing(600)
    silent = {0: BEFORE, 1: Heard(0, None, stands_still=False)}
    assert [hearing.is_heard_until(DUE, silent, at) for at in (50, 649, 650)] == [False, False, True]
    assert not Hearing(600).is_heard_until(DUE, silent, 651)


@pytest.mark.parametrize("heard", [BEFORE, AFTER])
def test_reader_that_stands_still_says_nothing(heard: Heard) -> None:
    """A hole, or a halt: what comes after it is not heard, however long that takes."""
    hearing, partitions = Hearing(600), {0: replace(heard, stands_still=True)}
    assert [hearing.is_heard_until(DUE, partitions, at) for at in (0, 10_000)] == [False, False]
