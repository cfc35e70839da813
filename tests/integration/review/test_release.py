"""The release: once, everything that leaves, in chunks that go on where they stopped."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.vocabulary import Area
from services.review import release as releasing
from services.review.domain.acting import carry_out
from services.review.release import release_chunk
from services.review.store import items
from tests.conftest import TestDatabase
from tests.controls.envelope import MONTH, event_of, submission_id
from tests.controls.proposals import proposal
from tests.controls.review import assess
from tests.controls.submissions import withdrawal_requested
from tests.harness.waiting import seen
from tests.integration.review.conftest import Desk, assessment, open_desk, received

NEXT = "2026-12"
NEXT_END = datetime(2027, 1, 1, tzinfo=UTC)


def item(number: int, round_: int = 1) -> str:
    """The path of an item."""
    return f"/items/{submission_id(number)}/{round_}"


async def seal(desk: Desk, *numbers: int) -> None:
    """Let these submissions be received, and their month be over."""
    await desk.hear(*(received(number) for number in numbers))
    await desk.close()


async def decline(desk: Desk, number: int) -> None:
    """Assess and decline an item."""
    await desk.do(f"{item(number)}/assessment", assessment(timing="not-met"))
    await desk.do(f"{item(number)}/decision", {"outcome": "declined", "reason_codes": ["no-future-milestones"]})


async def test_nothing_leaves_before_the_release(desk: Desk) -> None:
    """Decided items are told on `reviews`; `decisions` is silent."""
    await seal(desk, 1, 2)
    await desk.accept(submission_id(1))
    assert await desk.kinds("decisions") == []
    assert await desk.let_out() == 0


async def test_release_carries_everything_that_leaves(desk: Desk) -> None:
    """Acceptances, declines, questions; then it says how many."""
    await seal(desk, 1, 2, 3, 4)
    await desk.accept(submission_id(1))
    await decline(desk, 2)
    await desk.do(f"{item(3)}/assessment", assessment(timing="unclear"))
    await desk.do(f"{item(3)}/decision", {"outcome": "clarification", "question": "When?", "note": "Thank you."})
    await desk.hear(event_of(withdrawal_requested(), number=4))
    await desk.release()
    assert await desk.kinds("decisions") == [
        "clarification.requested.v1",
        "submission.accepted.v1",
        "submission.declined.v1",
    ]
    (released,) = [e["data"] for e in await desk.told("reviews") if e["type"].endswith("batch.released.v1")]
    counts = {name: value for name, value in released.items() if isinstance(value, int)}
    assert counts == {"accepted": 1, "declined": 1, "clarifications": 1, "withdrawn": 1, "held_back": 0}
    assert (await desk.batch())["items"] == {"accepted": 1, "asked": 1, "declined": 1, "withdrawn": 1}
    assert (await desk.batch())["state"] == "released"


async def test_a_released_decision_holds_the_text_as_reviewed(desk: Desk) -> None:
    """Publish and notify ask nobody."""
    await seal(desk, 1)
    await desk.do(
        f"{item(1)}/assessment", {**assessment("anti-corruption"), "area_reason": "It ends the trade in files."}
    )
    await desk.do(f"{item(1)}/decision", {"outcome": "accepted", "published_title": "Fewer Open Cases"})
    await desk.release()
    ((told,),) = [[event["data"] for event in await desk.told("decisions")]]
    reform, decision = told["reform"], told["decision"]
    assert (reform["published_title"], reform["assigned_area"]) == ("Fewer Open Cases", "anti-corruption")
    assert reform["proposal"]["title"] == proposal().title
    assert reform["proposal"]["declared_area"] == "justice"
    assert (decision["month"], decision["round"], decision["version"]) == (MONTH, 1, 1)
    assert len(decision["findings"]) == 5
    ordered = (await desk.batch())["release_ordered_at"]
    assert datetime.fromisoformat(decision["released_at"]) == datetime.fromisoformat(ordered)


async def test_a_release_goes_on_where_it_stopped(
    database: TestDatabase, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle of any chunk, continued by another instance: no repeat, no gap."""
    numbers = range(1, 12)
    await seal(desk, *numbers)
    for number in numbers:
        await desk.accept(submission_id(number))
    await desk.do(f"/batches/{MONTH}/release")
    deaths = 0

    def die(point: str) -> None:
        nonlocal deaths
        deaths += point == "mid_release"
        if point == "mid_release" and deaths % 2:
            raise RuntimeError(point)

    monkeypatch.setattr(releasing, "reach", die)
    async with open_desk(database, desk.log) as other:
        instances = [desk, other]
        for turn in range(60):
            try:
                if not await release_chunk(instances[turn % 2].database, 2):
                    break
            except RuntimeError:
                continue
    told = await desk.told("decisions")
    assert deaths > 10
    assert sorted(event["subject"] for event in told) == sorted(str(submission_id(n)) for n in numbers)
    assert (await desk.kinds("reviews")).count("batch.released.v1") == 1


async def test_release_waits_for_every_decision(desk: Desk) -> None:
    """Refused while an item is neither decided nor withdrawn nor held back; nothing has changed."""
    await seal(desk, 1, 2)
    await desk.accept(submission_id(1))
    refusal = await desk.ask(f"/batches/{MONTH}/release")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "undecided")
    assert (await desk.batch())["state"] == "sealed"


async def test_a_release_waits_for_work_that_has_begun(desk: Desk) -> None:
    """A decision that is being taken back is seen: the release is refused, not half done."""
    await seal(desk, 1)
    await desk.accept(submission_id(1))
    async with desk.database.transaction() as tx:
        found = await items.lock_item(tx, submission_id(1), 1)
        assert found is not None
        ordering = asyncio.create_task(desk.ask(f"/batches/{MONTH}/release"))
        await seen(desk.waiting_for_locks, what="the release waiting for the item's work")
        await items.save_items(tx, [carry_out(found.state, assess(area=Area.JUSTICE)).state])
    assert (await ordering).json()["code"] == "undecided"


async def test_a_batch_is_released_once(desk: Desk) -> None:
    """Not before it is sealed, not twice."""
    await desk.hear(received(1))
    assert (await desk.ask(f"/batches/{MONTH}/release")).json()["code"] == "batch-not-sealed"
    await desk.close()
    await desk.accept(submission_id(1))
    await desk.do(f"/batches/{MONTH}/release")
    assert (await desk.ask(f"/batches/{MONTH}/release")).json()["code"] == "already-releasing"
    await desk.let_out()
    assert (await desk.ask(f"/batches/{MONTH}/release")).json()["code"] == "already-released"
    assert await desk.kinds("decisions") == ["submission.accepted.v1"]


async def test_a_held_item_leaves_by_its_own_command(desk: Desk) -> None:
    """Not with its batch, and not before it."""
    await seal(desk, 1, 2)
    await desk.accept(submission_id(1))
    await desk.do(f"{item(2)}/hold", {"reason": "The ministry calls back on Monday."})
    assert (await desk.ask(f"{item(2)}/release")).json()["code"] == "batch-not-released"
    await desk.release()
    assert await desk.kinds("decisions") == ["submission.accepted.v1"]
    assert (await desk.batch())["items"] == {"accepted": 1, "held-over": 1}
    assert (await desk.ask(f"{item(2)}/release")).json()["code"] == "not-decided"
    await decline(desk, 2)
    assert (await desk.do(f"{item(2)}/release"))["state"] == "declined"
    assert await desk.kinds("decisions") == ["submission.accepted.v1", "submission.declined.v1"]
    assert (await desk.ask(f"{item(2)}/release")).json()["code"] == "already-released"


async def test_a_held_item_leaves_at_the_latest_with_the_next_batch(desk: Desk) -> None:
    """The next release is refused while it is undecided, and takes it along."""
    await seal(desk, 1)
    await desk.do(f"{item(1)}/hold", {"reason": "A question to the embassy is open."})
    await desk.release()
    await desk.hear(received(2, month=NEXT))
    await desk.close(NEXT, NEXT_END)
    await desk.accept(submission_id(2))
    assert (await desk.ask(f"/batches/{NEXT}/release")).json()["code"] == "held-over-undecided"
    await decline(desk, 1)
    await desk.release(NEXT)
    assert await desk.kinds("decisions") == ["submission.accepted.v1", "submission.declined.v1"]
    assert (await desk.batch())["items"] == {"declined": 1}


async def test_withdrawal_is_possible_until_the_release_is_ordered(desk: Desk) -> None:
    """From then on it is refused by an event, though the decision may still be on its way."""
    await seal(desk, 1, 2, 3)
    await desk.accept(submission_id(1))
    await desk.accept(submission_id(2))
    await desk.do(f"{item(3)}/hold", {"reason": "A question to the embassy is open."})
    await desk.hear(event_of(withdrawal_requested(), number=1))
    await desk.do(f"/batches/{MONTH}/release")
    await desk.hear(event_of(withdrawal_requested(), number=2), event_of(withdrawal_requested(), number=3))
    await desk.let_out()
    answers = {
        event["subject"]: event["data"].get("code", "accepted")
        for event in await desk.told("reviews")
        if ".withdrawal." in event["type"]
    }
    expected = {1: "accepted", 2: "already-released", 3: "accepted"}
    assert answers == {str(submission_id(number)): answer for number, answer in expected.items()}
    assert [event["subject"] for event in await desk.told("decisions")] == [str(submission_id(2))]


async def test_a_correction_supersedes_and_keeps(desk: Desk) -> None:
    """The new decision names the old one; the item's history holds both."""
    await seal(desk, 1)
    await desk.accept(submission_id(1))
    await desk.release()
    before = (await desk.look(item(1)))["decision"]["decision_id"]
    body: dict[str, Any] = {
        "effect": "correction",
        "why": "It was finished before it was submitted.",
        "decision": {"outcome": "declined", "reason_codes": ["no-future-milestones"]},
        "findings": assessment(timing="not-met")["findings"],
    }
    done = await desk.do(f"{item(1)}/correction", body)
    told = (await desk.told("decisions"))[-1]["data"]
    assert (told["supersedes"], told["outcome"], told["reform"]) == (before, "declined", None)
    assert done["state"] == "declined"
    rulings = [remark["body"]["ruling"] for remark in done["history"] if remark["type"] == "ruling.made"]
    assert [ruling["decision_id"] for ruling in rulings] == [before, told["decision"]["decision_id"]]


async def test_a_retraction_is_told_once(desk: Desk) -> None:
    """The reform leaves the public record."""
    await seal(desk, 1)
    await desk.accept(submission_id(1))
    await desk.release()
    body = {"effect": "silent", "why": "It was entered twice."}
    assert (await desk.do(f"{item(1)}/retraction", body))["state"] == "retracted"
    assert (await desk.ask(f"{item(1)}/retraction", body)).json()["code"] == "already-retracted"
    assert (await desk.kinds("decisions")).count("submission.retracted.v1") == 1


async def test_the_answer_is_waited_for_90_days_from_the_release(desk: Desk) -> None:
    """From the release, not from the decision."""
    await seal(desk, 1)
    await desk.do(f"{item(1)}/assessment", assessment(timing="unclear"))
    await desk.do(f"{item(1)}/decision", {"outcome": "clarification", "question": "When?"})
    await desk.move_clock(timedelta(days=3))
    await desk.release()
    (asked,) = [event["data"] for event in await desk.told("decisions")]
    released_at = datetime.fromisoformat(asked["decision"]["released_at"])
    assert datetime.fromisoformat(asked["answer_by"]) - released_at == timedelta(days=90)
    assert released_at - datetime.fromisoformat(asked["decision"]["decided_at"]) > timedelta(days=3)
