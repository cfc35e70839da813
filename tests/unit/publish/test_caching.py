"""When what a reader has is still what stands."""

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from fastapi import Request

from services.publish.domain.months import turned_at
from services.publish.site.answering import Answering
from services.publish.site.caching import Bodies, Kept, Rounds, digest_of, is_current, last_modified, tag_of
from services.publish.store.position import Position
from tests.controls.envelope import id_of

TOLD_AT = datetime(2026, 12, 10, 15, 0, 0, 999_000, tzinfo=UTC)
POSITION = Position("state 1", id_of("event", TOLD_AT), TOLD_AT)


def asking(path: str = "/reforms", query: bytes = b"", offered: str = "") -> Request:
    """Make a request that offers tags."""
    headers = [(b"if-none-match", offered.encode())]
    return Request(
        {"type": "http", "method": "GET", "scheme": "http", "server": ("x", 80), "root_path": "",
         "path": path, "query_string": query, "headers": headers}
    )  # fmt: skip


def test_tag_changes_with_whatever_is_shown() -> None:
    """State, edition, form, address and query each make another tag; the same give the same."""
    tags = {
        tag_of(POSITION, "e1", "page", asking()),
        tag_of(POSITION, "e1", "page", asking()),
        tag_of(replace(POSITION, state="state 2"), "e1", "page", asking()),
        tag_of(POSITION, "e2", "page", asking()),
        tag_of(POSITION, "e1", "json", asking()),
        tag_of(POSITION, "e1", "page", asking("/")),
        tag_of(POSITION, "e1", "page", asking(query=b"area=justice")),
    }
    assert len(tags) == 6


def test_tag_is_found_among_those_offered() -> None:
    """A reader may offer several, made weak on the way by a proxy; a star is no tag."""
    assert is_current('"a"', asking(offered='"b", W/"a"'))
    assert not is_current('"a"', asking(offered='"b"'))
    assert not is_current('"a"', asking(offered="*"))


def test_last_modified_is_told_by_the_newest_event_or_by_the_clock() -> None:
    """The moment of the newest event's id; or when the day began, or a release could be had, if that was later."""
    midnight = datetime(2026, 12, 10, tzinfo=UTC)
    assert last_modified(POSITION, midnight) == {"Last-Modified": "Thu, 10 Dec 2026 15:00:00 GMT"}
    for other in (None, UUID("0af76519-16cd-43dd-8448-eb211c80319c")):
        assert last_modified(Position("x", other, TOLD_AT), midnight) == {
            "Last-Modified": "Thu, 10 Dec 2026 00:00:00 GMT"
        }
    forward = datetime(2027, 1, 1, tzinfo=UTC)
    assert last_modified(POSITION, forward) == {"Last-Modified": "Fri, 01 Jan 2027 00:00:00 GMT"}


@pytest.mark.parametrize(
    ("moment", "turned"),
    [
        ("2026-12-10T15:00+00:00", "2026-12-09T23:00+00:00"),
        ("2026-12-31T23:30+00:00", "2026-12-31T23:00+00:00"),
        ("2027-01-01T00:30+00:00", "2027-01-01T00:00+00:00"),
    ],
)
def test_clock_turns_what_is_shown_with_the_day_and_with_a_release(moment: str, turned: str) -> None:
    """In the declared zone: at midnight, and an hour after that of a month's end."""
    zone = ZoneInfo("Europe/Madrid")
    assert turned_at(datetime.fromisoformat(moment), zone) == datetime.fromisoformat(turned)


async def test_kept_value_is_found_once_for_each_state() -> None:
    """What is counted for one state is not counted again before the next."""
    counted: list[str] = []

    async def count() -> int:
        counted.append("")
        return len(counted)

    kept: Kept[int] = Kept()
    assert [await kept.give(state, count) for state in ("a", "a", "b", "b", "a")] == [1, 1, 2, 2, 3]


async def test_who_asks_together_is_answered_together_and_never_from_before() -> None:
    """One look serves all who asked before it began; who comes while it goes on waits for the next."""
    begun: asyncio.Queue[asyncio.Event] = asyncio.Queue()
    numbers = itertools.count(1)

    async def look() -> int:
        number, ended = next(numbers), asyncio.Event()
        begun.put_nowait(ended)
        await ended.wait()
        return number

    rounds = Rounds(look)
    first = [asyncio.create_task(rounds.give()) for _ in range(3)]
    ended = await begun.get()
    second = [asyncio.create_task(rounds.give()) for _ in range(2)]
    await asyncio.sleep(0)
    ended.set()
    assert await asyncio.gather(*first) == [1, 1, 1]
    (await begun.get()).set()
    assert await asyncio.gather(*second) == [2, 2]


async def test_trouble_of_a_look_is_that_of_all_who_wait_and_of_nobody_later() -> None:
    """Who asks again is looked for again."""
    troubles = [OSError("away")]

    async def look() -> str:
        if troubles:
            raise troubles.pop()
        return "there"

    rounds = Rounds(look)
    told = await asyncio.gather(rounds.give(), rounds.give(), return_exceptions=True)
    assert [type(one) for one in told] == [OSError, OSError]
    assert await rounds.give() == "there"


def test_bodies_are_kept_up_to_a_limit() -> None:
    """What was not asked for the longest goes; what is larger than all of it is not kept."""
    bodies = Bodies(10)
    bodies.keep("a", b"1234")
    bodies.keep("b", b"1234")
    assert bodies.find("a") == b"1234"
    bodies.keep("c", b"1234")
    bodies.keep("d", b"12345678901")
    assert [bodies.find(tag) for tag in "abcd"] == [b"1234", None, b"1234", None]


def test_digest_changes_with_any_file(tmp_path: Path) -> None:
    """Another edition of any file is another edition of the site; so are other days."""
    (tmp_path / "page").write_text("one")
    first = digest_of([tmp_path], "UTC")
    assert digest_of([tmp_path], "Asia/Tokyo") != first
    (tmp_path / "page").write_text("two")
    assert digest_of([tmp_path], "UTC") != first


def test_edition_changes_with_the_address_of_the_site() -> None:
    """Files and feeds hold whole addresses: who has them by an earlier one does not have what stands."""
    at = {
        Answering(Mock(), ZoneInfo("UTC"), url).edition
        for url in ("https://one.example", "https://one.example/", "https://two.example")
    }
    assert len(at) == 2
