"""A crowd at the doors does not keep what is under way from going on."""

import asyncio
from itertools import pairwise

from starlette.types import Message, Receive, Scope, Send

from services.chassis.doors.turns import InTurn

CROWD = 20


async def test_something_else_has_its_turn_between_any_two_requests() -> None:
    """Requests that come at once begin one by one, and in the order in which they came."""
    seen: list[str] = []

    async def answer(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["path"])

    async def go_on() -> None:
        while sum(path.startswith("/") for path in seen) < CROWD:
            seen.append("something else")
            await asyncio.sleep(0)

    door = InTurn(answer)
    under_way = asyncio.create_task(go_on())
    await asyncio.gather(*(door({"path": f"/{number}"}, _receive, _send) for number in range(CROWD)))
    await under_way
    begun = [path for path in seen if path.startswith("/")]
    assert begun == [f"/{number}" for number in range(CROWD)]
    assert not any(one.startswith("/") and two.startswith("/") for one, two in pairwise(seen))


async def test_who_leaves_while_waiting_holds_up_nobody() -> None:
    """A request that is given up in the line does not keep its turn."""
    seen: list[str] = []

    async def answer(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["path"])

    door = InTurn(answer)
    waiting = [asyncio.create_task(door({"path": f"/{number}"}, _receive, _send)) for number in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    waiting[1].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert seen == ["/2"]


async def _receive() -> Message:
    return {"type": "http.request", "body": b""}


async def _send(_: Message) -> None: ...
