"""Decisions heard again while their letters still wait: a replay neither sends nor cancels anything."""

from dataclasses import replace

from contracts.event import Event
from services.notify.domain.planning import Told
from tests.controls import decisions
from tests.controls.envelope import event_of, id_of
from tests.controls.notify import on_decisions
from tests.integration.notify.conftest import Desk


def _in_order() -> list[Event[Told]]:
    told: list[Told] = [
        decisions.submission_accepted(),
        decisions.decision_corrected_to_declined(),
        decisions.submission_retracted(),
    ]
    return [replace(event_of(it), id=id_of(f"reversal {number}")) for number, it in enumerate(told)]


async def test_reversals_heard_again_one_by_one_change_nothing(desk: Desk) -> None:
    """Not even those whose own letters still wait, or what came after them."""
    for event in _in_order():
        await desk.hear(on_decisions, [event])
    before = await desk.rows()
    assert {row["state"] for row in before if row["kind"] == "retraction"} == {"pending"}
    for event in _in_order():
        await desk.hear(on_decisions, [event])
        assert await desk.rows() == before


async def test_reversals_heard_again_in_another_chunk_change_nothing(desk: Desk) -> None:
    """However a replay is cut: the last reversal of a chunk says whether it was heard before."""
    first, second, third = _in_order()
    await desk.hear(on_decisions, [first, second])
    await desk.hear(on_decisions, [third])
    before = await desk.rows()
    for chunk in ([first, second, third], [first], [second, third]):
        await desk.hear(on_decisions, chunk)
        assert await desk.rows() == before


async def test_reversal_not_heard_before_cancels_in_a_replay_too(desk: Desk) -> None:
    """A chunk that holds one more than was heard: what is new has its effect."""
    first, second, third = _in_order()
    await desk.hear(on_decisions, [first, second])
    await desk.hear(on_decisions, [first, second, third])
    states = {row["kind"]: row["state"] for row in await desk.rows() if row["recipient"] == "submitter"}
    assert states == {"outcome": "cancelled", "correction": "cancelled", "retraction": "pending"}
