"""Reading ahead: the next chunk is read while one is sent, and given only where the cursors stand as expected."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.chassis.relay import ahead as reading_ahead
from services.chassis.relay.ahead import CHUNK_MAX_BYTES, Chunk, ReadAhead
from services.chassis.relay.lease import Lease
from services.chassis.relay.lost_log import Cursor, Stream

STREAM = Stream("submissions", 0)
OTHER = Stream("submissions", 1)


class _Outbox:
    """Holds numbers from 1 up to an end in one stream, and notes where each reading began."""

    def __init__(self, end: int, payload: bytes = b"x" * 1000) -> None:
        self.end = end
        self.begun: list[int] = []
        self._payload = payload

    async def read_chunk(self, cursors: Mapping[Stream, Cursor], limit: int, _: int) -> Chunk:
        begin = cursors[STREAM].relayed_seq
        self.begun.append(begin)
        await asyncio.sleep(0)
        rows = [{"seq": seq, "payload": self._payload} for seq in range(begin + 1, min(begin + limit, self.end) + 1)]
        return cast("Chunk", {STREAM: rows} if rows else {})


def _at(seq: int) -> dict[Stream, Cursor]:
    return {STREAM: Cursor(seq, seq), OTHER: Cursor()}


def _ahead(outbox: _Outbox, limit: int = 10) -> ReadAhead:
    return ReadAhead(cast("Lease", outbox), limit)


async def _sent() -> str:
    await asyncio.sleep(0)
    return "sent"


def _seqs(chunk: Chunk) -> list[int]:
    return [cast("Any", row)["seq"] for row in chunk[STREAM]]


async def test_what_follows_is_read_while_a_chunk_is_sent() -> None:
    """It is given from there on without asking the database again."""
    outbox = _Outbox(25)
    ahead = _ahead(outbox)
    chunk = await ahead.read(_at(0))
    assert await ahead.during(_sent(), _at(0), chunk) == "sent"
    assert outbox.begun == [0, 10]
    assert _seqs(await ahead.read(_at(10))) == list(range(11, 21))
    assert outbox.begun == [0, 10]


async def test_after_a_batch_that_took_less_it_is_read_again() -> None:
    """Nothing is left out, whatever was read ahead; and what was read ahead is given at most once."""
    outbox = _Outbox(25)
    ahead = _ahead(outbox)
    await ahead.during(_sent(), _at(0), await ahead.read(_at(0)))
    assert _seqs(await ahead.read(_at(7)))[0] == 8
    assert _seqs(await ahead.read(_at(10)))[0] == 11
    assert outbox.begun == [0, 10, 7, 10]


async def test_behind_a_chunk_that_held_all_there_was_nothing_is_read() -> None:
    """What is told meanwhile is found by the next reading, not hidden by an empty one."""
    outbox = _Outbox(3)
    ahead = _ahead(outbox)
    await ahead.during(_sent(), _at(0), await ahead.read(_at(0)))
    assert outbox.begun == [0]
    outbox.end = 4
    assert _seqs(await ahead.read(_at(3))) == [4]


async def test_few_large_rows_fill_a_chunk() -> None:
    """Bytes count as well as rows."""
    outbox = _Outbox(2, b"x" * (CHUNK_MAX_BYTES // 2 + 1))
    ahead = _ahead(outbox, limit=1)
    chunk = await _ahead(outbox, limit=1).read(_at(0))
    await ahead.during(_sent(), _at(0), chunk)
    assert outbox.begun == [0, 1]


async def test_trouble_in_sending_is_told_and_leaves_the_reading_whole() -> None:
    """The connection is the leader's: its reading comes to an end before anything else is asked of it."""
    outbox = _Outbox(25)
    ahead = _ahead(outbox)
    chunk = await ahead.read(_at(0))

    async def break_off() -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await ahead.during(break_off(), _at(0), chunk)
    assert outbox.begun == [0, 10]
    assert _seqs(await ahead.read(_at(0)))[0] == 1


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that somebody would have waited."""
    found: list[float] = []

    async def wait(seconds: float) -> None:
        found.extend([seconds] if seconds else [])

    monkeypatch.setattr(reading_ahead, "asyncio", SimpleNamespace(create_task=asyncio.create_task, sleep=wait))
    return found


async def test_what_is_told_soon_after_little_is_gathered(waited: list[float]) -> None:
    """The first goes at once; what follows it waits for more."""
    outbox = _Outbox(3)
    ahead = ReadAhead(cast("Lease", outbox), 10, gathering_seconds=60.0)
    assert (_seqs(await ahead.read(_at(0))), waited) == ([1, 2, 3], [])
    outbox.end = 5
    assert _seqs(await ahead.read(_at(3))) == [4, 5]
    assert len(waited) == 1
    assert 0 < waited[0] <= 60


async def test_what_is_told_after_much_or_after_nothing_goes_at_once(waited: list[float]) -> None:
    """Much is gathered already, and what comes alone gains nothing by waiting."""
    outbox = _Outbox(10)
    ahead = ReadAhead(cast("Lease", outbox), 10, gathering_seconds=60.0)
    await ahead.read(_at(0))
    assert await ahead.read(_at(10)) == {}
    outbox.end = 11
    assert _seqs(await ahead.read(_at(10))) == [11]
    assert waited == []
