"""How many of those who wait are taken in together."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.intake.reception.grouping import HALVED_ABOVE, Reception, Waiter
from services.intake.settings import Settings


def reception(group_max: int = 500) -> Reception:
    """Make one that nobody serves."""
    settings = cast("Settings", SimpleNamespace(group_wait_ms=0, group_max_requests=group_max))
    return Reception(cast("Any", None), settings)


def come(to: Reception, count: int) -> None:
    """Let so many wait."""
    for _ in range(count):
        to._queue.put_nowait(Waiter(cast("Any", None), asyncio.get_running_loop().create_future()))


async def test_a_crowd_that_comes_again_and_again_is_shared_out_over_two_groups() -> None:
    """However it begins: while one half is kept, the other half is read."""
    crowd = reception()
    come(crowd, 60)
    sizes = []
    for _ in range(6):
        sizes.append(len(await crowd._gather()))
        come(crowd, sizes[-2] if len(sizes) > 1 else 4)
    assert all(abs(size - 32) <= 2 for size in sizes[2:])


@pytest.mark.parametrize("count", [1, 5, HALVED_ABOVE])
async def test_few_are_taken_at_once(count: int) -> None:
    """Nobody waits for a second group without need."""
    few = reception()
    come(few, count)
    assert len(await few._gather()) == count


async def test_no_group_is_larger_than_set() -> None:
    """However many wait."""
    many = reception(group_max=20)
    come(many, 190)
    assert [len(await many._gather()) for _ in range(3)] == [20, 20, 20]
