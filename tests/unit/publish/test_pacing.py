"""A rebuild leaves a share of the time to those who read."""

from collections.abc import AsyncIterator, Mapping
from types import SimpleNamespace

import pytest

from contracts.topics import DECISIONS, Topic
from services.chassis.reading.position import Heard
from services.publish.rebuilding import making, paced


@pytest.mark.parametrize(("share", "pause"), [(1.0, 0.0), (0.5, 3.0), (0.25, 9.0)])
async def test_each_page_is_followed_by_its_pause(monkeypatch: pytest.MonkeyPatch, share: float, pause: float) -> None:
    """As long as what was made of the page took; what reading it took is not counted."""
    now = [0.0]
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def pages(_topic: Topic, _up_to: Mapping[int, int], _after: Mapping[int, int]) -> AsyncIterator[list[Heard]]:
        for _ in range(2):
            now[0] += 100
            yield []

    monkeypatch.setattr(making, "monotonic", lambda: now[0])
    monkeypatch.setattr(making, "asyncio", SimpleNamespace(sleep=sleep))
    async for _ in paced(pages, share)(DECISIONS, {}, {}):
        now[0] += 3
    assert pauses == [pause, pause]
