"""Processes die, freeze and come twice; nothing is lost, and nobody is told twice."""

import signal
from datetime import timedelta

import pytest

from tests.harness.people import People
from tests.harness.system import System
from tests.harness.waiting import seen

KILLED = -signal.SIGKILL
SESSION_SECONDS = 6


def outcome_of(number: int) -> str:
    """Let every third be declined."""
    return "declined" if number % 3 == 2 else "accepted"


async def died(system: System, name: str) -> None:
    """Wait until an instance has met its failpoint, and its next life is ready."""

    async def deaths() -> list[int]:
        return system[name].deaths

    await seen(deaths, lambda found: KILLED in found, what=f"{name} killed at its failpoint")
    await system.ready()


@pytest.mark.parametrize("point", ["before_commit", "after_commit_before_offset", "after_send_before_cursor"])
async def test_every_service_killed_at_a_named_point(system: System, people: People, point: str) -> None:
    """Each service dies once at the same point of a month's way, and is started again."""
    for instance in system.instances.values():
        instance.deaths.clear()
        instance.restart(failpoint=point)
    await people.whole_month(5, outcome_of)
    for name in system.instances:
        await died(system, name)
    await system.settled()


async def test_review_killed_in_the_middle_of_a_release(system: System, people: People) -> None:
    """A release goes on where it stopped, without a repeat or a gap."""
    await people.submit_many(7)
    month = await people.end_month()
    await people.review(month, outcome_of)
    system["review"].deaths.clear()
    system["review"].restart(failpoint="mid_release:2")
    await people.order_release(month)
    await died(system, "review")
    await people.released(month)
    await system.settled()


@pytest.mark.parametrize("point", ["letters_claimed", "final_dot_intended", "final_dot_answered"])
async def test_notify_killed_while_sending(system: System, people: People, point: str) -> None:
    """A letter is sent once, or its fate is called unknown; never twice, never forgotten."""
    system["notify"].deaths.clear()
    system["notify"].restart(failpoint=point)
    await people.submit_many(3)
    await died(system, "notify")
    await system.settled()


async def test_frozen_services_come_back_as_zombies(system: System, people: People) -> None:
    """Frozen for longer than their session while others take over; thawed, they find their work done."""
    seconds = [await system.add(name) for name in ("review", "notify", "publish")]
    for name in ("review", "notify", "publish"):
        system[name].freeze()
    try:
        await people.whole_month(6, outcome_of)
        await system.settled()
    finally:
        for name in ("review", "notify", "publish"):
            system[name].thaw()
    await people.submit_many(3)
    await system.ready()
    for instance in seconds:
        system.remove(instance.name)
    await system.settled()


async def test_two_instances_of_every_service(system: System, people: People) -> None:
    """Two of each share the work, close the same month, release the same batch; once."""
    seconds = [await system.add(name) for name in ("intake", "review", "notify", "publish")]
    await people.whole_month(12, outcome_of)
    for instance in seconds:
        system.remove(instance.name)
    await people.submit_many(2)
    await system.settled()


async def test_leaders_killed_again_and_again(system: System, people: People) -> None:
    """Every service is killed, whatever it does, while forms come in."""
    for name in list(system.instances):
        await people.submit_many(3)
        system[name].kill()
        await people.submit_many(3)
    await system.database.move_clock(timedelta(minutes=2))
    await system.ready()
    await system.settled()
