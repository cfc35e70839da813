"""Passes: known by who has the key, for their purpose and their time alone."""

from datetime import UTC, datetime, timedelta

import pytest

from services.chassis.doors.passes import make_pass, read_pass
from services.chassis.errors import Refusal

KEY, OTHER = b"k" * 32, b"o" * 32
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
BEFORE = UNTIL - timedelta(seconds=1)
PASS = make_pass(KEY, "updates", "OGC-2026-000001", UNTIL)


def refusal(shown: str, key: bytes = KEY, purpose: str = "updates", now: datetime = BEFORE) -> tuple[str, int]:
    """Give why a pass is refused."""
    with pytest.raises(Refusal) as caught:
        read_pass(key, purpose, shown, now)
    return caught.value.code, caught.value.status


def test_pass_says_what_it_is_about_until_its_last_moment() -> None:
    """The same pass each time, made of what stands well in an address."""
    assert read_pass(KEY, "updates", PASS, BEFORE) == "OGC-2026-000001"
    assert make_pass(KEY, "updates", "OGC-2026-000001", UNTIL) == PASS
    assert PASS.replace(".", "").replace("-", "").replace("_", "").isalnum()
    assert refusal(PASS, now=UNTIL) == ("pass-over", 410)


@pytest.mark.parametrize(
    "shown",
    [
        PASS.replace("000001", "000002"),
        PASS.replace(f".{int(UNTIL.timestamp())}.", f".{int(UNTIL.timestamp()) + 1}."),
        PASS[:-1] + ("A" if PASS[-1] != "A" else "B"),
        PASS + "A",
        "",
        "..",
        "OGC-2026-000001.99999999999." + "A" * 43,
        "é" * 70,
    ],
)
def test_pass_that_was_changed_is_not_known(shown: str) -> None:
    """In any part of it."""
    assert refusal(shown) == ("pass-unknown", 404)


def test_pass_is_for_one_key_and_purpose() -> None:
    """Another's opens nothing."""
    assert refusal(PASS, key=OTHER) == ("pass-unknown", 404)
    assert refusal(PASS, purpose="drafts") == ("pass-unknown", 404)
