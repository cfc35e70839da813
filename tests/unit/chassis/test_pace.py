"""How often one source may knock."""

from typing import Any

import pytest
from fastapi import Request

from services.chassis.doors.pace import SWEPT_FROM, Pace, client_of
from services.chassis.doors.web import Problem


class Clock:
    """A clock that is moved by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_so_many_at_once_and_then_one_for_each_share_of_a_minute() -> None:
    """The answer says when the next may come; who waits that long is let in, and no one else pays for it."""
    clock = Clock()
    pace = Pace(6, clock)
    for _ in range(6):
        pace.check("one")
    with pytest.raises(Problem) as refused:
        pace.check("one")
    assert (refused.value.status, refused.value.code, refused.value.headers) == (
        429,
        "too-many-requests",
        {"Retry-After": "10"},
    )
    pace.check("another")
    clock.now += 10
    pace.check("one")
    with pytest.raises(Problem):
        pace.check("one")


def test_pace_may_be_of_another_period() -> None:
    """So many an hour, and then one for each share of it."""
    clock = Clock()
    pace = Pace(2, clock, period_seconds=3_600)
    pace.check("one")
    pace.check("one")
    with pytest.raises(Problem) as refused:
        pace.check("one")
    assert refused.value.headers == {"Retry-After": "1800"}
    clock.now += 1_800
    pace.check("one")


def test_what_is_refused_does_not_count() -> None:
    """Who goes on knocking is not shut out for longer."""
    clock = Clock()
    pace = Pace(1, clock)
    pace.check("one")
    for _ in range(100):
        with pytest.raises(Problem):
            pace.check("one")
    clock.now += 60
    pace.check("one")


def test_nothing_is_kept_of_those_who_came_long_ago() -> None:
    """A million addresses do not fill the memory."""
    clock = Clock()
    pace = Pace(60, clock)
    for number in range(20 * SWEPT_FROM):
        clock.now += 1
        pace.check(f"source {number}")
    assert len(pace._full_again) <= SWEPT_FROM


def test_no_limit_is_none() -> None:
    """Zero lets everyone through."""
    pace = Pace(0, Clock())
    for _ in range(1_000):
        pace.check("one")


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a-socket", "a-socket"),
    ],
)
def test_an_address_stands_for_its_subscriber(host: str, client: str) -> None:
    """With IPv6 that is a network."""
    scope: dict[str, Any] = {"type": "http", "client": (host, 1)}
    assert client_of(Request(scope)) == client
